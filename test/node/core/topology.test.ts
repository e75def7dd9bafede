import { createSwarm, type Swarm, type TopologyLink, type TopologyView } from "peerswarm";
import { type MemoryHost, memoryNetwork, type ScriptedPeer, scriptedPeer } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import {
  connectedPeers,
  dropped,
  expectNothingLeft,
  fragileTransport,
  gather,
  idOf,
  inTime,
  leaveAll,
  leaveNothing,
  peersOf,
  tabs,
  until,
} from "./support.js";

type Three<T> = [T, T, T];

const LINKS = "swarm/topology-links";
const WATCH = "swarm/topology-watch";

async function trio(options: Parameters<typeof memoryNetwork>[0] = {}) {
  const network = memoryNetwork({ latencyMs: 10, ...options });
  const { hosts, swarms } = tabs(network, 3);
  await gather(network, swarms);
  const [ada, bob, cyn] = swarms as Three<Swarm>;
  return { network, hosts: hosts as Three<MemoryHost>, swarms, ada, bob, cyn };
}

/** A swarm that watches, and scripted peers that are linked with it. */
async function stage(count: number) {
  const network = memoryNetwork();
  const ada = network.swarm({ name: "Ada" });
  const peers = await inTime(
    network,
    Promise.all(Array.from({ length: count }, (_, index) => scriptedPeer(network.host(`liar-${index}`)))),
  );
  await inTime(network, ada.join());
  await until(network, () => connectedPeers(ada).length === count);
  ada.topology.watch();
  await network.advance(600);
  return { network, ada, peers };
}

const mesh = (swarm: Swarm): TopologyView => swarm.store.getSnapshot().topology;

function link(viewer: Swarm, one: string, other: string): TopologyLink | undefined {
  return mesh(viewer).links.find(({ a, b }) => (a === one && b === other) || (a === other && b === one));
}

const said = (to: string, roundTripMs: number | null = 40) => ({ to, isUp: true, roundTripMs, route: null });
const whole = (links: ReturnType<typeof said>[], count = links.length) => ({
  isWhole: true,
  links,
  gone: [] as string[],
  count,
});

async function say(network: ReturnType<typeof memoryNetwork>, peer: ScriptedPeer | undefined, what: unknown) {
  peer?.broadcast(LINKS, what);
  await network.advance(600);
}

const sent = (swarm: Swarm, type: string): number => swarm.getStats().byType[type]?.messagesSent ?? 0;

