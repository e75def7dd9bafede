import fc from "fast-check";
import {
  createIdentity,
  createSwarm,
  defineShared,
  type SharedChange,
  type SharedView,
  type Storage,
  type Swarm,
  SwarmError,
  TOMBSTONE_LIFE_MS,
} from "peerswarm";
import { type MemoryHost, type MemoryNetwork, memoryNetwork, scriptedPeer } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { compareEntries, entryLetter, readEntry, type SharedEntry } from "../../../src/core/shared/entry.js";
import { createReplica } from "../../../src/core/shared/replica.js";
import { writeLetter } from "../../../src/core/wire/letter.js";
import { createLetterId, type Letter } from "../../../src/core/wire/letterShape.js";
import {
  agentOf,
  connectedPeers,
  dropped,
  expectNothingLeft,
  gather,
  inTime,
  leaveAll,
  leaveNothing,
  record,
  tabs,
  until,
} from "./support.js";

type Two<T> = [T, T];

const topic = defineShared("topic", v.string());
const counts = defineShared("counts", v.number(), { persist: true });

async function gathered(count: number) {
  const network = memoryNetwork({ latencyMs: 10 });
  const { hosts, swarms } = tabs(network, count);
  await gather(network, swarms);
  return { network, hosts, swarms };
}

async function couple() {
  const { network, hosts, swarms } = await gathered(2);
  const [ada, bob] = swarms as Two<Swarm>;
  return { network, hosts: hosts as Two<MemoryHost>, swarms, ada, bob };
}

function viewOf(swarm: Swarm, name = "topic"): SharedView | undefined {
  return swarm.store.getSnapshot().shared[name];
}

/** What a state holds, without who and when. */
function plain(swarm: Swarm, name: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(viewOf(swarm, name)?.values ?? {}).map(([key, { value }]) => [key, value]),
  );
}

