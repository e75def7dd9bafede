import type { PeerId, Swarm } from "peerswarm";
import { javaScriptTask } from "peerswarm/executors/javascript";
import { inputOf, MANDELBROT_SCRIPT } from "./mandelbrot.js";
import type { Tile } from "./tiles.js";

/** For a tile and all its attempts: members that work for others too let one wait. */
const TILE_TIMEOUT_MS = 180_000;

/** A tile that a member has computed. */
export interface DoneTile {
  readonly tile: Tile;
  readonly steps: Uint16Array;
  readonly by: PeerId;
}

/** How many tasks all that can work take at once. */
export function slotsOf(swarm: Swarm): number {
  const { tasks, peers } = swarm.store.getSnapshot();
  const connected = peers.filter(({ state }) => state === "connected");
  return connected.reduce((sum, { peerId }) => sum + (tasks.loads[peerId]?.slots ?? 0), tasks.slots);
}

async function compute(swarm: Swarm, tile: Tile, signal: AbortSignal): Promise<DoneTile> {
  const work = { code: MANDELBROT_SCRIPT, input: inputOf(tile) };
  const outcome = await swarm.tasks.delegate(javaScriptTask, work, {
    signal,
    allowSelf: true,
    retries: 5,
    timeoutMs: TILE_TIMEOUT_MS,
  });
  if (!outcome.ok) throw outcome.error;
  const { output, by } = outcome;
  if (output instanceof Uint16Array && output.length === tile.width * tile.height) {
    return { tile, steps: output, by: by.peerId };
  }
  throw new Error(`${by.peerId} answered with something that is not a tile.`);
}

/**
 * Has every tile computed by the members, as many at once as they have slots: those of members that come later too.
 * Rejects with the first error, or when `signal` is aborted; the tiles under way end with it.
 */
export async function distribute(
  swarm: Swarm,
  tiles: readonly Tile[],
  onDone: (done: DoneTile) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...tiles];
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    while (waiting.length > 0 || running.size > 0) {
      signal.throwIfAborted();
      while (waiting.length > 0 && running.size < slotsOf(swarm)) {
        const run: Promise<void> = compute(swarm, waiting.shift() as Tile, stop.signal)
          .then(onDone)
          .finally(() => running.delete(run));
        running.add(run);
      }
      await Promise.race(running);
    }
  } finally {
    stop.abort();
    signal.removeEventListener("abort", onAbort);
    await Promise.allSettled(running);
  }
}
