import { createIdentity, createSwarm, type Swarm, systemClock } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, inject, it } from "vitest";
import { freshRoom, hasPeers, realSwarm, until } from "./support.js";

const MEGABYTE = 1024 * 1024;

function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(length);
  for (let start = 0; start < length; start += 65_536)
    crypto.getRandomValues(content.subarray(start, Math.min(length, start + 65_536)));
  return content;
}

async function hashOf(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(digest, (byte) => byte.toString(16)).join();
}

describe("knowledge in a browser", () => {
  it("goes over WebRTC, and outlives the page in IndexedDB: megabytes of it", {
    timeout: 60_000,
  }, async () => {
    const room = freshRoom();
    const identities = [await createIdentity(), await createIdentity()];
    const [ada, bob] = identities.map((identity) =>
      realSwarm({ url: inject("signalingUrl") }, { room, identity }),
    ) as [Swarm, Swarm];
    await Promise.all([ada.join(), bob.join()]);
    await Promise.all([ada, bob].map((swarm) => until(swarm, hasPeers(1))));
    const content = bytesOf(9 * MEGABYTE + 17);
    const artifact = await ada.knowledge.put(new Blob([content], { type: "video/webm" }), { title: "Film" });
    expect(await ada.knowledge.share(artifact.id)).toBe(1);
    const got = await bob.knowledge.get(artifact.id);
    expect(await hashOf(got)).toBe(await hashOf(content));
    await ada.reflections.add({ task: "show a film", outcome: "success", lesson: "share it in blocks" });
    expect(await ada.reflections.shareSuccess()).toBe(1);
    const [hit] = await bob.knowledge.query("blocks");
    expect(hit).toMatchObject({ kind: "reflection", reflection: { author: identities[0]?.agentId } });
    await bob.reflections.integrate(hit?.id ?? "");
    await Promise.all([ada.leave(), bob.leave()]);

    // The page after a reload: nothing but the key and IndexedDB is left.
    const network = memoryNetwork({ clock: systemClock });
    const reloaded = createSwarm({
      room,
      identity: identities[1] as (typeof identities)[0],
      transport: network.host().transport,
    });
    await reloaded.join();
    await until(reloaded, ({ knowledge }) => knowledge.isLoaded);
    expect(reloaded.store.getSnapshot().knowledge).toMatchObject({
      artifacts: [{ id: artifact.id, title: "Film", mediaType: "video/webm", isHere: true }],
      reflections: [{ standing: "integrated", tags: [`shared_from_${identities[0]?.agentId}`] }],
    });
    expect(await hashOf(await reloaded.knowledge.get(artifact.id))).toBe(await hashOf(content));
    const file = await reloaded.knowledge.export();
    expect(file.size).toBeGreaterThan(9 * MEGABYTE);
    expect(await reloaded.knowledge.remove(artifact.id)).toBe(true);
    expect(await reloaded.knowledge.import(file)).toMatchObject({
      artifacts: 1,
      contents: 1,
      known: 1,
      refusedCount: 0,
    });
    expect(await hashOf(await reloaded.knowledge.get(artifact.id))).toBe(await hashOf(content));
    await reloaded.leave();
  });
});
