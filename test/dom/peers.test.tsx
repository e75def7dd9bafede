import { act, within as inside, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Swarm } from "peerswarm";
import { PeersPanel } from "peerswarm/components";
import { type MemoryNetwork, memoryNetwork, scriptedPeer } from "peerswarm/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { agentOf, idOf, inTime } from "../node/core/support.js";
import { noise, renderStrict, settle, together, turn } from "./support.js";

const panel = (): HTMLElement => screen.getByRole("region", { name: "Peers" });
const rows = (): HTMLElement[] => inside(panel()).queryAllByRole("listitem");
const control = (name: string): HTMLElement => inside(panel()).getByRole("button", { name });
const fact = (name: string): string | null | undefined =>
  panel().querySelector(`[data-fact="${name}"] dd`)?.textContent;

async function pair(options = { latencyMs: 20 }) {
  const network = memoryNetwork(options);
  const ada = network.swarm();
  const bob = network.swarm({ name: "Bob", goals: ["translate"], region: "eu-west" });
  renderStrict(ada, <PeersPanel />);
  await together(network, ada, bob);
  await turn(network, 5000);
  return { network, ada, bob };
}

describe("the detail of a peer", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("is shown on request, and shows what the swarm knows", async () => {
    const { network, ada, bob } = await pair();
    expect(control("Bob").getAttribute("aria-expanded")).toBe("false");
    await userEvent.click(control("Bob"));
    expect(control("Bob").getAttribute("aria-expanded")).toBe("true");
    expect(rows()).toHaveLength(1);
    expect([fact("agent"), fact("peer-id")]).toEqual([agentOf(bob), idOf(bob)]);
    expect(fact("path")).toBe("memory ↔ memory, memory");
    expect(fact("round-trip")).toBe("median 40 ms, 95% below 40 ms");
    expect([fact("jitter"), fact("queue")]).toEqual(["0.0 ms", "0 B waiting"]);
    expect([fact("goals"), fact("region")]).toEqual(["translate", "eu-west"]);
    expect(fact("connected-since")).toMatch(/^\d\d:\d\d:\d\d, for 0:0\d$/);

    const before = ada.store.getSnapshot().stats.byPeer[idOf(bob)];
    ada.send(idOf(bob), "chat", noise(5000));
    await turn(network, 1000);
    const sent = (before?.messagesSent ?? 0) + 1;
    expect(fact("traffic")).toMatch(new RegExp(`^sent ${sent} messages, [5-6]\\.\\d KB`));

    await userEvent.click(control("Bob"));
    expect(fact("agent")).toBeUndefined();
  });

  it("is brought into sight as it opens, and moves nothing as it closes", async () => {
    await pair();
    const scrolled = vi.spyOn(Element.prototype, "scrollIntoView");
    await userEvent.click(control("Bob"));
    expect(scrolled.mock.contexts).toEqual([rows()[0]]);
    await userEvent.click(control("Bob"));
    expect(scrolled).toHaveBeenCalledTimes(1);
  });

  it("mutes and unmutes", async () => {
    const { ada, bob } = await pair();
    const heard: unknown[] = [];
    ada.on("chat", (payload) => heard.push(payload));
    await userEvent.click(control("Bob"));
    await userEvent.click(control("Mute Bob"));
    expect(rows()[0]?.dataset.muted).toBe("true");
    expect(ada.store.getSnapshot().peers[0]?.isMuted).toBe(true);
    await userEvent.click(control("Unmute Bob"));
    expect(rows()[0]?.dataset.muted).toBeUndefined();
    expect(agentOf(bob)).toBe(ada.store.getSnapshot().peers[0]?.agentId);
  });

  it("says how a peer that sends too much is held back, why and until when", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [
      network.swarm({ limits: { messagesPerSecond: 100 } }),
      network.swarm({ name: "Bob" }),
    ];
    renderStrict(ada, <PeersPanel />);
    ada.on("chat", () => undefined);
    await together(network, ada, bob);
    await userEvent.click(control("Bob"));
    expect(fact("restraint")).toBeUndefined();
    const flood = async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second++) {
        for (let message = 0; message < 200; message++) bob.broadcast("chat", message);
        await turn(network, 1000);
      }
    };
    await flood(1);
    expect(rows()[0]?.dataset.restraint).toBe("slowed");
    expect(inside(panel()).getByText("Slowed")).toBeTruthy();
    expect(fact("restraint")).toMatch(
      /^too many messages: taken more slowly, until \d\d:\d\d:\d\d if it stays calm$/,
    );
    await flood(6);
    expect(rows()[0]?.dataset.restraint).toBe("muted");
    expect(inside(panel()).getByText("Held back")).toBeTruthy();
    await turn(network, 45_000);
    expect(rows()[0]?.dataset.restraint).toBeUndefined();
    expect(fact("restraint")).toBeUndefined();
  });

  it("bans only after a confirmation, and takes the ban back", async () => {
    const { network, ada } = await pair();
    await userEvent.click(control("Bob"));
    await userEvent.click(control("Ban Bob…"));
    expect(document.activeElement).toBe(control("Cancel"));
    await userEvent.click(control("Cancel"));
    expect(document.activeElement).toBe(control("Ban Bob…"));
    expect(ada.store.getSnapshot().peers).toHaveLength(1);

    await userEvent.click(control("Ban Bob…"));
    await userEvent.click(control("Ban"));
    await turn(network, 1000);
    expect(rows()).toEqual([]);
    expect(inside(panel()).getByText("Bob is banned.")).toBeTruthy();
    expect(document.activeElement).toBe(control("Undo"));
    await userEvent.click(control("Undo"));
    expect(document.activeElement?.textContent).toBe("Bob is no longer banned.");
    await turn(network, 60_000);
    expect(rows()[0]?.dataset.state).toBe("connected");
  });

  it("says so again when the same peer is banned twice", async () => {
    const { network } = await pair();
    const ban = async (): Promise<void> => {
      await userEvent.click(control("Bob"));
      await userEvent.click(control("Ban Bob…"));
      await userEvent.click(control("Ban"));
      await turn(network, 1000);
    };
    await ban();
    await userEvent.click(control("Undo"));
    await turn(network, 60_000);
    await ban();
    expect(inside(panel()).getByText("Bob is banned.")).toBeTruthy();
    expect(document.activeElement).toBe(control("Undo"));
  });
});

