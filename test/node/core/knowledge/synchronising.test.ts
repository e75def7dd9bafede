import fc from "fast-check";
import { scriptedPeer } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import type { Device } from "../mailbox/support.js";
import { connectedPeers, dropped, inTime, until } from "../support.js";
import { droppedBy, gathering, linked, viewOf } from "./support.js";

const idsOf = ({ swarm }: Device): readonly string[] => {
  const { artifacts, reflections } = swarm.store.getSnapshot().knowledge;
  return [...artifacts, ...reflections].map(({ id }) => id).sort();
};

const sentBy = ({ swarm }: Device, ...names: string[]) => {
  const { byType } = swarm.getStats();
  const of = names.map((name) => byType[`swarm/knowledge-${name}`]);
  return {
    messages: of.reduce((sum, traffic) => sum + (traffic?.messagesSent ?? 0), 0),
    bytes: of.reduce((sum, traffic) => sum + (traffic?.bytesSent ?? 0), 0),
  };
};

describe("members that were apart", () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("put" as const), who: fc.nat(3), shared: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("reflect" as const), who: fc.nat(3) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("remove" as const), who: fc.nat(3), which: fc.nat(20) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("part" as const),
        groups: fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("heal" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("reload" as const), who: fc.nat(3) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(40_000) }) },
  );

  it("hold the same set once they are together again, whatever happened", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 4, maxLength: 14, size: "max" }),
        fc.nat(1000),
        async (steps, seed) => {
          const { devices, network, done, leave } = await gathering(4, [], { seed, jitterMs: 20 });
          const sharedIds = new Set<string>();
          const removedBy = new Map<Device, Set<string>>(devices.map((device) => [device, new Set()]));
          let count = 0;
          for (const one of steps) {
            if (one.kind === "put") {
              const { swarm } = devices[one.who]!;
              const { id } = await done(swarm.knowledge.put(`note ${count++}`, { share: one.shared }));
              if (one.shared) sharedIds.add(id);
            } else if (one.kind === "reflect") {
              const { reflections } = devices[one.who]!.swarm;
              const { id } = await done(
                reflections.add({ task: `task ${count++}`, outcome: "success", lesson: "yes" }),
              );
              sharedIds.add(id);
              await done(reflections.shareSuccess());
            } else if (one.kind === "remove") {
              const device = devices[one.who]!;
              const id = idsOf(device)[one.which];
              if (id === undefined) continue;
              await done(device.swarm.knowledge.remove(id));
              removedBy.get(device)!.add(id);
            } else if (one.kind === "part") {
              const groups = [0, 1, 2].map((group) =>
                devices.filter((_, index) => one.groups[index] === group).map(({ host }) => host),
              );
              network.partition(...groups);
            } else if (one.kind === "heal") network.heal();
            else if (one.kind === "wait") await network.advance(one.ms);
            else {
              network.heal();
              devices[one.who]!.crash();
              await devices[one.who]!.open();
            }
          }
          network.heal();
          await linked(network, devices);
          await network.advance(90_000);
          // What nobody but one had, and that one removed, is gone for everyone.
          const held = new Set(devices.flatMap((device) => idsOf(device)));
          for (const device of devices) {
            const gone = removedBy.get(device)!;
            const due = [...sharedIds].filter((id) => held.has(id) && !gone.has(id)).sort();
            expect(idsOf(device).filter((id) => sharedIds.has(id))).toEqual(due);
            for (const id of gone) expect(idsOf(device)).not.toContain(id);
            const code = /^(connect:|gap:|knowledge-stray)/;
            expect(Object.keys(dropped(device.swarm)).filter((name) => !code.test(name))).toEqual([]);
          }
          await leave();
        },
      ),
      { numRuns: 8 },
    );
  });

  it("say little to each other where nothing or little differs", async () => {
    const { devices, network, done, leave } = await gathering(2);
    const [ada, bob] = devices as [Device, Device];
    for (let index = 0; index < 300; index++)
      await done(ada.swarm.knowledge.put(`note ${index}`, { share: index % 2 === 0 }));
    await network.advance(1000);
    expect(viewOf(bob).artifactCount).toBe(150);
    const before = [
      sentBy(ada, "compare", "share", "pull", "receipt"),
      sentBy(bob, "compare", "share", "pull", "receipt"),
    ];
    await network.advance(120_000);
    const after = [
      sentBy(ada, "compare", "share", "pull", "receipt"),
      sentBy(bob, "compare", "share", "pull", "receipt"),
    ];
    // Four to six comparisons of each side in that time, each one message there and one back.
    for (const index of [0, 1]) {
      expect(after[index]!.messages - before[index]!.messages).toBeLessThanOrEqual(13);
      expect(after[index]!.bytes - before[index]!.bytes).toBeLessThanOrEqual(13 * 100);
    }
    network.partition([ada.host], [bob.host]);
    await done(bob.swarm.knowledge.put("one more", { share: true }));
    await network.advance(90_000);
    network.heal();
    await linked(network, devices);
    await network.advance(5000);
    expect(viewOf(ada).artifactCount).toBe(301);
    const spent = [sentBy(ada, "compare", "share", "pull"), sentBy(bob, "compare", "share", "pull")];
    for (const index of [0, 1]) expect(spent[index]!.bytes - after[index]!.bytes).toBeLessThan(4000);
    expect(viewOf(ada)).toMatchObject({ syncing: [], lastSyncAtMs: expect.any(Number) });
    await leave();
  });

  it("go on comparing, and call it equal, though one has removed what the others never had", async () => {
    const { devices, network, done, leave } = await gathering(1);
    const [ada] = devices as [Device];
    const { id } = await done(ada.swarm.knowledge.put("a slip", { share: true }));
    await done(ada.swarm.knowledge.remove(id));
    const bob = await (await import("../mailbox/support.js")).createDevice(network, "bob");
    await bob.open();
    await linked(network, [ada, bob]);
    await network.advance(1_800_000);
    const compares = () => sentBy(ada, "compare").messages + sentBy(bob, "compare").messages;
    const before = compares();
    await network.advance(600_000);
    // Each begins 16 to 28 times in that time, and each comparison takes two to four messages.
    expect(compares() - before).toBeGreaterThanOrEqual(2 * 2 * 15);
    expect(sentBy(bob, "pull").messages).toBeLessThan(20);
    expect(viewOf(bob).artifactCount).toBe(0);
    await inTime(network, bob.swarm.leave());
    await leave();
  });

  it("bring a newcomer thousands of records, in order, within the rates", { timeout: 60_000 }, async () => {
    const { devices, network, done, leave } = await gathering(1);
    const [ada] = devices as [Device];
    for (let index = 0; index < 800; index++)
      ada.swarm.knowledge.put(`note ${index}`, { share: true }).catch(() => undefined);
    await network.settle();
    expect((await done(ada.swarm.knowledge.usage())).artifactCount).toBe(800);
    const other = await (await import("../mailbox/support.js")).createDevice(network, "newcomer");
    await other.open();
    await until(network, () => viewOf(other).artifactCount === 800, 30_000);
    expect(droppedBy(other)).toEqual({});
    expect(droppedBy(ada)).toEqual({});
    expect((await done(other.swarm.knowledge.usage())).receivedBytes).toBeGreaterThan(800 * 256);
    await inTime(network, other.swarm.leave());
    await leave();
  });
});

