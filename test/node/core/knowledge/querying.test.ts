import type { KnowledgeHit } from "peerswarm";
import { scriptedPeer } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { regionDistance } from "../../../../src/core/knowledge/querying.js";
import type { Device } from "../mailbox/support.js";
import { connectedPeers, inTime, until, watch } from "../support.js";
import { droppedBy, gathering, linked, namesOf } from "./support.js";

const sourcesOf = (hits: readonly KnowledgeHit[]): Record<string, readonly string[]> =>
  Object.fromEntries(hits.map((hit, index) => [namesOf(hits)[index], hit.sources]));

describe("a query", () => {
  it("merges what is here with what peers answer: each thing once, with everyone who has it", async () => {
    const { devices, network, done, leave } = await gathering(3);
    const [ada, bob, eve] = devices as [Device, Device, Device];
    // Nobody has compared yet when eve asks: what she finds, peers have told her now.
    network.partition([ada.host, bob.host], [eve.host]);
    const put = (device: Device, text: string, title: string) =>
      done(device.swarm.knowledge.put(text, { title, share: true }));
    const sieve = await put(ada, "the sieve of Eratosthenes finds primes", "Sieve");
    await put(bob, "the sieve of Eratosthenes finds primes", "The same sieve");
    await done(
      bob.swarm.reflections.add({ task: "prime search", outcome: "success", lesson: "skip even numbers" }),
    );
    await done(bob.swarm.reflections.shareSuccess());
    await put(eve, "Mersenne primes are rare", "Mersenne");
    await done(ada.swarm.knowledge.put("secret primes", { title: "Private" }));
    network.heal();
    await until(network, () => connectedPeers(eve.swarm).length === 2, 180_000, 100);
    const hits = await done(eve.swarm.knowledge.query("primes", { k: 10 }));
    // Of two descriptions of one content the first that came is shown.
    const oneSieve = expect.stringMatching(/^(Sieve|The same sieve)$/);
    expect([...namesOf(hits)].sort()).toEqual(["Mersenne", oneSieve, "prime search"]);
    const sources = sourcesOf(hits);
    expect(sources.Mersenne![0]).toBe("here");
    const sieveSources = hits.find(({ id }) => id === sieve.id)?.sources ?? [];
    expect([...sieveSources].sort()).toEqual(expect.arrayContaining([ada.agentId, bob.agentId].sort()));
    expect(sources["prime search"]).toContain(bob.agentId);
    expect(hits.map(({ score }) => score)).toEqual([...hits.map(({ score }) => score)].sort((a, b) => b - a));
    expect(await done(eve.swarm.knowledge.query("primes", { k: 1 }))).toHaveLength(1);
    // Private things are found by their owner only.
    expect(namesOf(await done(ada.swarm.knowledge.query("secret")))).toEqual(["Private"]);
    expect(await done(eve.swarm.knowledge.query("secret"))).toEqual([]);
    for (const device of devices) expect(droppedBy(device)).toEqual({});
    await leave();
  });

  it("here asks nobody", async () => {
    const { devices, network, done, leave } = await gathering(2);
    const [ada, bob] = devices as [Device, Device];
    await done(ada.swarm.knowledge.put("primes", { title: "Sieve", share: true }));
    await network.advance(1000);
    const asked = () => bob.swarm.getStats().byType["swarm/knowledge-query"]?.messagesSent ?? 0;
    const [hit] = await done(bob.swarm.knowledge.query("primes", { scope: "here" }));
    expect(hit).toMatchObject({ sources: ["here"] });
    expect(asked()).toBe(0);
    await done(bob.swarm.knowledge.query("primes"));
    expect(asked()).toBe(1);
    await leave();
  });

  it("answers with what came in time, and ends when it is aborted", async () => {
    const { devices, network, done, leave } = await gathering(3);
    const [ada, bob, eve] = devices as [Device, Device, Device];
    await done(ada.swarm.knowledge.put("primes", { title: "Sieve", share: true }));
    await network.advance(1000);
    bob.host.sleep();
    const startMs = network.clock.now();
    const [hit] = await inTime(network, eve.swarm.knowledge.query("primes", { timeoutMs: 1000 }), 5000, 10);
    expect(network.clock.now() - startMs).toBeGreaterThanOrEqual(1000);
    expect(hit?.sources).toEqual(["here", ada.agentId]);
    const controller = new AbortController();
    const aborted = watch(eve.swarm.knowledge.query("primes", { signal: controller.signal }));
    await network.advance(100);
    controller.abort();
    await network.settle();
    expect(aborted()).toMatchObject({ error: { code: "aborted" } });
    bob.host.wake();
    await linked(network, devices);
    await leave();
  });

  it("puts what is near first where that is asked for", async () => {
    const { devices, network, done, leave } = await gathering(4, [
      { region: "us-west" },
      { region: "eu-north" },
      { region: "eu-west" },
      { region: "eu-west" },
    ]);
    const far = devices[0]!;
    const asking = devices[3]!;
    network.partition(...devices.map(({ host }) => [host]));
    for (const [index, device] of devices.entries()) {
      const text = "primes ".repeat(index === 0 ? 9 : 1);
      await done(device.swarm.knowledge.put(`${text} ${index}`, { title: `${index}`, share: true }));
    }
    network.heal();
    await until(network, () => connectedPeers(asking.swarm).length === 3, 180_000, 20);
    const hits = await done(asking.swarm.knowledge.query("primes", { nearestFirst: true, timeoutMs: 5000 }));
    expect(new Set(namesOf(hits))).toEqual(new Set(["0", "1", "2", "3"]));
    expect(namesOf(hits)[0]).toBe("3");
    expect(far.agentId).toBeTruthy();
    await leave();
  });

  it("knows how far regions are", () => {
    const distances = ["eu-west", "eu-north", "us-west", undefined].map((region) =>
      regionDistance("eu-west", region),
    );
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(new Set(distances).size).toBe(4);
    expect(regionDistance(undefined, undefined)).toBe(regionDistance("eu", undefined));
  });

  it("finds by vectors of the app, of the right length only", async () => {
    const words = ["cat", "dog", "car"];
    const embed = async (text: string) =>
      Float32Array.from(words, (word) => (text.includes(word) ? 1 : 0.01));
    const { devices, network, done, leave } = await gathering(2, [
      { knowledge: { embed } },
      { knowledge: { embed } },
    ]);
    const [ada, bob] = devices as [Device, Device];
    await done(ada.swarm.knowledge.put("my cat sleeps", { title: "Cat", share: true }));
    await done(ada.swarm.knowledge.put("my dog runs", { title: "Dog", share: true }));
    await network.advance(1000);
    const [first] = await done(bob.swarm.knowledge.query(Float32Array.of(0, 1, 0), { k: 1 }));
    expect(first).toMatchObject({ artifact: { title: "Dog" } });
    expect(first!.score).toBeGreaterThan(0.99);
    expect(namesOf(await done(bob.swarm.knowledge.query("a cat", { k: 1 })))).toEqual(["Cat"]);
    expect(await done(bob.swarm.knowledge.query(Float32Array.of(0, 1)))).toEqual([]);
    await expect(
      done(ada.swarm.knowledge.put("x", { embedding: Float32Array.of(1, 2) })),
    ).rejects.toMatchObject({ code: "invalid-payload", message: expect.stringContaining("3") });
    await leave();
  });

  it("refuses what nobody can look for", async () => {
    const { devices, done, leave } = await gathering(1);
    const { knowledge } = devices[0]!.swarm;
    for (const [query, k] of [
      ["x".repeat(1025), 1],
      ["x", 0],
      ["x", 65],
      ["x", 1.5],
      [new Float32Array(0), 1],
      [new Float32Array(2049), 1],
      [Float32Array.of(Infinity), 1],
    ] as const)
      await expect(done(knowledge.query(query, { k }))).rejects.toMatchObject({ code: "invalid-option" });
    expect(await done(knowledge.query(""))).toEqual([]);
    await leave();
  });

  it("believes no answer that is not signed, not of this room, or not asked for", async () => {
    const { devices, network, done, leave } = await gathering(1);
    const other = await gathering(1, [{ room: "elsewhere" }]);
    const [reader] = devices;
    const writer = other.devices[0]!;
    const artifact = await other.done(writer.swarm.knowledge.put("primes", { title: "Elsewhere" }));
    const letter = (await other.done(writer.swarm.knowledge.signed(artifact.id)))!;
    const here = await gathering(1);
    const { id } = await here.done(here.devices[0]!.swarm.knowledge.put("primes", { title: "Forged" }));
    const forged = (await here.done(here.devices[0]!.swarm.knowledge.signed(id)))!;
    forged.signature[5]! ^= 1;
    const liar = await inTime(
      network,
      scriptedPeer(network.host("liar"), {
        onMessage({ content: { type, payload } }, peer) {
          if (type !== "swarm/knowledge-query") return;
          const { number } = payload as { number: number };
          peer.broadcast("swarm/knowledge-answer", { number: number + 1, letters: [] }, "bulk");
          peer.broadcast("swarm/knowledge-answer", { number, letters: [letter, forged] }, "bulk");
        },
      }),
    );
    await until(network, () => liar.linked.length === 1);
    expect(await done(reader!.swarm.knowledge.query("primes"))).toEqual([]);
    expect(droppedBy(reader!)).toEqual({ "invalid-record": 1, "forged-record": 1 });
    liar.leave();
    await other.leave();
    await here.leave();
    await leave();
  });
});