describe("by keyboard alone", () => {
  it("opens a detail, moves between rows, and bans", async () => {
    const network = memoryNetwork();
    const [ada, bob, cy] = [network.swarm(), network.swarm({ name: "Bob" }), network.swarm({ name: "Cy" })];
    renderStrict(ada, <PeersPanel />);
    await together(network, ada, bob, cy);
    const user = userEvent.setup();
    const [first, second] = rows().map((row) => inside(row).getByRole("button")) as [
      HTMLElement,
      HTMLElement,
    ];
    await user.tab();
    expect(document.activeElement).toBe(first);
    await user.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(second);
    await user.keyboard("{ArrowDown}{Home}");
    expect(document.activeElement).toBe(first);
    await user.keyboard("{End}");
    expect(document.activeElement).toBe(second);
    const name = second.textContent;
    await user.keyboard("{Enter}");
    expect(second.getAttribute("aria-expanded")).toBe("true");

    // Past the two copy buttons and Mute.
    await user.tab();
    await user.tab();
    await user.tab();
    await user.tab();
    // Past the numbers of its traffic.
    await user.tab();
    await user.tab();
    expect(document.activeElement).toBe(control(`Ban ${name}…`));
    await user.keyboard("{Enter}{Escape}");
    expect(document.activeElement).toBe(control(`Ban ${name}…`));
    await user.keyboard("{Enter}");
    await user.tab({ shift: true });
    await user.keyboard("{Enter}");
    await turn(network, 1000);
    expect(rows()).toHaveLength(1);
    expect(document.activeElement).toBe(control("Undo"));
  });
});

