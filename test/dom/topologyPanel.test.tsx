import { act, within as inside, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import fc from "fast-check";
import type { Swarm } from "peerswarm";
import { TopologyPanel } from "peerswarm/components";
import { memoryNetwork, scriptedPeer } from "peerswarm/testing";
import { Profiler } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { type Seats, seatsOf, turnOf } from "../../src/components/topology/seats.js";
import { agentOf, connectedPeers, idOf, inTime, until } from "../node/core/support.js";
import { listeners, renderStrict, settle, together, turn, within } from "./support.js";

const panel = (): HTMLElement => screen.getByRole("region", { name: "Topology" });
const members = (): HTMLElement[] => inside(panel()).getAllByRole("button");
const member = (name: RegExp): HTMLElement => inside(panel()).getByRole("button", { name });
const lines = (): Element[] => [...panel().querySelectorAll(".ps-mesh-drawing line")];

/** Where each member's mark is, by its id. */
const places = (): Record<string, string> =>
  Object.fromEntries(
    members().map((one) => {
      const mark = one.querySelector(".ps-mesh-reach");
      return [one.dataset.peerId, `${mark?.getAttribute("cx")} ${mark?.getAttribute("cy")}`];
    }),
  );

async function gathered(names: readonly string[]) {
  const network = memoryNetwork();
  const swarms = names.map((name) => network.swarm({ name }));
  await together(network, ...swarms);
  return { network, swarms, ada: swarms[0] as Swarm };
}

describe("TopologyPanel", () => {
  it("says what to do where nobody is, and asks nobody", async () => {
    const network = memoryNetwork();
    const ada = network.swarm({ room: "library" });
    renderStrict(ada, <TopologyPanel />);
    expect(panel().dataset.state).toBe("empty");
    expect(inside(panel()).getByText("The swarm is off.")).toBeTruthy();
    expect(network.pendingTimers).toBe(0);
    await together(network, ada);
    await turn(network, 1000);
    expect(inside(panel()).getByText("Nobody else is in “library” yet.")).toBeTruthy();
  });

  it("draws each link once, and names each member with its links", async () => {
    const { network, ada } = await gathered(["Ada", "Ben", "Chloe"]);
    renderStrict(ada, <TopologyPanel />);
    await turn(network, 5000);
    expect(panel().dataset.state).toBe("full");
    expect(lines()).toHaveLength(3);
    const [first, ...others] = members().map((one) => one.getAttribute("aria-label"));
    expect(first).toBe("You, connected, 2 links, slowest 2.0 ms");
    // In the order in which their links came up: real signatures take what time they take.
    expect(others.sort()).toEqual([
      "Ben, connected, 2 links, slowest 2.0 ms",
      "Chloe, connected, 2 links, slowest 2.0 ms",
    ]);
    // Positions are attributes: a strict content security policy forbids style attributes.
    expect(panel().querySelector("svg [style]")).toBeNull();
  });

  it("keeps members in their places while others come and go", async () => {
    const { network, swarms, ada } = await gathered(["Ada", "Ben", "Chloe", "Dev"]);
    renderStrict(ada, <TopologyPanel />);
    await turn(network, 3000);
    const before = places();
    const leaver = idOf(swarms[1] as Swarm);
    await act(async () => void swarms[1]?.leave());
    await turn(network, 3000);
    const guest = network.swarm({ name: "Emeka" });
    await together(network, guest, ada, ...swarms.slice(2));
    await turn(network, 3000);
    const { [leaver]: freed, ...stayed } = before;
    expect(places()).toEqual({ ...stayed, [idOf(guest)]: freed });
  });

  it("shows the links of the member that is chosen, and forgets it when it has gone", async () => {
    const { network, swarms, ada } = await gathered(["Ada", "Ben", "Chloe"]);
    const { unmount } = renderStrict(ada, <TopologyPanel />);
    await turn(network, 5000);
    await userEvent.click(member(/^Ben/));
    expect(member(/^Ben/).getAttribute("aria-pressed")).toBe("true");
    const table = inside(panel()).getByRole("table", { name: "Links of Ben" });
    const chloe = agentOf(swarms[2] as Swarm).slice(0, 8);
    expect(
      inside(table)
        .getAllByRole("row")
        .map((row) => row.textContent),
    ).toEqual([
      "Linked withHealthRound tripKnown from",
      "YouGood2.0 msMeasured",
      `Chloe ${chloe}Good2.0 msBoth ends`,
    ]);
    expect(inside(panel()).getByText("It says that it has 2 links.")).toBeTruthy();
    expect(lines().filter((line) => line.hasAttribute("data-lit"))).toHaveLength(2);
    await act(async () => void swarms[1]?.leave());
    await turn(network, 3000);
    expect(inside(panel()).queryByRole("table")).toBeNull();
    // The keyboard does not begin the page anew.
    expect(panel().contains(document.activeElement)).toBe(true);
    unmount();
    await settle(network);
    expect(listeners(ada)).toBe(0);
  });

  it("stops a line half way that only one end names, on the side of who does", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const ben = await inTime(network, scriptedPeer(network.host("ben")));
    const chloe = await inTime(network, scriptedPeer(network.host("chloe")));
    await inTime(network, ada.join());
    await until(network, () => connectedPeers(ada).length === 2);
    renderStrict(ada, <TopologyPanel />);
    await turn(network, 1000);
    chloe.broadcast("swarm/topology-links", {
      isWhole: true,
      links: [{ to: ben.peerId, isUp: true, roundTripMs: 300, route: "relayed" }],
      gone: [],
      count: 1,
    });
    await turn(network, 1000);
    const [line] = lines().filter((one) => one.getAttribute("data-standing") === "claimed");
    const at = (name: string): number => Number(line?.getAttribute(name));
    expect(line?.getAttribute("data-health")).toBe("slow");
    expect(`${at("x1")} ${at("y1")}`).toBe(places()[chloe.peerId]);
    const [x = 0, y = 0] = (places()[ben.peerId] ?? "").split(" ").map(Number);
    expect(at("x2")).toBeCloseTo((at("x1") + x) / 2);
    expect(at("y2")).toBeCloseTo((at("y1") + y) / 2);
    await userEvent.click(inside(panel()).getByText("Table"));
    const row = inside(panel()).getByText("Only chloe").closest("tr");
    expect(row?.textContent).toContain("Relayed");
  });

  it("renders twice a second at most, and not for what it does not show", async () => {
    const { network, swarms, ada } = await gathered(["Ada", "Ben", "Chloe"]);
    let renders = 0;
    renderStrict(
      ada,
      <Profiler id="topology" onRender={() => void renders++}>
        <TopologyPanel />
      </Profiler>,
    );
    await turn(network, 40_000);
    renders = 0;
    for (let count = 0; count < 100; count++) {
      swarms[1]?.broadcast("chat", { count });
      await turn(network, 20);
    }
    expect(renders).toBe(0);
  });

  it("renders on a server, as off", () => {
    const network = memoryNetwork();
    const html = renderToString(within(network.swarm(), <TopologyPanel />));
    expect(html).toContain("The swarm is off.");
    expect(html).not.toContain("style=");
  });
});

