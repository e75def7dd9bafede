import { act, within as inside, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Swarm } from "peerswarm";
import { BandwidthPanel, ConnectionPanel, Panel, PeersPanel, TextsProvider } from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { agentOf, idOf } from "../node/core/support.js";
import { noise, renderStrict, settle, together, turn, within } from "./support.js";

const region = (name: string): HTMLElement => screen.getByRole("region", { name });
const fact = (name: string): string | null | undefined =>
  region("Connection").querySelector(`[data-fact="${name}"] dd`)?.textContent;
const metric = (name: string): string | null | undefined =>
  region("Bandwidth").querySelector(`[data-metric="${name}"]`)?.textContent;
const press = (name: string): Promise<void> => userEvent.click(screen.getByRole("button", { name }));

describe("ConnectionPanel", () => {
  it("is off before anything is opened", () => {
    const network = memoryNetwork();
    renderStrict(network.swarm({ room: "library" }), <ConnectionPanel />);
    expect(region("Connection").dataset.state).toBe("off");
    expect(inside(region("Connection")).getByText("Off")).toBeTruthy();
    expect(fact("room")).toBe("library");
    expect([fact("peer-id"), fact("uptime")]).toEqual(["–", "–"]);
    expect(screen.getByRole("button", { name: "Disconnect" }).getAttribute("aria-disabled")).toBe("true");
    expect(network.server.rooms()).toEqual([]);
  });

  it("shows server, room, own peer id and uptime once joined", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    renderStrict(ada, <ConnectionPanel />);
    await together(network, ada);
    expect(inside(region("Connection")).getByText("Joined")).toBeTruthy();
    expect([fact("server"), fact("room")]).toEqual(["memory", "peerswarm-default"]);
    expect(fact("peer-id")).toContain(idOf(ada));
    await turn(network, 65_000);
    expect(fact("uptime")).toMatch(/^1:0[45]$/);
  });

  it("says why it reconnects, how to mend it, and counts down to the next try", async () => {
    const network = memoryNetwork();
    const ada = network.swarm({ signalingRetryMs: 20_000 });
    renderStrict(ada, <ConnectionPanel />);
    await together(network, ada);
    network.server.stop();
    await turn(network, 2000);
    expect(region("Connection").dataset.state).toBe("reconnecting");
    const reason = ada.store.getSnapshot().signaling.reason;
    const note = region("Connection").querySelector("[data-code]") as HTMLElement;
    expect(note.dataset.code).toBe(reason?.code);
    expect(note.textContent).toContain(reason?.message.replace(reason.fix ?? "", "").trim());
    const seconds = (): number => Number(/in (\d+) s/.exec(screen.getByRole("timer").textContent ?? "")?.[1]);
    expect(region("Connection").querySelector("[data-failed-tries]")?.textContent).toMatch(
      /^(1 try has|\d tries have) failed$/,
    );
    const before = seconds();
    await turn(network, 3000);
    expect(seconds()).toBe(before - 3);
    network.server.start();
    await press("Reconnect");
    await turn(network, 1000);
    expect(region("Connection").dataset.state).toBe("joined");
    expect(screen.queryByRole("timer")).toBeNull();
  });

  it("disconnects, and comes back when told to", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    renderStrict(ada, <ConnectionPanel />);
    await together(network, ada, bob);
    await press("Disconnect");
    await turn(network, 1000);
    expect(region("Connection").dataset.state).toBe("off");
    expect(bob.store.getSnapshot().peers).toEqual([]);
    // The keyboard stays where it was, though there is nothing to disconnect any more.
    expect(document.activeElement?.textContent).toBe("Disconnect");
    await press("Announce presence");
    expect(screen.queryByText(/^Announced/)).toBeNull();
    await press("Reconnect");
    await turn(network, 1000);
    expect(region("Connection").dataset.state).toBe("joined");
    expect(bob.store.getSnapshot().peers).toHaveLength(1);
  });

  it("announces presence and says to how many", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    renderStrict(ada, <ConnectionPanel />);
    await together(network, ada, bob);
    await press("Announce presence");
    expect(screen.getByText("Announced to 1 member.")).toBeTruthy();
    await settle(network);
  });

  it("copies the peer id", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const user = userEvent.setup();
    renderStrict(ada, <ConnectionPanel />);
    await together(network, ada);
    await user.click(screen.getByRole("button", { name: "Copy your peer id" }));
    expect(await navigator.clipboard.readText()).toBe(idOf(ada));
    expect(await screen.findByText("Copied")).toBeTruthy();
  });
});

