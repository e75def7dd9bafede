import {
  createSwarm,
  type PeerTransportOptions,
  peerTransport,
  type Swarm,
  type SwarmOptions,
} from "peerswarm";
import { untilTrue } from "../setup/patience.js";

let roomCount = 0;

/** A room that no other test uses. */
export function freshRoom(): string {
  return `test-${Date.now().toString(36)}-${++roomCount}`;
}

/** A swarm of its own agent, over real WebRTC on loopback. */
export function realSwarm(
  signaling: PeerTransportOptions,
  options: Omit<SwarmOptions, "transport"> = {},
): Swarm {
  const transport = peerTransport({ iceServers: [], ...signaling });
  return createSwarm({ identity: "session", signalingRetryMs: 300, ...options, transport });
}

/** Waits until the swarm's state satisfies `predicate`; rejects after `limitMs` with what it was. */
export function until(
  swarm: Swarm,
  predicate: (snapshot: ReturnType<Swarm["store"]["getSnapshot"]>) => boolean,
  limitMs = 15_000,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      stop();
      settle();
    };
    const check = (): void => {
      if (predicate(swarm.store.getSnapshot())) finish(resolve);
    };
    const timer = setTimeout(() => {
      const { status, signaling, peers, connecting, stats } = swarm.store.getSnapshot();
      const seen = JSON.stringify({ status, signaling, peers, connecting, dropped: stats.dropped }, null, 1);
      finish(() => reject(new Error(`not within ${limitMs} ms; state: ${seen}`)));
    }, limitMs);
    const stop = swarm.store.subscribe(check);
    check();
  });
}

export const hasPeers =
  (count: number) =>
  ({ peers }: ReturnType<Swarm["store"]["getSnapshot"]>): boolean =>
    peers.filter((peer) => peer.state === "connected").length === count;

/** Waits until `predicate` holds, with the patience that a busy machine needs. */
export async function eventually(predicate: () => boolean): Promise<void> {
  await untilTrue(predicate);
}
