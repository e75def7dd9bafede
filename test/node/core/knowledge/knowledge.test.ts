import type { Artifact } from "peerswarm";
import { describe, expect, it } from "vitest";
import type { Device } from "../mailbox/support.js";
import { connectedPeers, record, until } from "../support.js";
import { bytesOf, droppedBy, gathering, namesOf, viewOf } from "./support.js";

describe("artifacts here", () => {
  it("are kept under the name of their content, listed, found, and removed", async () => {
    const { devices, done, leave, network } = await gathering(1);
    const { swarm } = devices[0]!;
    const added = record(swarm, "knowledge-added");
    const note = await done(
      swarm.knowledge.put("A sieve finds primes.", { title: "Sieve", tags: ["maths"] }),
    );
    expect(note).toMatchObject({
      title: "Sieve",
      mediaType: "text/plain",
      tags: ["maths"],
      bytes: 21,
      author: devices[0]!.agentId,
      isOwn: true,
      isShared: false,
      isHere: true,
    });
    const json = await done(swarm.knowledge.put({ b: 1, a: [true, null] }, { title: "JSON" }));
    expect((await done(swarm.knowledge.put({ a: [true, null], b: 1 }))).id).toBe(json.id);
    const blob = await done(swarm.knowledge.put(new Blob(["x"], { type: "text/css" })));
    expect(blob.mediaType).toBe("text/css");
    expect(new TextDecoder().decode(await done(swarm.knowledge.get(json.id)))).toBe(
      '{"a":[true,null],"b":1}',
    );
    expect(await done(swarm.knowledge.list())).toEqual([note, json, blob]);
    expect(await done(swarm.knowledge.list({ tags: ["maths"], isShared: false }))).toEqual([note]);
    expect(await done(swarm.knowledge.list({ author: "somebody" }))).toEqual([]);
    expect(namesOf(await done(swarm.knowledge.query("prime", { scope: "here" })))).toEqual(["Sieve"]);
    expect(added.map(({ id }) => id)).toEqual([note.id, json.id, blob.id]);
    await network.advance(300);
    expect(viewOf({ swarm })).toMatchObject({
      isLoaded: true,
      artifacts: [note, json, blob],
      artifactCount: 3,
    });
    expect(await done(swarm.knowledge.remove(note.id))).toBe(true);
    expect(await done(swarm.knowledge.remove(note.id))).toBe(false);
    expect(await done(swarm.knowledge.list())).toEqual([json, blob]);
    expect(await done(swarm.knowledge.query("prime", { scope: "here" }))).toEqual([]);
    await expect(done(swarm.knowledge.get(note.id))).rejects.toMatchObject({ code: "knowledge-unavailable" });
    await leave();
  });
});

describe("artifacts of others", () => {
  it("are told of when they are shared, and fetched when they are wanted", async () => {
    const { devices, done, leave, network } = await gathering(3);
    const [ada, bob, eve] = devices as [Device, Device, Device];
    const content = bytesOf(1_000_000);
    const artifact = await done(ada.swarm.knowledge.put(content, { title: "Photo" }));
    await network.advance(60_000);
    expect(await done(bob.swarm.knowledge.list())).toEqual([]);
    await expect(done(bob.swarm.knowledge.get(artifact.id))).rejects.toMatchObject({
      code: "knowledge-unavailable",
    });
    expect(await done(ada.swarm.knowledge.share(artifact.id))).toBe(2);
    expect(await done(bob.swarm.knowledge.list())).toEqual([
      { ...artifact, isOwn: false, isShared: true, isHere: false } satisfies Artifact,
    ]);
    const progress: number[] = [];
    const onProgress = ({ doneBytes }: { doneBytes: number }) => void progress.push(doneBytes);
    const got = await done(bob.swarm.knowledge.get(artifact.id, { onProgress }));
    expect(Buffer.compare(got, content)).toBe(0);
    expect(progress.length).toBeGreaterThan(8);
    expect(progress.at(-1)).toBe(content.length);
    // From then on the other one has it, too.
    ada.crash();
    await until(network, () => connectedPeers(eve.swarm).length === 1, 120_000, 1000);
    expect(Buffer.compare(await done(eve.swarm.knowledge.get(artifact.id)), content)).toBe(0);
    await leave();
  });
});

describe("knowledge after a reload", () => {
  it("is all there", async () => {
    const { devices, done, leave, network } = await gathering(1);
    const device = devices[0]!;
    const artifact = await done(device.swarm.knowledge.put(bytesOf(300_000), { title: "Photo" }));
    const reflection = await done(
      device.swarm.reflections.add({ task: "sort", outcome: "success", lesson: "use merge" }),
    );
    device.crash();
    await device.open();
    await until(network, () => viewOf(device).isLoaded);
    expect(viewOf(device)).toMatchObject({ artifacts: [artifact], reflections: [reflection] });
    expect(await done(device.swarm.knowledge.get(artifact.id))).toHaveLength(300_000);
    await leave();
  });
});

describe("members that were apart", () => {
  it("have the same afterwards", async () => {
    const { devices, done, leave, network } = await gathering(3);
    const [ada, bob, eve] = devices as [Device, Device, Device];
    network.partition([ada.host], [bob.host, eve.host]);
    const made: Artifact[] = [];
    for (const device of devices)
      for (let index = 0; index < 5; index++)
        made.push(await done(device.swarm.knowledge.put(`${device.agentId} ${index}`, { share: true })));
    await network.advance(120_000);
    network.heal();
    await network.advance(120_000);
    for (const device of devices) {
      const list = await done(device.swarm.knowledge.list());
      expect(list.map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort());
      expect(droppedBy(device)).toEqual({});
    }
    await leave();
  });
});