describe("PeersPanel", () => {
  const rows = (): HTMLElement[] => inside(region("Peers")).queryAllByRole("listitem");

  it("says what to do next while nobody is here", async () => {
    const network = memoryNetwork();
    const ada = network.swarm({ room: "library" });
    renderStrict(ada, <PeersPanel />);
    expect(inside(region("Peers")).getByText("Join it to see who is here.")).toBeTruthy();
    await together(network, ada);
    expect(inside(region("Peers")).getByText("Nobody else is in “library” yet.")).toBeTruthy();
    expect(inside(region("Peers")).getByText(/another tab/)).toBeTruthy();
    expect(rows()).toEqual([]);
  });

  it("lists each peer with its name, identity, state, round trip and capabilities", async () => {
    const network = memoryNetwork({ latencyMs: 20 });
    const ada = network.swarm();
    const bob = network.swarm({ name: "Bob", capabilities: ["js-sandbox", "local-llm"] });
    renderStrict(ada, <PeersPanel />);
    await together(network, ada, bob);
    await turn(network, 35_000);
    const [row] = rows() as [HTMLElement];
    expect(row.dataset).toMatchObject({ state: "connected", peerId: idOf(bob) });
    const text = row.textContent;
    for (const part of ["Bob", "Connected", "js-sandbox", "local-llm", agentOf(bob).slice(0, 8)]) {
      expect(text).toContain(part);
    }
    expect(text).toContain("Median round trip: 40 ms");
    expect(screen.getByText("1 connected")).toBeTruthy();
  });

  it("calls a peer without a name by its short agent id", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm({ name: "  " })];
    renderStrict(ada, <PeersPanel />);
    await together(network, ada, bob);
    expect(rows()[0]?.querySelector(".ps-peer-name")?.textContent).toBe(agentOf(bob).slice(0, 8));
  });

  it("tells states apart by word, and flags the muted", async () => {
    const network = memoryNetwork();
    const [here, there] = [network.host(), network.host()];
    const [ada, bob] = [here.swarm(), there.swarm()];
    renderStrict(ada, <PeersPanel />);
    await together(network, ada, bob);
    network.partition([here], [there]);
    await turn(network, 10_000);
    expect(rows()[0]?.dataset.state).toBe("unreachable");
    expect(inside(rows()[0] as HTMLElement).getByText("Unreachable")).toBeTruthy();
    expect(screen.getByText("0 connected")).toBeTruthy();
    await act(async () => ada.mute(agentOf(bob)));
    expect(inside(rows()[0] as HTMLElement).getByText("Muted")).toBeTruthy();
  });

  it("lists below who is still connecting, with attempts and the last error", async () => {
    const network = memoryNetwork();
    const [here, there] = [network.host(), network.host()];
    network.partition([here], [there]);
    const [ada, bob] = [here.swarm(), there.swarm()];
    renderStrict(ada, <PeersPanel />);
    const joined = [ada.join(), bob.join()];
    await turn(network, 60_000);
    await Promise.all(joined);
    const [row] = rows() as [HTMLElement];
    expect(row.dataset).toMatchObject({ state: "connecting", peerId: idOf(bob) });
    const [member] = ada.store.getSnapshot().connecting;
    expect(row.textContent).toMatch(new RegExp(`${member?.attempts} attempts?`));
    expect(row.querySelector<HTMLElement>(".ps-peer-error")?.dataset.code).toBe(member?.lastError?.code);
    network.heal();
    await turn(network, 60_000);
    expect(rows()[0]?.dataset.state).toBe("connected");
    expect(rows()).toHaveLength(1);
  });

  it("shows a name that is markup as text", async () => {
    const network = memoryNetwork();
    const [ada, mallory] = [network.swarm(), network.swarm({ name: "<img src=x onerror=alert(1)>" })];
    renderStrict(ada, <PeersPanel />);
    await together(network, ada, mallory);
    expect(rows()[0]?.textContent).toContain("<img src=x onerror=alert(1)>");
    expect(document.querySelector("img")).toBeNull();
  });
});

