import fc from "fast-check";
import { createSwarm, definePresence, type PresenceView, type Swarm, SwarmError } from "peerswarm";
import { type MemoryHost, memoryNetwork, scriptedPeer } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  agentOf,
  connectedPeers,
  dropped,
  expectNothingLeft,
  fragileTransport,
  gather,
  idOf,
  inTime,
  leaveAll,
  leaveNothing,
  tabs,
  until,
} from "./support.js";

type Two<T> = [T, T];

const cursor = definePresence("cursor", v.object({ x: v.number(), y: v.number() }));
const note = definePresence("note", v.string());

async function couple(options: Parameters<typeof memoryNetwork>[0] = {}) {
  const network = memoryNetwork({ latencyMs: 10, ...options });
  const { hosts, swarms } = tabs(network, 2);
  await gather(network, swarms);
  const [ada, bob] = swarms as Two<Swarm>;
  return { network, hosts: hosts as Two<MemoryHost>, swarms, ada, bob };
}

function seen(viewer: Swarm, name = "cursor"): PresenceView | undefined {
  return viewer.store.getSnapshot().presence[name];
}

function sentOn(swarm: Swarm, name: string): number {
  return swarm.getStats().byType[`swarm/presence:${name}`]?.messagesSent ?? 0;
}

describe("presence", () => {
  it("shows each member's state to those who watch it, by peer, and the own one at once", async () => {
    const { network, swarms, ada, bob } = await couple();
    expect(seen(ada)).toBeUndefined();
    const channel = ada.presence(cursor);
    bob.presence(cursor);
    await network.settle();
    expectTypeOf(channel.view).toEqualTypeOf<PresenceView<{ x: number; y: number }>>();
    channel.set({ x: 1, y: 2 });
    expect(seen(ada)).toEqual({ own: { x: 1, y: 2 }, peers: {} });
    expect(channel.view).toBe(seen(ada));
    await network.settle();
    expect(seen(bob)).toEqual({ own: undefined, peers: { [idOf(ada)]: { x: 1, y: 2 } } });
    expect(dropped(bob)).toEqual({});
    await leaveNothing(network, swarms);
    expect(seen(bob)).toEqual({ own: undefined, peers: {} });
    expect(seen(ada)?.own).toEqual({ x: 1, y: 2 });
  });

  it("is sent to nobody who does not watch it", async () => {
    const { network, swarms, ada, bob } = await couple();
    ada.presence(cursor).set({ x: 1, y: 2 });
    bob.presence(note);
    await network.advance(2000);
    expect(sentOn(ada, "cursor")).toBe(0);
    expect(dropped(bob)).toEqual({});
    await leaveNothing(network, swarms);
  });

  it("is told to those who come or look later, and once more after the own swarm was away", async () => {
    const { network, swarms, ada, bob } = await couple();
    ada.presence(note).set("here");
    await network.advance(5000);
    bob.presence(note);
    await network.settle();
    expect(seen(bob, "note")?.peers).toEqual({ [idOf(ada)]: "here" });
    const cyn = network.swarm();
    cyn.presence(note);
    await inTime(network, cyn.join());
    await until(network, () => connectedPeers(cyn).length === 2);
    await network.settle();
    expect(seen(cyn, "note")?.peers).toEqual({ [idOf(ada)]: "here" });
    await inTime(network, ada.leave());
    await network.settle();
    expect(seen(bob, "note")?.peers).toEqual({});
    await gather(network, [...swarms, cyn]);
    expect(seen(bob, "note")?.peers).toEqual({ [idOf(ada)]: "here" });
    await leaveNothing(network, [...swarms, cyn]);
  });

  it("can be taken back, and what is still on its way does not bring it back", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.presence(note);
    await network.settle();
    const channel = ada.presence(note);
    channel.set("here");
    await network.settle();
    channel.set(undefined);
    expect(channel.view.own).toBeUndefined();
    await network.advance(1000);
    expect(seen(bob, "note")).toEqual({ own: undefined, peers: {} });
    await leaveNothing(network, swarms);
  });

  it("is gone with the peer, also one that crashed", async () => {
    const { network, hosts, ada, bob } = await couple();
    ada.presence(note);
    bob.presence(note).set("here");
    await network.settle();
    expect(Object.values(seen(ada, "note")?.peers ?? {})).toEqual(["here"]);
    hosts[1].crash();
    await until(
      network,
      () => connectedPeers(ada).length === 0 && Object.keys(seen(ada, "note")?.peers ?? {}).length === 0,
      20_000,
    );
    await leaveNothing(network, [ada]);
  });

  it("is sent at most 20 times a second while it changes, and reliably once it rests", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.presence(cursor);
    await network.settle();
    const channel = ada.presence(cursor);
    for (let ms = 0; ms < 2000; ms += 5) {
      channel.set({ x: ms, y: 0 });
      await network.advance(5);
    }
    expect(sentOn(ada, "cursor")).toBeGreaterThanOrEqual(39);
    expect(sentOn(ada, "cursor")).toBeLessThanOrEqual(41);
    expect(ada.getStats().byLane.control.messagesSent).toBeLessThan(10);
    const before = sentOn(ada, "cursor");
    await network.advance(5000);
    expect(sentOn(ada, "cursor") - before).toBeLessThanOrEqual(2);
    expect(seen(bob)?.peers).toEqual({ [idOf(ada)]: { x: 1995, y: 0 } });
    await leaveNothing(network, swarms);
  });

  it("arrives in its last state though every datagram is lost", async () => {
    const { network, swarms, ada, bob } = await couple({ datagramLoss: 1 });
    for (const swarm of swarms) swarm.presence(cursor);
    await network.settle();
    ada.presence(cursor).set({ x: 1, y: 1 });
    await network.advance(100);
    ada.presence(cursor).set({ x: 2, y: 2 });
    await network.advance(200);
    expect(seen(bob)).toBeUndefined();
    await network.advance(200);
    expect(seen(bob)?.peers).toEqual({ [idOf(ada)]: { x: 2, y: 2 } });
    await leaveNothing(network, swarms);
  });

  it("changes what the store shows at most once per frame, and keeps what did not change", async () => {
    const network = memoryNetwork({ latencyMs: 1, jitterMs: 20 });
    const { swarms } = tabs(network, 4);
    await gather(network, swarms);
    const [viewer, still, ...movers] = swarms as [Swarm, Swarm, Swarm, Swarm];
    viewer.presence(cursor);
    still.presence(cursor).set({ x: 0, y: 0 });
    await network.advance(1000);
    const stillView = seen(viewer)?.peers[idOf(still)];
    let changes = 0;
    let last = seen(viewer);
    viewer.store.subscribe(() => {
      if (seen(viewer) !== last) changes++;
      last = seen(viewer);
    });
    for (let ms = 0; ms < 1000; ms += 10) {
      for (const swarm of movers) swarm.presence(cursor).set({ x: ms, y: 0 });
      await network.advance(10);
    }
    // 1000 ms in frames of 16 ms.
    expect(changes).toBeLessThanOrEqual(64);
    expect(changes).toBeGreaterThan(10);
    expect(seen(viewer)?.peers[idOf(still)]).toBe(stillView);
    const stats = viewer.store.getSnapshot().presence;
    await network.advance(1000);
    const settled = viewer.store.getSnapshot().presence;
    await network.advance(10_000);
    expect(settled).not.toBe(stats);
    expect(viewer.store.getSnapshot().presence).toBe(settled);
    await leaveNothing(network, swarms);
  });

  it("refuses what the schema refuses, what cannot travel and what is large, before it changes anything", async () => {
    const { network, swarms, ada } = await couple();
    const channel = ada.presence(cursor);
    channel.set({ x: 1, y: 1 });
    // @ts-expect-error the schema wants a position
    expect(() => channel.set({ x: 1 })).toThrow(SwarmError);
    expect(() => ada.presence(note).set("x".repeat(4096))).toThrow("4096");
    const dates = definePresence("dates", v.any());
    expect(() => ada.presence(dates).set(new Date())).toThrow("Date");
    expect(channel.view.own).toEqual({ x: 1, y: 1 });
    for (const name of ["", "x".repeat(65)]) expect(() => definePresence(name, v.any())).toThrow(SwarmError);
    await leaveNothing(network, swarms);
  });

  it("has harmless names", async () => {
    const { network, swarms, ada, bob } = await couple();
    for (const name of ["__proto__", "constructor", "toString"]) {
      const odd = definePresence(name, v.string());
      expect(bob.store.getSnapshot().presence[name]).toBeUndefined();
      bob.presence(odd);
      await network.settle();
      ada.presence(odd).set("odd");
      await network.settle();
      expect(bob.store.getSnapshot().presence[name]?.peers).toEqual({ [idOf(ada)]: "odd" });
    }
    await leaveNothing(network, swarms);
  });

  it("of a muted agent is not shown", async () => {
    const { network, swarms, ada, bob } = await couple();
    for (const swarm of swarms) swarm.presence(note);
    bob.mute(agentOf(ada));
    await network.settle();
    ada.presence(note).set("unseen");
    await network.advance(1000);
    expect(seen(bob, "note")).toBeUndefined();
    expect(dropped(bob)).toEqual({ muted: 2 });
    await leaveNothing(network, swarms);
  });

  it("is told again over the link that replaced the one on which it was lost", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const hosts = [network.host(), network.host()] as Two<MemoryHost>;
    const transport = fragileTransport(hosts[0]);
    const ada = createSwarm({ identity: "session", transport, runtime: hosts[0].runtime });
    const bob = hosts[1].swarm();
    await gather(network, [ada, bob]);
    for (const swarm of [ada, bob]) swarm.presence(note);
    await network.settle();
    transport.failLinks();
    for (const host of hosts) host.tamper = () => undefined;
    ada.presence(note).set("said into a dead link");
    await network.advance(1000);
    for (const host of hosts) host.tamper = undefined;
    expect(seen(bob, "note")?.peers ?? {}).toEqual({});
    await until(network, () => connectedPeers(ada).length === 1);
    await network.advance(1000);
    expect(seen(bob, "note")?.peers).toEqual({ [idOf(ada)]: "said into a dead link" });
    await leaveNothing(network, [ada, bob]);
  });
});