describe("the health of the mesh", () => {
  it("is a line over the list", async () => {
    const { network, bob } = await pair();
    const line = panel().querySelector<HTMLElement>("[data-mesh]");
    expect(line?.textContent).toBe("1 of 1 links, 100% of dials");
    expect(line?.dataset).toMatchObject({
      mesh: "whole",
      openLinks: "1",
      expectedLinks: "1",
      successRate: "1",
    });
    bob.leave();
    await settle(network);
    await turn(network, 1000);
    expect(panel().querySelector("[data-mesh]")?.textContent).toBe("0 of 0 links, 100% of dials");
  });

  it("says why dials failed", async () => {
    const network = memoryNetwork();
    const [here, there] = [network.host(), network.host()];
    network.partition([here], [there]);
    const [ada, bob] = [here.swarm(), there.swarm()];
    renderStrict(ada, <PeersPanel />);
    const joined = [ada.join(), bob.join()];
    await turn(network, 60_000);
    await Promise.all(joined);
    const { failures, failed } = ada.store.getSnapshot().attempts;
    expect(failed).toBeGreaterThan(0);
    const line = panel().querySelector<HTMLElement>("[data-mesh]");
    expect(line?.dataset.mesh).toBe("broken");
    expect(line?.querySelector("summary")?.textContent).toBe("0 of 1 links, 0% of dials");
    for (const [code, count] of Object.entries(failures)) {
      expect(line?.querySelector(`[data-code="${code}"] dd`)?.textContent).toBe(String(count));
    }
    expect(line?.textContent).toContain("No answer in time");
  });
});

describe("a crowd", () => {
  const COUNT = 120;
  const VIEW_PX = 480;
  const ROW_PX = 64;

  // happy-dom lays nothing out.
  beforeEach(() => {
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(VIEW_PX);
    vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(ROW_PX);
  });
  afterEach(() => void vi.restoreAllMocks());

  async function crowd() {
    const network = memoryNetwork();
    const ada: Swarm = network.swarm();
    const peers = await gatherScripted(network);
    renderStrict(ada, <PeersPanel />);
    await act(() => inTime(network, ada.join()));
    await turn(network, 5000);
    expect(ada.store.getSnapshot().peers).toHaveLength(COUNT);
    return { network, ada, peers };
  }

  const gatherScripted = (network: MemoryNetwork) =>
    inTime(
      network,
      Promise.all(Array.from({ length: COUNT }, (_, i) => scriptedPeer(network.host(`Peer ${i}`)))),
    );
  const placeOf = (row: HTMLElement | undefined): number => Number(row?.getAttribute("aria-posinset"));

  it("renders what is in sight, each row with its place in the whole", async () => {
    await crowd();
    expect(inside(panel()).getByText("120 connected")).toBeTruthy();
    expect(rows().length).toBeGreaterThanOrEqual(Math.floor(VIEW_PX / ROW_PX));
    expect(rows().length).toBeLessThan(30);
    expect(rows().map(placeOf)).toEqual(rows().map((_, index) => index + 1));
    for (const row of rows()) expect(row.getAttribute("aria-setsize")).toBe(String(COUNT));
    expect(panel().querySelector(".ps-list")?.getAttribute("aria-describedby")).not.toBeNull();
  });

  it("is one stop of Tab, and every row is reached by keyboard", async () => {
    await crowd();
    const user = userEvent.setup();
    await user.tab();
    expect(placeOf(document.activeElement?.closest("li") ?? undefined)).toBe(1);
    await user.keyboard("{End}");
    expect(placeOf(document.activeElement?.closest("li") ?? undefined)).toBe(COUNT);
    await user.keyboard("{ArrowUp}{Enter}");
    expect(placeOf(document.activeElement?.closest("li") ?? undefined)).toBe(COUNT - 1);
    expect(fact("agent")).toBeDefined();
    const stops = rows().filter((row) => inside(row).getAllByRole("button")[0]?.tabIndex === 0);
    expect(stops.map(placeOf)).toEqual([COUNT - 1]);
  });

  it("keeps the focus on its peer while others come and go", async () => {
    const { network, ada, peers } = await crowd();
    const user = userEvent.setup();
    await user.tab();
    await user.keyboard("{End}");
    const focused = document.activeElement;
    const peerId = focused?.closest("li")?.dataset.peerId;
    const gone = peers.filter((peer) => peer.peerId !== peerId).slice(0, 10);
    for (const peer of gone) peer.leave();
    await turn(network, 30_000);
    expect(ada.store.getSnapshot().peers.length).toBe(COUNT - 10);
    expect(document.activeElement).toBe(focused);
    expect(placeOf(focused?.closest("li") ?? undefined)).toBe(COUNT - 10);
  });

  it("becomes a plain list again when enough have gone", async () => {
    const { network, peers } = await crowd();
    for (const peer of peers.slice(0, 70)) peer.leave();
    await turn(network, 60_000);
    expect(rows()).toHaveLength(50);
    expect(rows()[0]?.hasAttribute("aria-setsize")).toBe(false);
  });
});