describe("shared state", () => {
  it("is seen here at once and by everyone soon, with who wrote it and when", async () => {
    const { network, swarms, ada, bob } = await couple();
    const state = ada.share(topic);
    expectTypeOf(state.get()).toEqualTypeOf<string | undefined>();
    bob.share(topic);
    expect(state.get()).toBeUndefined();
    state.set("tea");
    expect(state.get()).toBe("tea");
    expect(viewOf(ada)?.values[""]).toEqual({
      value: "tea",
      author: undefined,
      writtenAtMs: network.clock.now(),
      isPending: true,
    });
    await network.settle();
    for (const swarm of swarms)
      expect(viewOf(swarm)?.values[""]).toMatchObject({
        value: "tea",
        author: agentOf(ada),
        isPending: false,
      });
    expect([dropped(ada), dropped(bob)]).toEqual([{}, {}]);
    await leaveNothing(network, swarms);
    expect(bob.share(topic).get()).toBe("tea");
  });

  it("has keys, tells of changes, and keeps what did not change", async () => {
    const { network, swarms, ada, bob } = await couple();
    const [ours, theirs] = [ada.share(counts), bob.share(counts)];
    await network.settle();
    const changes: SharedChange[] = [];
    const stop = theirs.subscribe((change) => changes.push(change));
    ours.set(1, "a");
    ours.set(2, "b");
    await network.advance(200);
    const { a } = theirs.view.values;
    ours.set(3, "b");
    ours.delete("nothing");
    await network.advance(200);
    ours.delete("b");
    await network.advance(200);
    expect(theirs.view.values.a).toBe(a);
    expect(theirs.keys()).toEqual(["a"]);
    expect(theirs.get("b")).toBeUndefined();
    expect(changes.map(({ key, value }) => [key, value])).toEqual([
      ["a", 1],
      ["b", 2],
      ["b", 3],
      ["b", undefined],
    ]);
    stop();
    const before = theirs.view;
    await network.advance(120_000);
    expect(theirs.view).toBe(before);
    await leaveNothing(network, swarms);
  });

  it("is the same state for the same name, and of another name another", async () => {
    const { network, swarms, ada } = await couple();
    ada.share(topic).set("tea");
    expect(ada.share(defineShared("topic", v.string())).get()).toBe("tea");
    expect(ada.share(defineShared("other", v.string())).get()).toBeUndefined();
    expect(() => defineShared("", v.string())).toThrow(SwarmError);
    expect(() => defineShared("a\u0000b", v.string())).toThrow(SwarmError);
    await leaveNothing(network, swarms);
  });

  it("has harmless keys and names", async () => {
    const { network, swarms, ada, bob } = await couple();
    const odd = defineShared("__proto__", v.string());
    for (const swarm of swarms) swarm.share(odd);
    await network.settle();
    for (const key of ["__proto__", "constructor", "toString"]) {
      expect(bob.share(odd).get(key)).toBeUndefined();
      ada.share(odd).set("odd", key);
    }
    await network.advance(200);
    expect(bob.share(odd).keys().toSorted()).toEqual(["__proto__", "constructor", "toString"]);
    expect(bob.share(odd).get("__proto__")).toBe("odd");
    await leaveNothing(network, swarms);
  });

  it("written again before it is signed is what was written last", async () => {
    const { network, swarms, ada, bob } = await couple();
    for (const swarm of swarms) swarm.share(counts);
    await network.settle();
    ada.share(counts).set(1);
    ada.share(counts).set(2);
    await Promise.resolve();
    ada.share(counts).set(3);
    await network.settle();
    expect(ada.share(counts).get()).toBe(3);
    await network.advance(200);
    expect([ada, bob].map((swarm) => swarm.share(counts).get())).toEqual([3, 3]);
    await leaveNothing(network, swarms);
  });

  it("can be written before the join, and is told as soon as there is somebody", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const { swarms } = tabs(network, 2);
    const [ada, bob] = swarms as Two<Swarm>;
    ada.share(topic).set("written alone");
    await network.advance(5000);
    expect(viewOf(ada)?.values[""]?.isPending).toBe(true);
    bob.share(topic);
    await gather(network, swarms);
    expect(bob.share(topic).get()).toBe("written alone");
    await leaveNothing(network, swarms);
  });

  it("is told to those who come late, or look late, also when its author has gone", async () => {
    const { network, swarms, ada, bob } = await couple();
    bob.share(topic);
    ada.share(topic).set("tea");
    await network.settle();
    const author = agentOf(ada);
    await inTime(network, ada.leave());
    const cyn = network.swarm();
    await inTime(network, cyn.join());
    await until(network, () => connectedPeers(cyn).length === 1);
    await network.settle();
    expect(dropped(cyn)).not.toHaveProperty("forged-entry");
    cyn.share(topic);
    await network.settle();
    expect(viewOf(cyn)?.values[""]).toMatchObject({ value: "tea", author });
    await leaveNothing(network, [...swarms, cyn]);
  });

  it("sends what changes fast at most 20 times a second, and ends in the last value", async () => {
    const { network, swarms, ada, bob } = await couple();
    for (const swarm of swarms) swarm.share(counts);
    await network.settle();
    for (let ms = 0; ms < 1000; ms += 5) {
      ada.share(counts).set(ms);
      await network.advance(5);
    }
    expect(ada.getStats().byType["swarm/shared:counts"]?.messagesSent).toBeLessThanOrEqual(21);
    await network.advance(100);
    expect(bob.share(counts).get()).toBe(995);
    await leaveNothing(network, swarms);
  });

  it("belongs to its room: another one begins empty, and the first is there again when it is entered", async () => {
    const { network, swarms, ada, bob } = await couple();
    for (const swarm of swarms) swarm.share(counts);
    ada.share(counts).set(1);
    await network.settle();
    await inTime(network, ada.configureSignaling({ room: "elsewhere" }));
    await network.settle();
    expect(ada.share(counts).get()).toBeUndefined();
    ada.share(counts).set(2);
    await network.settle();
    await inTime(network, ada.configureSignaling({ room: "peerswarm-default" }));
    await until(network, () => connectedPeers(ada).length === 1);
    await network.settle();
    expect([ada, bob].map((swarm) => swarm.share(counts).get())).toEqual([1, 1]);
    await leaveNothing(network, swarms);
  });

  it("refuses what the schema refuses, what cannot travel, what is large and what is too much", async () => {
    const { network, swarms, ada } = await couple();
    const state = ada.share(counts);
    // @ts-expect-error the schema wants a number
    expect(() => state.set("one")).toThrow(SwarmError);
    expect(() => state.set(NaN)).toThrow(SwarmError);
    expect(() => state.set(1, "k".repeat(129))).toThrow(SwarmError);
    expect(() => ada.share(topic).set("x".repeat(17_000))).toThrow("16384");
    const anything = ada.share(defineShared("anything", v.any()));
    expect(() => anything.set(undefined)).toThrow("undefined");
    expect(() => anything.set(new Date())).toThrow("Date");
    expect([state.keys(), anything.keys()]).toEqual([[], []]);
    for (let index = 0; index < 768; index++) anything.set(index, `${index}`);
    expect(() => anything.set(0, "one more")).toThrow(SwarmError);
    anything.set("overwritten", "0");
    anything.delete("1");
    anything.set(0, "one more");
    await leaveNothing(network, swarms);
  });
});