describe("topology", () => {
  it("costs nothing while nobody watches", async () => {
    const { network, swarms, ada } = await trio();
    await network.advance(10_000);
    expect(mesh(ada)).toEqual({ nodes: [], links: [], strangerLinkCount: 0, unaskedCount: 0 });
    for (const swarm of swarms) expect(sent(swarm, WATCH) + sent(swarm, LINKS)).toBe(0);
    await leaveNothing(network, swarms);
  });

  it("shows own links as measured, and those of others as both ends say", async () => {
    const { network, swarms, ada, bob, cyn } = await trio();
    bob.announce({ name: "Bob" });
    ada.topology.watch();
    await network.advance(35_000);
    const { nodes, links } = mesh(ada);
    expect(nodes.map(({ peerId }) => peerId).sort()).toEqual(swarms.map(idOf).sort());
    expect(nodes[0]).toMatchObject({ peerId: idOf(ada), isSelf: true, state: "connected", toldLinkCount: 2 });
    expect(nodes.find(({ name }) => name === "Bob")).toMatchObject({
      peerId: idOf(bob),
      isSelf: false,
      toldLinkCount: 2,
    });
    expect(links).toHaveLength(3);
    expect(link(ada, idOf(ada), idOf(bob))).toMatchObject({
      standing: "own",
      health: "good",
      route: "direct",
      claimedBy: undefined,
    });
    expect(link(ada, idOf(ada), idOf(bob))?.roundTripMs).toBe(
      Math.round(ada.store.getSnapshot().quality[idOf(bob)]?.roundTripP50Ms ?? -1),
    );
    expect(link(ada, idOf(bob), idOf(cyn))).toMatchObject({ standing: "confirmed", health: "good" });
    expect(link(ada, idOf(bob), idOf(cyn))?.roundTripMs).toBeGreaterThanOrEqual(20);
    expect(dropped(ada)).toEqual({});
    expect(mesh(bob).nodes).toEqual([]);
    await leaveNothing(network, swarms);
    expect(mesh(ada).nodes).toEqual([]);
  });

  it("is told once and then only what changes, at most every two seconds", async () => {
    const { network, swarms, ada, bob } = await trio();
    ada.topology.watch();
    await network.advance(40_000);
    // What is there at once, then the first measurements.
    expect(sent(bob, LINKS)).toBeLessThanOrEqual(3);
    const before = mesh(ada);
    const messages = sent(bob, LINKS);
    await network.advance(60_000);
    expect(sent(bob, LINKS)).toBe(messages);
    expect(mesh(ada)).toBe(before);
    for (let turn = 0; turn < 20; turn++) {
      const guest = network.swarm();
      await inTime(network, guest.join());
      await network.advance(200);
      await inTime(network, guest.leave());
      await network.advance(200);
    }
    // Each stay of a guest takes less than a second here.
    expect(sent(bob, LINKS) - messages).toBeLessThanOrEqual(12);
    await leaveNothing(network, swarms);
  });

  it("asks once however many watch, and nobody any more once the last has ceased", async () => {
    const { network, swarms, ada, bob } = await trio();
    const stops = [ada.topology.watch(), ada.topology.watch()];
    await network.settle();
    expect(sent(ada, WATCH)).toBe(2);
    // As a component that is mounted twice in one go.
    ada.topology.watch()();
    stops[0]?.();
    stops[0]?.();
    await network.advance(1000);
    expect(sent(ada, WATCH)).toBe(2);
    expect(mesh(ada).links).toHaveLength(3);
    stops[1]?.();
    await network.settle();
    expect(sent(ada, WATCH)).toBe(4);
    expect(mesh(ada).nodes).toEqual([]);
    const messages = sent(bob, LINKS);
    const guest = network.swarm();
    await gather(network, [...swarms, guest]);
    await network.advance(5000);
    expect(sent(bob, LINKS)).toBe(messages);
    expect(dropped(ada)).toEqual({});
    await leaveNothing(network, [...swarms, guest]);
  });

  it("may be watched before joining, loads nothing until then, and lasts beyond a stay", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    const [ada, bob] = swarms as [Swarm, Swarm];
    const stop = ada.topology.watch();
    await network.settle();
    expect(mesh(ada).nodes).toEqual([]);
    await gather(network, swarms);
    await network.advance(1000);
    expect(mesh(ada).nodes).toHaveLength(2);
    await leaveAll(network, [ada]);
    expect(mesh(ada).nodes).toEqual([]);
    await gather(network, [ada, bob]);
    await network.advance(1000);
    expect(mesh(ada).nodes).toHaveLength(2);
    expect(link(ada, idOf(ada), idOf(bob))).toMatchObject({ standing: "own" });
    stop();
    await leaveNothing(network, swarms);
  });

  it("follows those who come and go, also beyond a crash", async () => {
    const { network, hosts, swarms, ada, cyn } = await trio();
    ada.topology.watch();
    await network.advance(3000);
    const guest = network.swarm();
    await gather(network, [...swarms, guest]);
    await network.advance(4000);
    expect(mesh(ada).links).toHaveLength(6);
    expect(link(ada, idOf(guest), idOf(cyn))).toMatchObject({ standing: "confirmed" });
    await leaveAll(network, [guest]);
    hosts[1].crash();
    await until(network, () => peersOf(ada).length === 1 && peersOf(cyn).length === 1, 30_000);
    await network.advance(4000);
    expect(mesh(ada).nodes.map(({ peerId }) => peerId)).toEqual([idOf(ada), idOf(cyn)]);
    expect(mesh(ada).links).toHaveLength(1);
    expect(mesh(ada).strangerLinkCount).toBe(0);
    await leaveNothing(network, [ada, cyn]);
  });

  it("shows a link that is down between two others", async () => {
    const { network, hosts, swarms, ada, bob, cyn } = await trio();
    ada.topology.watch();
    await network.advance(3000);
    // Ada still has a path to both; only the two lose theirs, which groups cannot say.
    network.partition([hosts[0], hosts[1]], [hosts[2]]);
    await until(network, () => link(ada, idOf(bob), idOf(cyn))?.health === "down", 20_000);
    expect(link(ada, idOf(ada), idOf(cyn))).toMatchObject({ standing: "own", health: "down" });
    expect(link(ada, idOf(ada), idOf(bob))).toMatchObject({ standing: "own", health: "good" });
    expect(mesh(ada).nodes.find(({ peerId }) => peerId === idOf(cyn))?.state).toBe("unreachable");
    network.heal();
    await until(network, () => link(ada, idOf(bob), idOf(cyn))?.health === "good", 30_000);
    await leaveNothing(network, swarms);
  });

  it("is whole again after links were replaced", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    const host = network.host("cyn");
    const fragile = fragileTransport(host);
    const cyn = createSwarm({ transport: fragile, runtime: host.runtime, identity: "session" });
    const all = [...swarms, cyn];
    await gather(network, all);
    const [ada, bob] = swarms as [Swarm, Swarm];
    ada.topology.watch();
    cyn.topology.watch();
    await network.advance(3000);
    const linkIds = peersOf(cyn).map(({ linkId }) => linkId);
    fragile.failLinks();
    await network.advance(60_000);
    await until(network, () => all.every((swarm) => connectedPeers(swarm).length === 2));
    expect(peersOf(cyn).some(({ linkId }) => linkIds.includes(linkId))).toBe(false);
    const guest = network.swarm();
    await gather(network, [...all, guest]);
    await network.advance(4000);
    for (const viewer of [ada, cyn]) {
      expect(mesh(viewer).links).toHaveLength(6);
      expect(mesh(viewer).links.every(({ standing }) => standing !== "claimed")).toBe(true);
    }
    expect(link(cyn, idOf(ada), idOf(bob))).toMatchObject({ standing: "confirmed" });
    await leaveNothing(network, [...all, guest]);
  });

  it("hears anew what was lost with a link that is replaced", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    const [ada, cyn] = swarms as [Swarm, Swarm];
    const host = network.host("bob");
    const fragile = fragileTransport(host);
    const bob = createSwarm({ transport: fragile, runtime: host.runtime, identity: "session" });
    await gather(network, [ada, cyn, bob]);
    ada.topology.watch();
    await network.advance(5000);
    const toldByBob = () => mesh(ada).nodes.find(({ peerId }) => peerId === idOf(bob))?.toldLinkCount;
    expect(toldByBob()).toBe(2);
    host.tamper = (message, lane) => (lane === "control" ? undefined : message);
    await leaveAll(network, [cyn]);
    await network.advance(3000);
    host.tamper = undefined;
    await network.advance(3000);
    expect(toldByBob()).toBe(2);
    fragile.failLinks();
    await until(network, () => toldByBob() === 1, 60_000);
    await leaveNothing(network, [ada, bob]);
  });

  it("keeps what has not changed", async () => {
    const { network, swarms, ada, bob, cyn } = await trio();
    ada.topology.watch();
    await network.advance(40_000);
    const before = mesh(ada);
    bob.announce({ name: "Bob" });
    await network.advance(1000);
    const after = mesh(ada);
    expect(after).not.toBe(before);
    expect(after.links).toBe(before.links);
    const cynIn = ({ nodes }: TopologyView) => nodes.find(({ peerId }) => peerId === idOf(cyn));
    expect(cynIn(after)).toBe(cynIn(before));
    await leaveNothing(network, swarms);
  });
});

