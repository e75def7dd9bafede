import type { Swarm } from "peerswarm";
import { createJavaScriptSandbox, javaScriptExecutor, javaScriptTask } from "peerswarm/executors/javascript";

/** One processor stays with the page. */
const slotsHere = (): number => Math.max(1, Math.min(4, navigator.hardwareConcurrency - 1));

/** A tile takes a second; on a busy machine much more. */
const TILE_TIMEOUT_MS = 30_000;

/** Lets the members of the room compute here, within the bounds of a sandbox. */
export function offerWork(swarm: Swarm, slots = slotsHere()): void {
  const sandbox = createJavaScriptSandbox({ maxParallel: slots, timeoutMs: TILE_TIMEOUT_MS });
  swarm.tasks.configure({ slots, maxQueued: 4 });
  swarm.tasks.handle(javaScriptTask, javaScriptExecutor(sandbox));
}