describe("presence of a lying peer", () => {
  it("changes nothing: too large, refused, old, unasked, too often; and is counted", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const scripted = await inTime(network, scriptedPeer(network.host("scripted")));
    const ada = network.swarm();
    ada.presence(note).set("mine");
    await inTime(network, ada.join());
    await until(network, () => connectedPeers(ada).length === 1);
    const say = (payload: unknown, lane: "control" | "datagram" = "control") =>
      scripted.broadcast("swarm/presence:note", payload, lane);
    say({ version: 5, state: "five" });
    say({ version: 5, state: "five again" });
    say({ version: 4, state: "four" }, "datagram");
    say({ version: 6, state: 6 });
    say({ version: 7, state: "x".repeat(5000) });
    for (const payload of [null, {}, { version: 0, state: "" }, { version: 1.5, state: "" }]) say(payload);
    scripted.broadcast("swarm/presence:other", { version: 1, state: "unasked" });
    scripted.broadcast("swarm/presence-watch", { names: ["note", "__proto__", "nothing"] });
    scripted.broadcast("swarm/presence-watch", { names: new Array(33).fill("note") });
    await network.advance(100);
    expect(seen(ada, "note")?.peers).toEqual({ [scripted.peerId]: "five" });
    expect(dropped(ada)).toEqual({ "invalid-payload": 6, "presence-too-large": 1, "unknown-type": 1 });
    expect(scripted.received.get("swarm/presence:note")).toBe(1);
    for (let version = 10; version < 1010; version++) say({ version, state: "often" }, "datagram");
    for (let times = 0; times < 1000; times++)
      scripted.broadcast("swarm/presence-watch", { names: times % 2 === 0 ? [] : ["note"] });
    await network.settle();
    expect(dropped(ada)["presence-rate"]).toBeGreaterThan(1000);
    expect(scripted.received.get("swarm/presence:note")).toBeLessThan(250);
    scripted.leave();
    await leaveNothing(network, [ada]);
  });
});