describe("what peers claim of their links", () => {
  it("is confirmed by both ends, and only claimed by one", async () => {
    const { network, ada, peers } = await stage(3);
    const [bob, cyn, dev] = peers as Three<ScriptedPeer>;
    await say(network, bob, whole([said(cyn.peerId), said(dev.peerId, 500)]));
    expect(link(ada, bob.peerId, cyn.peerId)).toMatchObject({ standing: "claimed", claimedBy: bob.peerId });
    await say(network, cyn, whole([said(bob.peerId, 160)]));
    await say(network, dev, whole([]));
    expect(link(ada, bob.peerId, cyn.peerId)).toMatchObject({
      standing: "confirmed",
      claimedBy: undefined,
      roundTripMs: 160,
      health: "slow",
    });
    expect(link(ada, bob.peerId, dev.peerId)).toMatchObject({ standing: "claimed", health: "bad" });
    expect(dropped(ada)).toEqual({});
  });

  it("never changes our own links, nor adds members", async () => {
    const { network, ada, peers } = await stage(1);
    const [bob] = peers;
    const stranger = "aaaaaaaaaaaa-bbbbbbbbbb";
    const before = link(ada, idOf(ada), bob?.peerId ?? "");
    await say(network, bob, whole([said(idOf(ada), 9999), said(stranger)]));
    expect(link(ada, idOf(ada), bob?.peerId ?? "")).toEqual(before);
    expect(mesh(ada)).toMatchObject({ strangerLinkCount: 1 });
    expect(mesh(ada).nodes).toHaveLength(2);
    expect(mesh(ada).links).toHaveLength(1);
  });

  it.each([
    ["one member twice", (to: string) => whole([said(to), said(to)])],
    ["a new link that is gone", (to: string) => ({ ...whole([said(to)]), isWhole: false, gone: [to] })],
    ["gone ones of no list", (to: string) => ({ ...whole([]), gone: [to] })],
    ["more links than it counts", (to: string) => whole([said(to)], 0)],
    ["a round trip below zero", (to: string) => whole([said(to, -1)])],
    ["a name that is none", () => whole([said("__proto__")])],
    ["a field too many", (to: string) => ({ ...whole([said(to)]), more: 1 })],
    ["257 links", () => whole(Array.from({ length: 257 }, (_, index) => said(strangerId(index))))],
    ["no object", () => "links"],
  ])("is dropped and counted with %s", async (_, make) => {
    const { network, ada, peers } = await stage(2);
    const [bob, cyn] = peers as Three<ScriptedPeer>;
    await say(network, bob, whole([]));
    await say(network, bob, make(cyn.peerId));
    expect(link(ada, bob.peerId, cyn.peerId)).toBeUndefined();
    expect(dropped(ada)).toEqual({ "invalid-payload": 1 });
  });

  it("is dropped and counted where it names its sender", async () => {
    const { network, ada, peers } = await stage(2);
    const [bob] = peers as Three<ScriptedPeer>;
    await say(network, bob, whole([said(bob.peerId)]));
    expect(dropped(ada)).toEqual({ "invalid-payload": 1 });
  });

  it("holds no more than 256 links, however many messages they come in", async () => {
    const { network, ada, peers } = await stage(1);
    const [bob] = peers;
    for (let part = 0; part < 3; part++) {
      const links = Array.from({ length: 100 }, (_, index) => said(strangerId(part * 100 + index)));
      await say(network, bob, { ...whole(links, 1000), isWhole: part === 0 });
    }
    expect(mesh(ada).strangerLinkCount).toBe(200);
    expect(mesh(ada).nodes[1]?.toldLinkCount).toBe(1000);
    expect(dropped(ada)).toEqual({ "invalid-payload": 1 });
  });

  it("is dropped and counted where it floods, and nothing of the flooder is believed any more", async () => {
    const { network, ada, peers } = await stage(2);
    const [bob, cyn] = peers as Three<ScriptedPeer>;
    let notifications = 0;
    ada.store.subscribe(() => void notifications++);
    for (let count = 0; count < 500; count++) bob.broadcast(LINKS, whole([said(cyn.peerId, count)]));
    await network.advance(1000);
    expect(dropped(ada)["topology-rate"]).toBeGreaterThan(400);
    expect(link(ada, bob.peerId, cyn.peerId)).toBeUndefined();
    expect(notifications).toBeLessThan(10);
  });

  it("is not wanted and not kept while nobody watches", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const bob = await inTime(network, scriptedPeer(network.host("bob")));
    await inTime(network, ada.join());
    await until(network, () => connectedPeers(ada).length === 1);
    await say(network, bob, whole([said(strangerId(1))]));
    expect(mesh(ada).nodes).toEqual([]);
    expect(dropped(ada)).toEqual({});
    await leaveAll(network, [ada]);
    bob.leave();
    await network.settle();
    expectNothingLeft(network);
  });

  it("gets those who watch again and again no more than every two seconds", async () => {
    const { network, ada, peers } = await stage(1);
    const [bob] = peers;
    for (let count = 0; count < 100; count++) {
      bob?.broadcast(WATCH, { isWatching: true });
      bob?.broadcast(WATCH, { isWatching: false });
      bob?.broadcast(WATCH, { isWatching: true });
      await network.advance(100);
    }
    expect(bob?.received.get(LINKS)).toBeLessThanOrEqual(6);
    expect(sent(ada, LINKS)).toBeGreaterThanOrEqual(4);
    bob?.broadcast(WATCH, { isWatching: "yes" });
    await network.settle();
    expect(dropped(ada)).toEqual({ "invalid-payload": 1 });
  });
});