describe("shared state after a partition", () => {
  it("is the last write everywhere, deletions included", async () => {
    const { network, hosts, swarms } = await gathered(4);
    const states = swarms.map((swarm) => swarm.share(counts));
    const [first, , , last] = states as [(typeof states)[0], unknown, unknown, (typeof states)[0]];
    first.set(0, "deleted later");
    first.set(0, "deleted earlier");
    first.set(0, "deleted here");
    await network.advance(200);
    network.partition(hosts.slice(0, 2), hosts.slice(2));
    await network.advance(1000);
    first.set(1, "both");
    last.delete("deleted earlier");
    first.set(1, "deleted later");
    await network.advance(1000);
    last.set(2, "both");
    first.set(2, "deleted earlier");
    last.delete("deleted later");
    first.delete("deleted here");
    first.set(0, "never seen there");
    first.delete("never seen there");
    await network.advance(90_000);
    network.heal();
    await until(network, () => swarms.every((swarm) => connectedPeers(swarm).length === 3), 90_000);
    await network.advance(1000);
    for (const swarm of swarms) expect(plain(swarm, "counts")).toEqual({ both: 2, "deleted earlier": 2 });
    // Deletions of what some never had are the same everywhere too, so there is nothing left to compare.
    const digests = () => swarms.map((swarm) => swarm.getStats().byType["swarm/shared-digest:counts"]);
    await network.advance(60_000);
    const before = digests();
    await network.advance(180_000);
    expect(digests()).toEqual(before);
    await leaveNothing(network, swarms);
  });

  it("of one pair only goes over a third one, or by the next comparison", async () => {
    const { network, swarms } = await gathered(3);
    const [ada, bob, cyn] = swarms as [Swarm, Swarm, Swarm];
    for (const swarm of swarms) swarm.share(topic);
    await network.settle();
    // Ada's own words never reach Cyn.
    cyn.ban(agentOf(ada));
    await network.settle();
    ada.share(topic).set("by way of Bob");
    await network.settle();
    expect([bob, cyn].map((swarm) => swarm.share(topic).get())).toEqual(["by way of Bob", undefined]);
    await network.advance(180_000);
    expect(cyn.share(topic).get()).toBe("by way of Bob");
    await leaveNothing(network, swarms);
  });

  it("of 1000 values goes over in pages and batches, and only what differs", async () => {
    const { network, hosts, swarms, ada, bob } = await couple();
    const [ours, theirs] = [ada.share(topic), bob.share(topic)];
    for (let index = 0; index < 700; index++) ours.set("x".repeat(900), `a${index}`);
    await network.advance(1000);
    network.partition([hosts[0]], [hosts[1]]);
    for (let index = 0; index < 40; index++) theirs.set("y", `b${index}`);
    for (let index = 0; index < 40; index++) ours.set("z", `a${index}`);
    await network.advance(70_000);
    const before = ada.getStats().byType["swarm/shared:topic"]?.bytesSent ?? 0;
    network.heal();
    await until(network, () => swarms.every((swarm) => connectedPeers(swarm).length === 1), 90_000);
    await network.advance(1000);
    expect(Object.keys(plain(bob, "topic"))).toHaveLength(740);
    expect(plain(ada, "topic")).toEqual(plain(bob, "topic"));
    const sent = (ada.getStats().byType["swarm/shared:topic"]?.bytesSent ?? 0) - before;
    expect(sent).toBeLessThan(60_000);
    expect([dropped(ada)["shared-rate"], dropped(bob)["shared-rate"]]).toEqual([undefined, undefined]);
    await leaveNothing(network, swarms);
  });
});

