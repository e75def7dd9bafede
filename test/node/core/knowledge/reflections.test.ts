import { type Reflection, type SignedRecord, verifyRecord } from "peerswarm";
import { describe, expect, it } from "vitest";
import type { Device } from "../mailbox/support.js";
import { record, until } from "../support.js";
import { bytesOf, gathering, viewOf } from "./support.js";

type Two = [Device, Device];

describe("reflections", () => {
  it("are kept, found by their words, and private until they are shared", async () => {
    const { devices, network, done, leave } = await gathering(2);
    const [ada, bob] = devices as Two;
    const sort = await done(
      ada.swarm.reflections.add({
        task: "sort a list",
        outcome: "success",
        lesson: "merge sort is stable",
        tags: ["algorithms"],
        context: { n: 5 },
      }),
    );
    const parse = await done(
      ada.swarm.reflections.add({ task: "parse dates", outcome: "failure", lesson: "time zones" }),
    );
    expect(sort).toMatchObject({ standing: "own", isShared: false, author: ada.agentId, context: { n: 5 } });
    expect(await done(ada.swarm.reflections.list())).toEqual([sort, parse]);
    expect(await done(ada.swarm.reflections.search("stable sorting"))).toEqual([sort]);
    expect(await done(ada.swarm.reflections.search("algorithms time", { k: 1 }))).toHaveLength(1);
    await network.advance(60_000);
    expect(await done(bob.swarm.knowledge.query("sort"))).toEqual([]);
    expect(viewOf(bob).reflections).toEqual([]);
    await leave();
  });

  it("share what worked, once, and nothing else", async () => {
    const { devices, network, done, leave } = await gathering(2);
    const [ada, bob] = devices as Two;
    const { reflections } = ada.swarm;
    await done(reflections.add({ task: "a", outcome: "success", lesson: "it works" }));
    await done(reflections.add({ task: "b", outcome: "failure", lesson: "it does not" }));
    await done(reflections.add({ task: "c", outcome: "success", lesson: "it works, too" }));
    expect(await done(reflections.shareSuccess())).toBe(2);
    expect(await done(reflections.shareSuccess())).toBe(0);
    const received = await done(bob.swarm.reflections.list());
    expect(received.map(({ task, standing, isShared }) => ({ task, standing, isShared }))).toEqual(
      ["a", "c"].map((task) => ({ task, standing: "received", isShared: true })),
    );
    expect(await done(bob.swarm.reflections.shareSuccess())).toBe(0);
    await network.advance(60_000);
    expect(await done(bob.swarm.reflections.list())).toHaveLength(2);
    await leave();
  });

  it("of others are integrated with where they are from, and the signed original", async () => {
    const { devices, network, done, leave } = await gathering(2);
    const [ada, bob] = devices as Two;
    const events = record(bob.swarm, "reflection-integrated");
    await done(ada.swarm.reflections.add({ task: "a", outcome: "success", lesson: "it works", tags: ["x"] }));
    await done(ada.swarm.reflections.shareSuccess());
    const [received] = (await done(bob.swarm.reflections.list())) as [Reflection];
    expect(events).toEqual([]);
    const integrated = await done(bob.swarm.reflections.integrate(received));
    expect(integrated).toEqual({
      ...received,
      standing: "integrated",
      tags: ["x", `shared_from_${ada.agentId}`],
    });
    expect(await done(bob.swarm.reflections.integrate(received.id))).toBe(integrated);
    expect(events).toEqual([integrated]);
    const original = (await done(bob.swarm.reflections.signed(received.id))) as SignedRecord;
    expect(await verifyRecord(original)).toMatchObject({
      kind: "reflection",
      author: ada.agentId,
      reflection: { tags: ["x"] },
    });
    bob.crash();
    await bob.open();
    await until(network, () => viewOf(bob).isLoaded);
    expect(viewOf(bob).reflections).toEqual([integrated]);
    await expect(done(bob.swarm.reflections.integrate("nobody knows"))).rejects.toMatchObject({
      code: "knowledge-unknown",
    });
    expect(await done(ada.swarm.reflections.integrate(received.id))).toMatchObject({
      standing: "own",
      tags: ["x"],
    });
    await leave();
  });

  it("are integrated by a policy where the app has one; one that throws is reported", async () => {
    const errors: unknown[] = [];
    const { devices, network, done, leave } = await gathering(4, [
      {},
      { knowledge: { integrate: "all" } },
      { knowledge: { integrate: async ({ lesson }) => lesson.includes("good") } },
      {
        knowledge: {
          integrate: () => {
            throw new Error("broken policy");
          },
        },
      },
    ]);
    const [ada, all, some, broken] = devices as [Device, Device, Device, Device];
    broken.swarm.events.on("error", (error) => errors.push(error));
    await done(ada.swarm.reflections.add({ task: "a", outcome: "success", lesson: "good" }));
    await done(ada.swarm.reflections.add({ task: "b", outcome: "success", lesson: "bad" }));
    await done(ada.swarm.reflections.shareSuccess());
    await network.advance(1000);
    const standings = async ({ swarm }: Device) =>
      (await done(swarm.reflections.list())).map(({ standing }) => standing);
    expect(await standings(all)).toEqual(["integrated", "integrated"]);
    expect(await standings(some)).toEqual(["integrated", "received"]);
    expect(await standings(broken)).toEqual(["received", "received"]);
    expect(errors).toMatchObject([{ code: "handler-failed" }, { code: "handler-failed" }]);
    await leave();
  });

  it("refuse what cannot be said", async () => {
    const { devices, done, leave } = await gathering(1);
    const { reflections } = devices[0]!.swarm;
    const good = { task: "a", outcome: "success", lesson: "b" } as const;
    for (const draft of [
      { ...good, task: "" },
      { ...good, task: "x".repeat(1025) },
      { ...good, outcome: "maybe" as never },
      { ...good, lesson: "x".repeat(8193) },
      { ...good, tags: ["shared_from_me"] },
      { ...good, tags: new Array(33).fill("t") },
      { ...good, context: { when: new Date() } },
      { ...good, context: bytesOf(9000) },
      { ...good, embedding: Float32Array.of(NaN) },
    ])
      await expect(done(reflections.add(draft))).rejects.toMatchObject({ code: "invalid-payload" });
    expect(await done(reflections.list())).toEqual([]);
    await leave();
  });

  it("do not come back once they were removed, but for whom did not remove them", async () => {
    const { devices, network, done, leave } = await gathering(3);
    const [ada, bob, eve] = devices as [Device, Device, Device];
    await done(ada.swarm.reflections.add({ task: "a", outcome: "success", lesson: "b" }));
    await done(ada.swarm.reflections.shareSuccess());
    const [received] = (await done(bob.swarm.reflections.list())) as [Reflection];
    expect(await done(bob.swarm.reflections.remove(received.id))).toBe(true);
    await network.advance(300_000);
    expect(await done(bob.swarm.reflections.list())).toEqual([]);
    expect(await done(bob.swarm.knowledge.query("a"))).toEqual([]);
    bob.crash();
    await bob.open();
    await network.advance(300_000);
    expect(await done(bob.swarm.reflections.list())).toEqual([]);
    expect(await done(eve.swarm.reflections.list())).toHaveLength(1);
    await leave();
  });
});