it("in a crowd asks the first 64, names 256 links, and draws at most twice a second", async () => {
  const { network, ada, peers } = await stage(300);
  expect(mesh(ada)).toMatchObject({ unaskedCount: 300 - 64 });
  expect(mesh(ada).nodes).toHaveLength(301);
  expect(peers.filter(({ received }) => received.has(WATCH))).toHaveLength(64);
  let heardLinks: unknown;
  const host = network.host("curious");
  const curious = await inTime(
    network,
    scriptedPeer(host, {
      onMessage: ({ content }) => {
        if (content.type === LINKS) heardLinks ??= content.payload;
      },
    }),
  );
  await until(network, () => connectedPeers(ada).length === 301);
  curious.broadcast(WATCH, { isWatching: true });
  await network.advance(100);
  expect(heardLinks).toMatchObject({ isWhole: true, count: 301, links: { length: 256 } });

  let draws = 0;
  let last = mesh(ada);
  ada.store.subscribe(() => {
    if (mesh(ada) === last) return;
    last = mesh(ada);
    draws++;
  });
  for (let turn = 0; turn < 20; turn++) {
    for (const peer of peers.slice(0, 40)) peer.broadcast(LINKS, whole([said(strangerId(turn))]));
    await network.advance(100);
  }
  expect(draws).toBeLessThanOrEqual(5);
  const [first] = peers.filter(({ received }) => received.has(WATCH));
  first?.leave();
  await until(network, () => peers.filter(({ received }) => received.has(WATCH)).length === 65, 30_000);
  await leaveAll(network, [ada]);
});

function strangerId(index: number): string {
  const letters = "abcdefghijklmnopqrstuvwxyz234567";
  const two = `${letters[Math.floor(index / 32)]}${letters[index % 32]}`;
  return `${two.repeat(6)}-${two.repeat(5)}`;
}