describe("shared state that is kept", () => {
  it("is there before the next join, and later writes win over earlier ones even with a slow clock", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const host = network.host("first life");
    const ada = host.swarm();
    ada.share(counts).set(1, "a");
    ada.share(counts).set(1, "gone");
    ada.share(counts).delete("gone");
    await inTime(network, ada.join());
    await network.advance(200);
    ada.share(counts).set(2, "a");
    await network.settle();
    host.crash();
    await network.advance(1000);
    const next = network.host("second life", { storage: host.storage });
    const { clock } = next.runtime;
    // Its wall clock was set back by an hour... which is more than anyone believes, so by half a minute.
    const slow = { ...next.runtime, clock: { ...clock, now: () => clock.now() - 30_000 } };
    const again = createSwarm({ identity: "session", transport: next.transport, runtime: slow });
    const state = again.share(counts);
    expect(state.view.isLoaded).toBe(false);
    state.set(3, "a");
    expect(state.get("a")).toBe(3);
    await network.settle();
    expect(state.view.isLoaded).toBe(true);
    expect(plain(again, "counts")).toEqual({ a: 3 });
    const bob = network.swarm();
    bob.share(counts);
    await gather(network, [again, bob]);
    await network.advance(200);
    expect(plain(bob, "counts")).toEqual({ a: 3 });
    // The timers of the first life run out unheard.
    await network.advance(60_000);
    await leaveNothing(network, [again, bob]);
  });

  it("includes what was written while the swarm was off, and is of its room alone", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const host = network.host();
    host.swarm().share(counts).set(7);
    await network.settle();
    const [same, other] = [host.swarm(), host.swarm({ room: "other" })];
    for (const swarm of [same, other]) swarm.share(counts);
    await network.settle();
    expect([plain(same, "counts"), plain(other, "counts")]).toEqual([{ "": 7 }, {}]);
    expect(viewOf(same, "counts")?.values[""]?.isPending).toBe(true);
    const bob = network.swarm();
    bob.share(counts);
    await gather(network, [same, bob]);
    await network.settle();
    expect(plain(bob, "counts")).toEqual({ "": 7 });
    await leaveNothing(network, [same, bob]);
  });

  it("of two tabs of one device is the newer one, whichever hears of it first", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const remote = network.host("elsewhere");
    const first = network.host("tab 1");
    const second = network.host("tab 2", { storage: first.storage });
    const [late, older, newer] = [remote.swarm(), first.swarm(), second.swarm()];
    const swarms = [late, older, newer];
    for (const swarm of swarms) swarm.share(counts);
    late.share(counts).set(1);
    await network.advance(1000);
    network.partition([remote, first], [second]);
    await inTime(network, Promise.all([older.join(), newer.join()]));
    newer.share(counts).set(2);
    await network.advance(1000);
    await inTime(network, late.join());
    await until(network, () => connectedPeers(older).length === 1);
    await network.advance(1000);
    expect(plain(older, "counts")).toEqual({ "": 1 });
    const third = network.host("tab 3", { storage: first.storage }).swarm();
    third.share(counts);
    await network.settle();
    expect(plain(third, "counts")).toEqual({ "": 2 });
    await leaveAll(network, swarms);
  });

  it("goes on without storage, says so, and never hangs", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const host = network.host();
    const fails = () => Promise.reject(new SwarmError("storage-failed", { what: "Full." }));
    const storage: Storage = { get: fails, entries: fails, write: fails, exclusively: fails };
    const ada = createSwarm({
      identity: "session",
      transport: host.transport,
      runtime: { ...host.runtime, storage },
    });
    const errors = record(ada, "error");
    ada.share(counts).set(1);
    await network.settle();
    const bob = network.swarm();
    bob.share(counts);
    await gather(network, [ada, bob]);
    expect(plain(bob, "counts")).toEqual({ "": 1 });
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0]?.cause).toMatchObject({ code: "storage-failed" });
    await leaveNothing(network, [ada, bob]);
  });

  it("forgets a deletion after 30 days, not before", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const host = network.host();
    const ada = host.swarm();
    const bob = network.swarm();
    for (const swarm of [ada, bob]) swarm.share(counts);
    await gather(network, [ada, bob]);
    ada.share(counts).set(1, "a");
    await network.advance(200);
    await inTime(network, bob.leave());
    await network.advance(1000);
    ada.share(counts).delete("a");
    await network.advance(200);
    await inTime(network, ada.leave());
    await network.settle();
    await network.advance(TOMBSTONE_LIFE_MS - 120_000);
    await gather(network, [ada, bob]);
    await network.settle();
    expect([plain(ada, "counts"), plain(bob, "counts")]).toEqual([{}, {}]);
    await leaveAll(network, [ada, bob]);
    const kept = () => host.storage.entries("shared", { from: "peerswarm-default\u0000counts\u0000" });
    expect(await kept()).toHaveLength(1);
    await network.advance(TOMBSTONE_LIFE_MS);
    await inTime(network, ada.join());
    await network.advance(60_000);
    expect(await kept()).toHaveLength(0);
    await leaveNothing(network, [ada, bob]);
  });
});