describe("seats", () => {
  const name = fc.constantFrom(..."abcdefghijklmnop");
  const steps = fc.array(fc.uniqueArray(name), { maxLength: 12 });

  it("are one for each, kept while a member is there, and the lowest that are free", () => {
    fc.assert(
      fc.property(steps, (rooms) => {
        let seats: Seats = new Map();
        let most = 0;
        for (const room of rooms) {
          const next = seatsOf(seats, room);
          most = Math.max(most, room.length);
          expect([...next.keys()].sort()).toEqual([...room].sort());
          expect(new Set(next.values()).size).toBe(room.length);
          for (const [member, seat] of next) expect(seats.get(member) ?? seat).toBe(seat);
          expect(Math.max(-1, ...next.values())).toBeLessThan(most);
          expect(seatsOf(next, room.toReversed())).toBe(next);
          seats = next;
        }
      }),
    );
  });

  it("are evenly around the ring where there are as many as a power of two", () => {
    const turns = Array.from({ length: 64 }, (_, seat) => turnOf(seat)).sort((a, b) => a - b);
    expect(turns).toEqual(Array.from({ length: 64 }, (_, index) => index / 64));
    expect([0, 1, 2, 3].map(turnOf)).toEqual([0, 0.5, 0.25, 0.75]);
  });
});