describe("the presence of a peer, whatever is lost, late, slept through or cut", () => {
  it("never goes backwards, and ends in the last state", async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant("set" as const), waitMs: fc.nat({ max: 120 }) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constantFrom("sleep" as const, "wake" as const, "cut" as const, "heal" as const),
          waitMs: fc.nat({ max: 3000 }),
        }),
      },
    );
    const plan = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 30 }),
      datagramLoss: fc.constantFrom(0, 0.3, 1),
      jitterMs: fc.constantFrom(0, 60, 400),
      seed: fc.nat(),
    });
    const count = definePresence("count", v.number());
    await fc.assert(
      fc.asyncProperty(plan, async ({ steps, ...behaviour }) => {
        const { network, hosts, swarms, ada, bob } = await couple(behaviour);
        const peerId = idOf(ada);
        bob.presence(count);
        const states: number[] = [];
        bob.store.subscribe(() => {
          const state = seen(bob, "count")?.peers[peerId] as number | undefined;
          if (state !== undefined && state !== states.at(-1)) states.push(state);
        });
        let last = 0;
        for (const { kind, waitMs } of steps) {
          if (kind === "set") ada.presence(count).set(++last);
          if (kind === "sleep") hosts[1].sleep();
          if (kind === "wake") hosts[1].wake();
          if (kind === "cut") network.partition([hosts[0]], [hosts[1]]);
          if (kind === "heal") network.heal();
          await network.advance(waitMs);
        }
        hosts[1].wake();
        network.heal();
        await until(network, () => connectedPeers(bob).length === 1);
        await network.advance(10_000);
        expect(states).toEqual(states.toSorted((a, b) => a - b));
        if (last > 0) expect(states.at(-1)).toBe(last);
        await leaveAll(network, swarms);
        await network.advance(60_000);
        expectNothingLeft(network);
      }),
      { numRuns: 60 },
    );
  });
});