describe("a clock", () => {
  it("that is more than a minute ahead is refused and counted, and catches up", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const host = network.host();
    const { clock } = host.runtime;
    const runtime = { ...host.runtime, clock: { ...clock, now: () => clock.now() + 100_000 } };
    const ada = createSwarm({ identity: "session", transport: host.transport, runtime });
    const bob = network.swarm();
    for (const swarm of [ada, bob]) swarm.share(topic);
    await gather(network, [ada, bob]);
    ada.share(topic).set("from the future");
    await network.settle();
    expect(bob.share(topic).get()).toBeUndefined();
    expect(dropped(bob)["clock-ahead"]).toBe(1);
    await network.advance(90_000);
    expect(bob.share(topic).get()).toBe("from the future");
    // Bob writes after what he knows, though his own clock is behind it.
    bob.share(topic).set("later");
    await network.settle();
    expect(ada.share(topic).get()).toBe("later");
    await leaveNothing(network, [ada, bob]);
  });
});

describe("a lying peer", () => {
  const author = createIdentity();
  const stranger = createIdentity();

  async function signedBy(
    signer: Awaited<typeof author>,
    change: Partial<{
      room: string;
      name: string;
      key: string;
      wallMs: number;
      value: unknown;
      from: string;
    }>,
  ): Promise<Letter> {
    const {
      room = "peerswarm-default",
      name = "topic",
      key = "",
      value = "lie",
      from = signer.agentId,
    } = change;
    const time = { wallMs: change.wallMs ?? Date.UTC(2026, 0, 1), counter: 0 };
    const id = createLetterId((count) => crypto.getRandomValues(new Uint8Array(count)));
    const content = entryLetter(
      { time, isDeleted: value === undefined, value },
      { id, name, key, room, from },
    );
    return writeLetter(content, signer);
  }

  async function withLiar() {
    const network = memoryNetwork({ latencyMs: 10 });
    const liar = await inTime(network, scriptedPeer(network.host("liar")));
    const ada = network.swarm();
    ada.share(topic);
    await inTime(network, ada.join());
    await until(network, () => connectedPeers(ada).length === 1);
    await network.settle();
    const tell = async (...letters: readonly unknown[]) => {
      liar.broadcast("swarm/shared:topic", { letters });
      await network.settle();
    };
    return { network, liar, ada, tell };
  }

  it("cannot speak for another agent, change what one wrote, or carry it to another room or name", async () => {
    const { network, liar, ada, tell } = await withLiar();
    const genuine = await signedBy(await author, { value: "true" });
    const changed = { ...genuine, body: genuine.body.with(genuine.body.length - 1, 1) };
    await tell(changed);
    await tell(await signedBy(await stranger, { from: (await author).agentId }));
    await tell(
      await signedBy(await author, { room: "other" }),
      await signedBy(await author, { name: "other" }),
    );
    await tell(await signedBy(await author, { value: 5 }));
    await tell({ ...genuine, signature: genuine.signature.with(0, (genuine.signature[0] ?? 0) ^ 1) });
    await tell({ body: new Uint8Array(30_000), signature: new Uint8Array(64) });
    await tell(null, "letter", {});
    expect(ada.share(topic).get()).toBeUndefined();
    expect(dropped(ada)).toEqual({
      "forged-entry": 3,
      "foreign-entry": 2,
      "invalid-payload": 2,
      "malformed-entry": 1,
    });
    await tell(genuine, genuine);
    await tell(genuine);
    expect(viewOf(ada)?.values[""]).toMatchObject({ value: "true", author: (await author).agentId });
    liar.leave();
    await leaveNothing(network, [ada]);
  });

  it("cannot fill the memory: keys per author, bytes per author, entries per second", async () => {
    const { network, liar, ada } = await withLiar();
    const letters = await Promise.all(
      Array.from({ length: 900 }, async (_, index) => signedBy(await author, { key: `k${index}` })),
    );
    for (let start = 0; start < letters.length; start += 50)
      liar.broadcast("swarm/shared:topic", { letters: letters.slice(start, start + 50) });
    await network.settle();
    expect(ada.share(topic).keys()).toHaveLength(768);
    expect(dropped(ada)["shared-full"]).toBe(132);
    const large = await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        signedBy(await stranger, { key: `large${index}`, value: "x".repeat(16_000) }),
      ),
    );
    for (const letter of large) liar.broadcast("swarm/shared:topic", { letters: [letter] });
    await network.settle();
    const largeKeys = ada
      .share(topic)
      .keys()
      .filter((key) => key.startsWith("large"));
    expect(largeKeys.length).toBe(Math.floor((1024 * 1024) / (large[0] as Letter).body.length));
    const nonsense = { body: new Uint8Array(4), signature: new Uint8Array(64) };
    for (let times = 0; times < 200; times++)
      liar.broadcast("swarm/shared:topic", { letters: new Array(64).fill(nonsense) });
    await network.settle();
    expect(dropped(ada)["shared-rate"]).toBeGreaterThan(0);
    liar.leave();
    await leaveNothing(network, [ada]);
  });

  it("cannot make others send more than is sensible by asking again and again", async () => {
    const { network, liar, ada } = await withLiar();
    for (let index = 0; index < 50; index++) ada.share(topic).set("x".repeat(10_000), `k${index}`);
    await network.advance(5000);
    const before = ada.getStats().byType["swarm/shared:topic"]?.bytesSent ?? 0;
    for (let times = 0; times < 500; times++) {
      liar.broadcast("swarm/shared-summary:topic", { root: new Uint8Array(32), isReply: false });
      liar.broadcast("swarm/shared-digest:topic", { after: null, upTo: null, lines: [] });
    }
    await network.settle();
    expect((ada.getStats().byType["swarm/shared:topic"]?.bytesSent ?? 0) - before).toBeLessThan(
      20 * 1024 * 1024,
    );
    expect(dropped(ada)["shared-rate"]).toBeGreaterThan(900);
    for (const payload of [
      null,
      {},
      { root: new Uint8Array(31), isReply: false },
      { after: 1, upTo: null, lines: [] },
    ]) {
      liar.broadcast("swarm/shared-summary:topic", payload);
      liar.broadcast("swarm/shared-digest:topic", payload);
    }
    await network.settle();
    expect(dropped(ada)["invalid-payload"]).toBe(8);
    liar.leave();
    await leaveNothing(network, [ada]);
  });
});