describe("a hostile peer", () => {
  it("that never becomes equal is given up, left alone, and counted", async () => {
    const { devices, network, done, leave } = await gathering(1);
    const [ada] = devices as [Device];
    for (let index = 0; index < 40; index++)
      await done(ada.swarm.knowledge.put(`note ${index}`, { share: true }));
    let compared = 0;
    const liar = await inTime(
      network,
      scriptedPeer(network.host("liar"), {
        onMessage({ content: { type, payload } }, peer) {
          const { number } = payload as { number: number };
          if (type === "swarm/knowledge-compare") {
            const { claims } = payload as { claims: readonly { prefix: string }[] };
            compared++;
            // Everything is different, always, and one digit further down.
            const prefix = `${claims[0]?.prefix ?? ""}0`.slice(0, 63);
            const reply = {
              number,
              isReply: true,
              claims: [{ prefix, prints: new Uint8Array(256).fill(1 + (compared % 255)) }],
            };
            peer.broadcast("swarm/knowledge-compare", reply, "bulk");
          }
          if (type === "swarm/knowledge-share" || type === "swarm/knowledge-pull")
            peer.broadcast("swarm/knowledge-receipt", { number, held: 999, added: 0 }, "bulk");
        },
      }),
    );
    await until(network, () => liar.linked.length === 1);
    await network.advance(50_000);
    expect(compared).toBeGreaterThan(0);
    const early = compared;
    await network.advance(1_800_000);
    // Once a minute at first, then ever more seldom.
    expect(compared - early).toBeLessThan(10 * 66);
    expect(dropped(ada.swarm)["knowledge-endless"]).toBeGreaterThanOrEqual(4);
    expect(viewOf(ada).syncing).toEqual([]);
    liar.leave();
    await leave();
  });

  it("gets no further with forged, foreign, oversized or endless messages", async () => {
    const { devices, network, done, leave } = await gathering(2);
    const [ada, bob] = devices as [Device, Device];
    const { id } = await done(ada.swarm.knowledge.put("genuine", { title: "Genuine", share: true }));
    await done(ada.swarm.knowledge.put("mine", { title: "Private" }));
    const letter = (await done(ada.swarm.knowledge.signed(id)))!;
    const liar = await inTime(network, scriptedPeer(network.host("liar")));
    await until(network, () => liar.linked.length === 2);
    await network.advance(5000);
    const forged = { ...letter, body: letter.body.slice() };
    // Within the title.
    const at = Buffer.from(letter.body).indexOf("Genuine");
    forged.body[at] = 0x67;
    const send = (name: string, payload: unknown) =>
      liar.broadcast(`swarm/knowledge-${name}`, payload, "bulk");
    send("share", { number: 1, letters: [forged] });
    send("share", { number: 2, letters: [{ body: new Uint8Array(70_000), signature: letter.signature }] });
    send("share", { number: 3, letters: new Array(129).fill(letter) });
    send("share", { number: 4, letters: [letter], more: 1 });
    send("compare", { number: 5, isReply: false, claims: [{ prefix: "x", prints: new Uint8Array(16) }] });
    send("compare", { number: 6, isReply: false, claims: [{ prefix: "", prints: new Uint8Array(17) }] });
    send("compare", { number: 7, isReply: true, claims: [] });
    send("pull", { number: 8, ids: new Uint8Array(33) });
    send("pull", { number: 9, ids: new Uint8Array(32) });
    send("request", { number: 10, cid: "x".repeat(65) });
    send("request", { number: 11, cid: "nothing" });
    send("block", { number: 12, block: null });
    send("changed", { records: ["f".repeat(64)], contents: [] });
    send("query", { number: 13, text: "x".repeat(1025), vector: null, k: 1 });
    send("query", { number: 14, text: "note", vector: Float32Array.of(NaN), k: 1 });
    await network.advance(1000);
    for (const device of [ada, bob]) {
      const counted = dropped(device.swarm);
      expect(counted["forged-record"]).toBe(1);
      expect(counted["invalid-record"]).toBe(1);
      expect(counted["invalid-payload"]).toBeGreaterThanOrEqual(6);
      expect(counted["knowledge-claims"]).toBe(1);
    }
    expect(viewOf(bob).artifacts.map(({ title }) => title)).toEqual(["Genuine"]);
    // What is private is given to nobody, by whatever name it is asked for.
    const [own] = (await done(ada.swarm.knowledge.list({ isShared: false })))!;
    const asked = hearBlocks(liar);
    send("request", { number: 20, cid: own!.id });
    send("query", { number: 21, text: "Private mine", vector: null, k: 64 });
    await network.advance(1000);
    expect(asked()).toBeGreaterThan(0);
    expect(connectedPeers(ada.swarm)).toHaveLength(2);
    // A flood of questions costs the one who asks.
    for (let number = 100; number < 400; number++)
      send("query", { number, text: "genuine", vector: null, k: 64 });
    await network.advance(1000);
    expect(dropped(ada.swarm)["knowledge-rate"]).toBeGreaterThan(200);
    liar.leave();
    await leave();
  });
});

function hearBlocks(liar: { readonly received: ReadonlyMap<string, number> }): () => number {
  return () => liar.received.get("swarm/knowledge-block") ?? 0;
}
