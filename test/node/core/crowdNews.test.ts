import { createSwarm } from "peerswarm";
import { memoryNetwork, scriptedPeer } from "peerswarm/testing";
import { expect, it } from "vitest";

const ROOM = "crowded";
const PEERS = 60;

/** A swarm with the pace of a real page, and a crowd in its room. */
async function inCrowd() {
  const network = memoryNetwork({ latencyMs: 20, jitterMs: 400 });
  const entering = Promise.all(
    Array.from({ length: PEERS }, (_, index) => scriptedPeer(network.host(`peer-${index}`), { room: ROOM })),
  );
  await network.settle();
  const crowd = await entering;
  const { runtime, transport } = network.host("you");
  const swarm = createSwarm({
    room: ROOM,
    identity: "session",
    transport,
    runtime: { ...runtime, newsEveryMs: 100 },
  });
  const seen: number[] = [];
  swarm.store.subscribe(() => seen.push(swarm.store.getSnapshot().peers.length));
  return { network, crowd, swarm, seen };
}

it("tells of a crowd that joins and leaves ten times a second, and of its last change without another one", async () => {
  const { network, crowd, swarm, seen } = await inCrowd();
  const startedAtMs = network.clock.now();
  const joining = swarm.join();
  await network.advance(10_000);
  await joining;
  expect(swarm.store.getSnapshot().peers).toHaveLength(PEERS);
  expect(seen.at(-1)).toBe(PEERS);
  const elapsedSeconds = (network.clock.now() - startedAtMs) / 1000;
  // Joining itself, and the statistics, which come four times a second, are told at once.
  expect(seen.length).toBeLessThan(elapsedSeconds * 14 + 10);

  for (const peer of crowd) peer.leave();
  await network.advance(500);
  expect(seen.at(-1)).toBe(0);
  await swarm.leave();
});

it("tells at once of what this member did itself, in the middle of a crowd's news", async () => {
  const { network, crowd, swarm } = await inCrowd();
  const joining = swarm.join();
  await network.advance(10_000);
  await joining;
  crowd[0]?.leave();
  await network.settle();
  crowd[1]?.leave();
  await network.settle();
  let isMutedToListeners = false;
  swarm.store.subscribe(() => {
    isMutedToListeners = swarm.store.getSnapshot().peers.some(({ isMuted }) => isMuted);
  });
  const [peer] = swarm.store.getSnapshot().peers;
  swarm.mute(peer?.agentId ?? "");
  await Promise.resolve();
  expect(isMutedToListeners).toBe(true);
  const leaving = swarm.leave();
  await network.settle();
  await leaving;
});
