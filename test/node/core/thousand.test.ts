import { memoryNetwork, type ScriptedPeer, scriptedPeer } from "peerswarm/testing";
import { expect, it } from "vitest";
import { connectedPeers, expectNothingLeft, hear, inTime, leaveAll, peersOf, until } from "./support.js";

const COUNT = 999;

async function gatherScripted(network: ReturnType<typeof memoryNetwork>): Promise<ScriptedPeer[]> {
  return inTime(
    network,
    Promise.all(Array.from({ length: COUNT }, (_, index) => scriptedPeer(network.host(`peer-${index}`)))),
  );
}

it("a swarm of a thousand is seen, heard, told and left, and costs what its size asks for", async () => {
  const network = memoryNetwork();
  const peers = await gatherScripted(network);
  const swarm = network.swarm();
  let notifications = 0;
  swarm.store.subscribe(() => void notifications++);
  await inTime(network, swarm.join());
  const tookMs = await until(network, () => connectedPeers(swarm).length === COUNT);
  await network.settle();
  expect(tookMs).toBeLessThan(15_000);
  expect(network.linkCount).toBe(COUNT);
  expect(peersOf(swarm).every(({ profile }) => profile.name?.startsWith("peer-"))).toBe(true);
  // Listing, dialling, proving, profile and round trip of each: a handful of changes per peer at most.
  expect(notifications).toBeLessThan(COUNT * 10);
  const { total, byPeer } = swarm.getStats();
  expect(Object.keys(byPeer)).toHaveLength(COUNT);
  expect(total.messagesSent).toBeLessThanOrEqual(COUNT * 3);

  const heard = hear(swarm, "talk");
  notifications = 0;
  const snapshot = swarm.store.getSnapshot();
  const stops = peers.map((peer) => peer.talk(5, "talk", (number) => ({ number })));
  await network.advance(2000);
  for (const stop of stops) stop();
  await network.settle();
  expect(heard).toHaveLength(COUNT * 10);
  // Ten thousand messages change the statistics and the witness log alone, each published four times a second.
  expect(notifications).toBeLessThanOrEqual(24);
  expect(swarm.store.getSnapshot().peers).toBe(snapshot.peers);

  expect(swarm.broadcast("news", { text: "to everyone" })).toBe(COUNT);
  await network.settle();
  expect(peers.every((peer) => peer.received.get("news") === 1)).toBe(true);

  for (const peer of peers.slice(0, 100)) peer.leave();
  await network.settle();
  expect(connectedPeers(swarm)).toHaveLength(COUNT - 100);
  await leaveAll(network, [swarm]);
  for (const peer of peers) {
    expect(peer.linked).toEqual([]);
    peer.leave();
  }
  await network.settle();
  expectNothingLeft(network);
});
