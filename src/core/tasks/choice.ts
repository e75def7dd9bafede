import type { AgentId, PeerId } from "../identity/ids.js";
import type { TaskChoice, TaskLoad } from "./taskState.js";

/** A peer that could do a task now. */
export interface Candidate {
  readonly peerId: PeerId;
  readonly agentId: AgentId;
  /** What it says; `undefined` where it has not said yet. */
  readonly load: TaskLoad | undefined;
  /** Tasks that it has from us: what we know ourselves. */
  readonly given: number;
  readonly roundTripMs: number | undefined;
  /** `undefined` where one of the two names none. */
  readonly isSameRegion: boolean | undefined;
  /** Of its agent, in a row. */
  readonly failures: number;
  /** Attempts at this very task that failed there. */
  readonly failedHere: number;
}

// What weighs how much, as milliseconds of waiting. A place in the queue is a guess at one task's time.
const QUEUE_PLACE_MS = 2000;
const UNKNOWN_ROUND_TRIP_MS = 100;
const OTHER_REGION_MS = 50;
const FAILURE_MS = 2000;
const FAILED_HERE_MS = 10_000;
/** More slots than this are not believed: claims must not draw all work to one peer. */
const MAX_BELIEVED_SLOTS = 16;
const MAX_OTHERS = 8;

interface Rated {
  readonly candidate: Candidate;
  readonly costMs: number;
  readonly order: number;
}

/**
 * The peer that is likely to be done first, with what spoke for and against it; of equal ones any.
 * @param random from 0 to 1
 */
export function choosePeer(candidates: readonly Candidate[], random: () => number): TaskChoice | undefined {
  const rated: Rated[] = candidates.map((candidate) => ({
    candidate,
    costMs: costOf(candidate),
    order: random(),
  }));
  rated.sort((a, b) => a.costMs - b.costMs || a.order - b.order);
  const [best, ...others] = rated.map(({ candidate }) => candidate);
  if (best === undefined) return undefined;
  return {
    peerId: best.peerId,
    agentId: best.agentId,
    reasons: reasonsOf(best),
    others: others.slice(0, MAX_OTHERS).map((other) => ({ peerId: other.peerId, reasons: reasonsOf(other) })),
  };
}

const slotsOf = ({ load }: Candidate): number => Math.min(load?.slots ?? 1, MAX_BELIEVED_SLOTS);

// What it says may be older than what we gave it.
const occupied = ({ load, given }: Candidate): number =>
  Math.max(given, (load?.busy ?? 0) + (load?.queued ?? 0));

function costOf(candidate: Candidate): number {
  const slots = slotsOf(candidate);
  const ahead = Math.max(0, occupied(candidate) - slots + 1);
  return (
    (ahead / slots) * QUEUE_PLACE_MS +
    (candidate.roundTripMs ?? UNKNOWN_ROUND_TRIP_MS) +
    (candidate.isSameRegion === false ? OTHER_REGION_MS : 0) +
    candidate.failures * FAILURE_MS +
    candidate.failedHere * FAILED_HERE_MS
  );
}

function reasonsOf(candidate: Candidate): string[] {
  const { load, roundTripMs, isSameRegion, failures, failedHere } = candidate;
  const slots = slotsOf(candidate);
  const free = Math.max(0, slots - occupied(candidate));
  const reasons = [
    load === undefined ? "load not known yet" : `${free} of ${slots} slots free`,
    ...(load === undefined || load.queued === 0 ? [] : [`${load.queued} queued`]),
    roundTripMs === undefined ? "round trip not known yet" : `round trip ${Math.round(roundTripMs)} ms`,
  ];
  if (isSameRegion !== undefined) reasons.push(isSameRegion ? "same region" : "another region");
  if (failures > 0) reasons.push(`${failures} recent ${failures === 1 ? "failure" : "failures"}`);
  if (failedHere > 0) reasons.push("failed at this task before");
  return reasons;
}
