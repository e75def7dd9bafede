import { act, within as inside, render, screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Swarm } from "peerswarm";
import { englishTexts, PeersPanel, TextsProvider } from "peerswarm/components";
import { type MemoryNetwork, memoryNetwork, scriptedPeer } from "peerswarm/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { agentOf, idOf, inTime } from "../node/core/support.js";
import { noise, renderStrict, settle, together, turn, within } from "./support.js";

const panel = (): HTMLElement => screen.getByRole("region", { name: "Peers" });
const rows = (): HTMLElement[] => inside(panel()).queryAllByRole("listitem");
const control = (name: string): HTMLElement => inside(panel()).getByRole("button", { name });
/** The first stop of the list, past the tools over it. */
const enterList = (): Promise<void> =>
  act(async () => panel().querySelector<HTMLElement>('[data-row-control][tabindex="0"]')?.focus());
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
    expect(fact("course")).toMatch(/^median 40 ms, between 40 ms and 40 ms in the last \d s$/);
    const line = panel().querySelector("[data-fact=course] .ps-sparkline-line")?.getAttribute("d");
    expect(line).toMatch(/^M2\.0 2\.0h0(L\d+\.\d 2\.0)+$/);
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

  it("tells what became of it lately, newest first, once there is something to tell", async () => {
    const network = memoryNetwork();
    const [here, there] = [network.host(), network.host()];
    const [ada, bob] = [here.swarm(), there.swarm({ name: "Bob" })];
    renderStrict(ada, <PeersPanel />);
    await together(network, ada, bob);
    await userEvent.click(control("Bob"));
    expect(fact("states")).toBeUndefined();
    network.partition([here], [there]);
    await turn(network, 10_000);
    network.heal();
    await turn(network, 5000);
    const list = screen.getByRole("list", { name: "Last states" });
    const [now, cut, first] = inside(list)
      .getAllByRole("listitem")
      .map(({ textContent }) => textContent);
    expect(now).toMatch(/^Connected\d\d:\d\d:\d\d, for 0:0[345]$/);
    expect(cut).toMatch(/^Unreachable\d\d:\d\d:\d\d, for 0:\d\d$/);
    expect(first).toMatch(/^Connected/);
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
    for (const name of ["Filter peers", "Sort by", "State", "Muted only"]) {
      await user.tab();
      expect(document.activeElement).toBe(inside(panel()).getByLabelText(name));
    }
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

describe("which peers, and in which order", () => {
  /** Members with names, in the order in which they come. */
  async function room(...members: { name: string; capabilities?: string[]; latencyMs?: number }[]) {
    const network = memoryNetwork();
    const ada = network.swarm();
    const peers: Swarm[] = [];
    renderStrict(ada, <PeersPanel />);
    await together(network, ada);
    for (const { name, capabilities = [] } of members) {
      const peer = network.swarm({ name, capabilities });
      peers.push(peer);
      await together(network, ada, ...peers);
    }
    await turn(network, 6000);
    return { network, ada, peers, user: userEvent.setup() };
  }
  const names = (): (string | null | undefined)[] =>
    rows().map((row) => row.querySelector("bdi")?.textContent);
  const choose = async (label: string, option: string): Promise<void> =>
    userEvent.selectOptions(inside(panel()).getByLabelText(label), option);
  const counts = (): string | null | undefined => panel().querySelector(".ps-count")?.textContent;
  const list = (): HTMLElement => panel().querySelector(".ps-list-frame") as HTMLElement;

  it("tells screen readers once what a filter finds, and not again with each peer that comes", async () => {
    const { network, ada, peers, user } = await room({ name: "Bob" }, { name: "Bea" });
    const said = () => panel().querySelector('.ps-panel-header [role="status"]')?.textContent;
    expect([counts(), said()]).toEqual(["2 connected", ""]);
    await user.type(inside(panel()).getByLabelText("Filter peers"), "be");
    await waitFor(() => expect(said()).toBe("1 of 2 shown"));
    const ben = network.swarm({ name: "Ben" });
    await together(network, ada, ben, ...peers);
    await turn(network, 1000);
    expect([counts(), said()]).toEqual(["2 of 3 shown", "1 of 2 shown"]);
  });

  it("is offered from the second peer on, and stays", async () => {
    const { network, ada, peers } = await room({ name: "Bob" });
    expect(inside(panel()).queryByLabelText("Filter peers")).toBeNull();
    const cy = network.swarm({ name: "Cy" });
    await together(network, ada, cy, ...peers);
    await turn(network, 1000);
    expect(inside(panel()).getByLabelText("Filter peers")).toBeTruthy();
    void cy.leave();
    await settle(network);
    await turn(network, 1000);
    expect(names()).toEqual(["Bob"]);
    expect(inside(panel()).getByLabelText("Filter peers")).toBeTruthy();
  });

  it("finds text in names, agent ids and capabilities, every word of it, whatever its case", async () => {
    const { user, peers } = await room(
      { name: "Zoe Ålund", capabilities: ["webgpu"] },
      { name: "Bob", capabilities: ["webgpu", "python"] },
      { name: "Cy" },
    );
    const text = inside(panel()).getByLabelText("Filter peers");
    await user.type(text, "zoe ål");
    expect(names()).toEqual(["Zoe Ålund"]);
    expect(counts()).toBe("1 of 3 shown");
    await user.clear(text);
    expect(counts()).toBe("3 connected");
    await user.type(text, "WebGPU python");
    expect(names()).toEqual(["Bob"]);
    await user.clear(text);
    await user.type(text, agentOf(peers[2] as Swarm).slice(0, 11));
    expect(names()).toEqual(["Cy"]);
  });

  it("says that nothing matches, shows all again, and keeps what was open", async () => {
    const { user } = await room({ name: "Bob" }, { name: "Cy" });
    await user.click(control("Bob"));
    await user.type(inside(panel()).getByLabelText("Filter peers"), "nobody is called so");
    expect(rows().filter((row) => row.closest("[hidden]") === null)).toEqual([]);
    expect(inside(panel()).getByText("No peer matches.")).toBeTruthy();
    expect(counts()).toBe("0 of 2 shown");
    await user.click(
      inside(panel()).getAllByRole("button", { name: "Show all peers" }).at(-1) as HTMLElement,
    );
    expect(document.activeElement).toBe(inside(panel()).getByLabelText("Filter peers"));
    expect(names()).toEqual(["Bob", "Cy"]);
    expect(control("Bob").getAttribute("aria-expanded")).toBe("true");
  });

  it("narrows to a state, and to those that are muted", async () => {
    const { network, ada, peers, user } = await room({ name: "Bob" }, { name: "Cy" }, { name: "Di" });
    await act(async () => ada.mute(agentOf(peers[1] as Swarm)));
    await user.click(inside(panel()).getByLabelText("Muted only"));
    expect(names()).toEqual(["Cy"]);
    await user.click(inside(panel()).getByLabelText("Muted only"));
    await choose("State", "Connected");
    expect(counts()).toBe("3 of 3 shown");
    await choose("State", "Asleep");
    expect(inside(panel()).getByText("No peer matches.")).toBeTruthy();
    expect(network.linkCount).toBeGreaterThan(0);
  });

  it("sorts by name as people do, by traffic, and back to who has been here longest", async () => {
    const { network, peers, user } = await room({ name: "peer 10" }, { name: "Émile" }, { name: "Peer 9" });
    expect(names()).toEqual(["peer 10", "Émile", "Peer 9"]);
    await choose("Sort by", "Name");
    expect(names()).toEqual(["Émile", "Peer 9", "peer 10"]);
    peers[2]?.broadcast("noise", noise(50_000));
    await turn(network, 6000);
    await choose("Sort by", "Traffic");
    await user.unhover(list());
    await turn(network, 6000);
    expect(names()[0]).toBe("Peer 9");
    await choose("Sort by", "Connected since");
    expect(names()).toEqual(["peer 10", "Émile", "Peer 9"]);
  });

  it("moves no row while somebody points at one: who goes leaves, who comes is at the end", async () => {
    const { network, ada, peers, user } = await room({ name: "Bob" }, { name: "Cy" }, { name: "Di" });
    await choose("Sort by", "Name");
    await user.hover(list());
    expect(list().dataset.held).toBe("true");
    peers[0]?.announce({ name: "Zed" });
    const ann = network.swarm({ name: "Ann" });
    await together(network, ada, ann, ...peers);
    await turn(network, 6000);
    expect(names()).toEqual(["Zed", "Cy", "Di", "Ann"]);
    void peers[1]?.leave();
    await settle(network);
    await turn(network, 1000);
    expect(names()).toEqual(["Zed", "Di", "Ann"]);
    await user.unhover(list());
    expect(names()).toEqual(["Ann", "Di", "Zed"]);
  });

  it("obeys at once when something else is asked for, though the list is held", async () => {
    const { user } = await room({ name: "Cy" }, { name: "Bartholomew" });
    await user.hover(list());
    await act(async () => inside(panel()).getByLabelText("Filter peers").focus());
    await user.keyboard("bartholo");
    expect(names()).toEqual(["Bartholomew"]);
  });

  it("sorts what goes by numbers every five seconds, and not with each number", async () => {
    const { network, ada, peers } = await room({ name: "Bob" }, { name: "Cy" });
    await choose("Sort by", "Traffic");
    let changes = 0;
    let before = names().join();
    for (let turns = 0; turns < 20; turns++) {
      // Each time the other one has sent the most.
      peers[turns % 2]?.send(idOf(ada), "noise", noise(3000 * (turns + 1)));
      await turn(network, 1000);
      if (names().join() !== before) changes++;
      before = names().join();
    }
    expect(changes).toBeLessThanOrEqual(5);
    await turn(network, 6000);
    expect(names()).toEqual(["Cy", "Bob"]);
  });

  it("renders the row of the peer that changed, and no other; numbers render no row", async () => {
    const network = memoryNetwork();
    const ada = network.swarm({ heartbeatMs: 1000 });
    const peers = ["Bob", "Cy", "Di", "Edmund"].map((name) => network.swarm({ name }));
    const rendered: string[] = [];
    const { state } = englishTexts.peers;
    // Each row asks once for the word of its state.
    const counting = {
      peers: {
        state: new Proxy(state, {
          get: (words, key) => rendered.push(String(key)) && Reflect.get(words, key),
        }),
      },
    };
    render(
      within(
        ada,
        <TextsProvider texts={counting}>
          <PeersPanel />
        </TextsProvider>,
      ),
    );
    await together(network, ada, ...peers);
    await turn(network, 5000);
    rendered.length = 0;
    for (let seconds = 0; seconds < 10; seconds++) {
      network.behaviour.latencyMs = 20 + seconds;
      for (const peer of peers) peer.send(idOf(ada), "noise", noise(1000));
      await turn(network, 1000);
    }
    // Of the choice of states, too, where it is rendered: none is.
    expect(rendered).toEqual([]);
    await act(async () => ada.mute(agentOf(peers[2] as Swarm)));
    expect(rendered.filter((word) => word === "connected").length).toBeLessThanOrEqual(2);
    rendered.length = 0;
    const text = inside(panel()).getByLabelText<HTMLInputElement>("Filter peers");
    await act(async () => text.focus());
    await userEvent.paste("edmund");
    expect(names()).toEqual(["Edmund"]);
    // Once each the choice of states, with the text, and then with the list; the row that stays is not.
    expect(rendered.filter((word) => word === "connected").length).toBeLessThanOrEqual(2);
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
    await enterList();
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
    await enterList();
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
