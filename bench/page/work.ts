import { createSwarm, peerTransport, type Swarm } from "peerswarm";
import { distribute } from "../../demo/work/distribute.js";
import { IMAGE_SIDE, TILE_SIDE } from "../../demo/work/mandelbrot.js";
import { offerWork } from "../../demo/work/offerWork.js";
import { splitWork } from "../../demo/work/tiles.js";

let swarm: Swarm | undefined;

/** Joins, and waits until it has `others` members whose slots are known. */
async function join(signalingUrl: string, room: string, others: number): Promise<void> {
  swarm ??= createSwarm({
    room,
    identity: "session",
    capabilities: ["js-sandbox"],
    transport: peerTransport({ url: signalingUrl, iceServers: [] }),
  });
  const { store } = swarm;
  if (store.getSnapshot().status === "off") {
    // A tab alone stands for a member with one processor, whatever this machine has.
    offerWork(swarm, 1);
    await swarm.join();
  }
  while (Object.keys(store.getSnapshot().tasks.loads).length < others)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The demo's picture, once. Returns how long it took, and how many members had a part in it. */
async function compute(): Promise<{ elapsedMs: number; members: number }> {
  const members = new Set<string>();
  const startedAt = performance.now();
  await distribute(
    swarm as Swarm,
    splitWork(IMAGE_SIDE, IMAGE_SIDE, TILE_SIDE),
    ({ by }) => members.add(by),
    new AbortController().signal,
  );
  return { elapsedMs: performance.now() - startedAt, members: members.size };
}

const work = { join, compute };

declare global {
  interface Window {
    work: typeof work;
  }
}

window.work = work;
Object.assign(window, { bench: work });