describe("replicas", () => {
  it("are the same whatever the order, times and repetitions in which they got the entries", async () => {
    const authors = await Promise.all([createIdentity(), createIdentity()]);
    const entries: SharedEntry[] = [];
    // Few times and keys, so that most of them clash, down to the same author at the same time.
    for (let index = 0; index < 60; index++) {
      const signer = authors[index % 2] as (typeof authors)[0];
      const time = { wallMs: 1000 + (index % 3), counter: index % 2 };
      const address = {
        id: createLetterId((count) => crypto.getRandomValues(new Uint8Array(count))),
        name: "x",
        key: `k${index % 5}`,
        room: "r",
        from: signer.agentId,
      };
      const isDeleted = index % 7 === 0;
      const letter = await writeLetter(entryLetter({ time, isDeleted, value: index }, address), signer);
      entries.push(readEntry(letter) as SharedEntry);
    }
    const fill = (order: readonly SharedEntry[]) => {
      const replica = createReplica();
      for (const entry of order) if (replica.isNews(entry)) replica.put(entry);
      return replica;
    };
    const expected = fill(entries.toSorted(compareEntries)).root();
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 59 }), { maxLength: 80 }), fc.nat(), (extra, rotation) => {
        const start = rotation % entries.length;
        const order = [
          ...extra.map((index) => entries[index] as SharedEntry),
          ...entries.slice(start),
          ...entries.slice(0, start),
        ];
        expect(fill(order).root()).toEqual(expected);
        // What a comparison sends is enough to make any part whole.
        const part = fill(extra.map((index) => entries[index] as SharedEntry));
        const whole = fill(entries);
        for (const page of part.pages())
          for (const entry of whole.missingFrom(page)) if (part.isNews(entry)) part.put(entry);
        expect(part.root()).toEqual(expected);
      }),
    );
  });

  it("are all the same in the end and hold the latest writes, with skewed clocks, partitions, crashes and sleep", async () => {
    const step = fc.record({
      kind: fc.constantFrom("set", "set", "set", "delete", "delete", "crash", "sleep", "wake"),
      index: fc.nat({ max: 2 }),
      key: fc.constantFrom("a", "b"),
      waitMs: fc.constantFrom(0, 1, 15, 400),
    });
    const phase = fc.record({
      // Who is cut off from the other two; nobody, or everyone from everyone.
      cut: fc.constantFrom(0, 1, 2, "none", "all"),
      steps: fc.array(step, { maxLength: 8 }),
      // Links survive the shorter ones, and what waited on them arrives late; after the longest they are gone.
      waitMs: fc.constantFrom(10, 3000, 20_000, 120_000),
    });
    const plan = fc.record({
      phases: fc.array(phase, { minLength: 2, maxLength: 4 }),
      skewsMs: fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -25_000, max: 25_000 }))),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ phases, skewsMs, seed }) => {
        const lab = createLab(seed, skewsMs);
        await lab.gather();
        for (const { cut, steps, waitMs: phaseMs } of phases) {
          lab.cut(cut);
          for (const { kind, index, key, waitMs } of steps) {
            lab.act(kind, index, key);
            await lab.network.advance(waitMs);
          }
          await lab.network.advance(phaseMs);
        }
        await lab.gather();
        lab.replicas.forEach(({ swarm }, index) => {
          swarm.share(counts).set(1000 + index, `last of ${index}`);
        });
        await lab.network.advance(120_000);
        const latest = lab.latest();
        for (const { swarm } of lab.replicas) expect(plain(swarm, "counts")).toEqual(latest);
        for (const index of [0, 1, 2]) expect(latest[`last of ${index}`]).toBe(1000 + index);
        for (const { swarm } of lab.replicas) expect(dropped(swarm)["clock-ahead"]).toBeUndefined();
        await leaveAll(
          lab.network,
          lab.replicas.map(({ swarm }) => swarm),
        );
        await lab.network.advance(60_000);
        expectNothingLeft(lab.network);
      }),
      { numRuns: 30 },
    );
  });
});