describe("BandwidthPanel", () => {
  it("shows up, down and total, and their history as text and as a table", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    renderStrict(ada, <BandwidthPanel />);
    expect(metric("total")).toBe("0.0 KB/s");
    expect(region("Bandwidth").dataset.state).toBe("idle");
    await together(network, ada, bob);
    await turn(network, 12_000);
    bob.broadcast("noise", noise(50 * 1024));
    await turn(network, 1000);
    expect(Number.parseFloat(metric("down") ?? "")).toBeGreaterThanOrEqual(5);
    expect(metric("down")).toMatch(/^\d+\.\d KB\/s$/);
    const sum = Number.parseFloat(metric("up") ?? "") + Number.parseFloat(metric("down") ?? "");
    expect(Math.abs(Number.parseFloat(metric("total") ?? "") - sum)).toBeLessThan(0.11);
    expect(region("Bandwidth").dataset.state).toBe("active");
    expect(region("Bandwidth").querySelector("figcaption")?.textContent).toMatch(/5\d\.\d KB\/s down/);

    const details = region("Bandwidth").querySelector("details") as HTMLDetailsElement;
    await act(async () => {
      details.open = true;
      details.dispatchEvent(new Event("toggle"));
    });
    const [, newest, older] = inside(region("Bandwidth")).getAllByRole("row") as HTMLElement[];
    const cells = inside(newest as HTMLElement).getAllByRole("cell");
    expect(newest?.textContent).toContain("0:00 to 0:10 ago");
    expect(Number(cells[1]?.textContent)).toBeGreaterThanOrEqual(5);
    expect(Number(inside(older as HTMLElement).getAllByRole("cell")[1]?.textContent)).toBeLessThan(1);
  });

  it("says so while nothing has been sent", () => {
    renderStrict(memoryNetwork().swarm(), <BandwidthPanel />);
    expect(screen.getAllByText("Nothing went over the links in this time.").length).toBeGreaterThan(0);
  });

  it("shows 1, 5 or 15 minutes, and says what was not counted", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    renderStrict(ada, <BandwidthPanel />);
    await together(network, ada, bob);
    bob.broadcast("noise", noise(50 * 1024));
    await turn(network, 100_000);
    void ada.leave();
    await settle(network);
    await turn(network, 60_000);
    void ada.join();
    await turn(network, 20_000);
    const open = region("Bandwidth").querySelector("details") as HTMLDetailsElement;
    await act(async () => {
      open.open = true;
      open.dispatchEvent(new Event("toggle"));
    });
    const received = (): (string | null | undefined)[] =>
      inside(region("Bandwidth"))
        .getAllByRole("row")
        .slice(1)
        .map((row) => inside(row).getAllByRole("cell")[1]?.textContent);
    // Seconds 20 to 80 before now are those in which the swarm was off.
    expect(received().slice(2)).toEqual(["–", "–", "–", "–"]);
    expect(received()[0]).not.toBe("–");
    await userEvent.click(screen.getByRole("radio", { name: "5 min" }));
    expect(Math.max(...received().map(Number).filter(Number.isFinite))).toBeGreaterThan(0.9);
    expect(region("Bandwidth").querySelector("figcaption")?.textContent).toMatch(/^Over the last 5 min/);
    await userEvent.click(screen.getByRole("radio", { name: "15 min" }));
    expect(inside(region("Bandwidth")).getByText("Average KB/s in the last 15 min")).toBeTruthy();
  });

  it("tells who uses it now: the most first, the others as one sum", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const others = Array.from({ length: 8 }, (_, index) => network.swarm({ name: `Peer ${index + 1}` }));
    renderStrict(ada, <BandwidthPanel />);
    await together(network, ada, ...others);
    await turn(network, 12_000);
    const open = [...region("Bandwidth").querySelectorAll("details")].at(-1) as HTMLDetailsElement;
    await act(async () => {
      open.open = true;
      open.dispatchEvent(new Event("toggle"));
    });
    others[6]?.broadcast("noise", noise(40_000));
    others[2]?.broadcast("noise", noise(20_000));
    await turn(network, 2000);
    const rows = [...region("Bandwidth").querySelectorAll<HTMLElement>("tbody tr")];
    const down = rows.map((row) => Number(row.querySelector('[data-metric="down"]')?.textContent));
    expect(rows.map((row) => row.querySelector("bdi")?.textContent).slice(0, 2)).toEqual([
      "Peer 7",
      "Peer 3",
    ]);
    expect(down[0]).toBeGreaterThan((down[1] ?? 0) * 1.8);
    expect(rows).toHaveLength(6);
    expect(rows.at(-1)?.dataset.others).toBe("3");
    expect(rows.at(-1)?.textContent).toMatch(/^and 3 others/);
    const all = Object.values(ada.getBandwidthByPeer()).reduce((sum, rate) => sum + rate.down, 0);
    expect(Math.abs(down.reduce((sum, rate) => sum + rate, 0) - all)).toBeLessThan(0.4);
    const bars = rows.map((row) => Number(row.querySelector("rect")?.getAttribute("width")));
    expect(bars[0]).toBe(100);
    expect(bars[1]).toBeLessThan(60);
  });
});

describe("every panel", () => {
  it("carries no inline style outside the chart", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    const { container } = renderStrict(ada, <AllPanels />);
    await together(network, ada, bob);
    await turn(network, 2000);
    const styled = [...container.querySelectorAll("[style]")].filter((node) => !node.closest(".ps-chart"));
    expect(styled).toEqual([]);
  });

  it("takes its texts, its title and its heading level from the app", () => {
    const ada: Swarm = memoryNetwork().swarm();
    render(
      within(
        ada,
        <TextsProvider texts={{ locale: "de", peers: { title: "Mitglieder" }, bandwidth: { up: "Auf" } }}>
          <PeersPanel />
          <BandwidthPanel title="Leitung" headingLevel={3} className="mine" />
        </TextsProvider>,
      ),
    );
    expect(region("Mitglieder")).toBeTruthy();
    expect(screen.getByRole("heading", { name: "Leitung", level: 3 })).toBeTruthy();
    expect(region("Leitung").className).toBe("ps-panel mine");
    expect(inside(region("Leitung")).getByText("Auf")).toBeTruthy();
    expect(inside(region("Leitung")).getByText("Down")).toBeTruthy();
    expect(region("Leitung").querySelector('[data-metric="up"]')?.textContent).toBe("0,0 KB/s");
  });

  it("frames panels of an app's own", () => {
    render(<Panel name="mine" title="Mine" state="full" />);
    expect(region("Mine").dataset).toMatchObject({ panel: "mine", state: "full" });
  });
});

function AllPanels() {
  return (
    <>
      <ConnectionPanel />
      <PeersPanel />
      <BandwidthPanel />
    </>
  );
}