interface LabReplica {
  host: MemoryHost;
  swarm: Swarm;
}

/** Three devices with skewed clocks, whose storage tells of every entry that any of them ever kept. */
function createLab(seed: number, skewsMs: readonly number[]) {
  const network: MemoryNetwork = memoryNetwork({ latencyMs: 10, jitterMs: 20, seed });
  const kept: SharedEntry[] = [];
  let writes = 0;

  const open = (host: MemoryHost, skewMs: number): LabReplica => {
    const { clock, storage } = host.runtime;
    const runtime = {
      ...host.runtime,
      clock: { ...clock, now: () => clock.now() + skewMs },
      storage: {
        ...storage,
        write(changes: Parameters<Storage["write"]>[0]) {
          for (const { value } of changes) {
            const letter = value as Letter | undefined;
            const entry = letter?.body === undefined ? undefined : readEntry(letter);
            if (entry !== undefined) kept.push(entry);
          }
          return storage.write(changes);
        },
      },
    };
    const swarm = createSwarm({ identity: "session", transport: host.transport, runtime });
    swarm.share(counts);
    void swarm.join().catch(() => undefined);
    return { host, swarm };
  };

  const replicas = skewsMs.map((skewMs, index) => open(network.host(`device ${index}`), skewMs));

  let isCut = (_: number): boolean => false;
  const split = (): void => {
    const alone = replicas.filter((_, index) => isCut(index)).map(({ host }) => [host]);
    const together = replicas.filter((_, index) => !isCut(index)).map(({ host }) => host);
    network.partition(together, ...alone);
  };

  return {
    network,
    replicas,
    act(kind: string, index: number, key: string): void {
      const { host, swarm } = replicas[index] as LabReplica;
      if (kind === "set") swarm.share(counts).set(++writes, key);
      if (kind === "delete") swarm.share(counts).delete(key);
      if (kind === "sleep") host.sleep();
      if (kind === "wake") host.wake();
      if (kind === "crash") {
        host.crash();
        const next = network.host(host.name, { storage: host.storage });
        replicas[index] = open(next, skewsMs[index] ?? 0);
        split();
      }
    },
    cut(which: unknown): void {
      isCut = (index) => which === "all" || which === index;
      split();
    },
    async gather(): Promise<void> {
      network.heal();
      for (const { host } of replicas) host.wake();
      const isWhole = () => replicas.every(({ swarm }) => connectedPeers(swarm).length === 2);
      await until(network, isWhole, 180_000);
      // What was written last is signed and told, and those who seemed connected really are.
      await network.advance(90_000);
      await until(network, isWhole, 180_000);
    },
    /** What the latest of all entries say, as far as they are values. */
    latest(): Record<string, unknown> {
      const newest = new Map<string, SharedEntry>();
      for (const entry of kept) {
        const known = newest.get(entry.key);
        if (known === undefined || compareEntries(entry, known) > 0) newest.set(entry.key, entry);
      }
      const values = [...newest.values()].filter(({ isDeleted }) => !isDeleted);
      return Object.fromEntries(values.map(({ key, value }) => [key, value]));
    },
  };
}
