import type { Cancel } from "../clock.js";
import type { SwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import { validateNow } from "../messages/definition.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { TaskChannel, TaskPeer } from "./channel.js";
import type { TaskDefinition } from "./definition.js";
import type { DelegateOptions, TaskLack, TaskOutcome } from "./taskApi.js";
import type { BookedTask } from "./taskBook.js";
import { failureError, invalidOutput, leaseLost, nobodyCan, refusedError, timedOut } from "./taskErrors.js";
import { isEnded, type TaskEvent } from "./taskMachine.js";
import type { TaskChoice } from "./taskState.js";
import {
  ackMessage,
  assignMessage,
  LEASE_MS,
  type WireBeat,
  type WireFailure,
  type WireOutput,
  type WireRefusal,
  type WireResult,
} from "./wire.js";

/** First wait before peers that would not or could not are asked again; doubled up to `MAX_BACKOFF_MS`. */
const BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 4000;
/** How long a peer whose profile is not known yet is waited for. */
export const SEARCH_MS = 2000;
/** A timer that fires so late was asleep: what came meanwhile is heard first. */
const LATE_MS = 1000;

/** Who could do a task at this moment. */
export interface Search {
  readonly choice: TaskChoice | undefined;
  /** Somebody can, though not now: asleep, or skipped after failures; or the swarm still joins, and there is no telling. */
  readonly isHopeful: boolean;
  /** Somebody has not said yet what it can do. */
  readonly isOpen: boolean;
  /** When to look again, because somebody may be tried then. */
  readonly retryAtMs: number | undefined;
  lack(): TaskLack;
}

/** What this task knows of the peers. */
export interface Experience {
  /** Those that refused it for good. */
  readonly refusedBy: ReadonlySet<PeerId>;
  /** Until when those are left alone that were busy or failed. */
  readonly restUntilMs: ReadonlyMap<PeerId, number>;
  readonly failedAt: ReadonlyMap<PeerId, number>;
}

export interface DelegationOptions {
  readonly port: ProtocolPort;
  readonly channel: TaskChannel;
  readonly definition: TaskDefinition;
  readonly input: unknown;
  readonly booked: BookedTask;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly callbacks: Pick<DelegateOptions, "onOutput" | "onProgress">;
  readonly search: (experience: Experience) => Search;
  /** An attempt begins at a peer. */
  readonly onAssigned: (holder: TaskPeer) => void;
  /** It is over; whether it speaks for the agent, `undefined` where it says nothing of it. */
  readonly onAttemptEnded: (holder: TaskPeer, isGood: boolean | undefined) => void;
  /** Nobody waits for this attempt any more: its executor is told, also over the next link. */
  readonly recall: (peerId: PeerId, attempt: number) => void;
  readonly onEnded: (outcome: TaskOutcome) => void;
}

/** One task that others do for us. */
export interface Delegation {
  /** Whether this peer has it, under this attempt. */
  isHeldBy(peerId: PeerId, attempt: number): boolean;
  /** Whether nobody has it now, and this peer lost it. */
  isMissing(peerId: PeerId): boolean;
  readonly holder: TaskPeer | undefined;
  begin(): void;
  beat(beat: WireBeat): void;
  output(output: WireOutput): void;
  result(result: WireResult): void;
  refused(refusal: WireRefusal): void;
  /** The peers have changed. */
  stir(): void;
  relinked(peerId: PeerId): void;
  left(peerId: PeerId, hasFailed: boolean): void;
  cancel(error: SwarmError): void;
}

const EVENTS: Readonly<Record<WireBeat["state"], TaskEvent["type"]>> = {
  checking: "checking",
  approval: "approval-wanted",
  queued: "queued",
  running: "started",
};

export function createDelegation(options: DelegationOptions): Delegation {
  const { port, channel, definition, booked, callbacks } = options;
  const { clock } = port.runtime;
  const { id } = booked.task;
  const endsAtMs = clock.now() + options.timeoutMs;
  const refusedBy = new Set<PeerId>();
  const restUntilMs = new Map<PeerId, number>();
  const failedAt = new Map<PeerId, number>();
  let failures = 0;
  let waits = 0;
  let lastError: SwarmError | undefined;
  let searchEndsAtMs: number | undefined;
  let stopWaiting: Cancel | undefined;
  let stopLease: Cancel | undefined;
  let stopTime: Cancel | undefined;
  // Of the present attempt.
  let holder: TaskPeer | undefined;
  let assignedAtMs = 0;
  let heardAtMs = 0;
  let received = 0;
  let isAckDue = false;
  // Of any attempt.
  let hasStreamed = false;
  /** Those that went silent, with the attempt they may still be at. */
  const lostBy = new Map<PeerId, number>();

  const attemptOf = () => ({ id, attempt: booked.task.attempt });

  // --- the end --------------------------------------------------------------------------------

  const settle = (event: TaskEvent, outcome: TaskOutcome): void => {
    if (isEnded(booked.task)) return;
    stopWaiting?.();
    stopTime?.();
    if (holder !== undefined && !outcome.ok) lostBy.set(holder.peerId, booked.task.attempt);
    dropHolder(outcome.ok ? true : undefined);
    recallAll();
    // First: whoever hears of the end may begin anew under this id.
    options.onEnded(outcome);
    booked.apply(event);
  };

  const failWith = (error: SwarmError, lack?: TaskLack): void =>
    settle(
      { type: "failed", atMs: clock.now(), error },
      { ok: false, error, attempts: booked.task.attempt, ...(lack && { lack }) },
    );

  /** Who had it for most of the time, and not for a person to decide, has failed; one that got it late has not. */
  const timeOver = (): void => {
    const heldMs = clock.now() - assignedAtMs;
    if (holder !== undefined && heldMs >= options.timeoutMs / 2 && booked.task.state !== "approval") {
      lostBy.set(holder.peerId, booked.task.attempt);
      dropHolder(false);
    }
    failWith(timedOut(options.timeoutMs, lastError));
  };

  // --- choosing -------------------------------------------------------------------------------

  const choose = (): void => {
    if (isEnded(booked.task) || holder !== undefined) return;
    const found = options.search({ refusedBy, restUntilMs, failedAt });
    if (found.choice !== undefined) return assign(found.choice);
    if (found.isHopeful) {
      searchEndsAtMs = undefined;
      return park(found.retryAtMs);
    }
    searchEndsAtMs ??= clock.now() + SEARCH_MS;
    if (found.isOpen && clock.now() < searchEndsAtMs) return park(searchEndsAtMs);
    if (refusedBy.size > 0) return failWith(lastError ?? nobodyCan(definition, found.lack()));
    const lack = found.lack();
    failWith(nobodyCan(definition, lack, lastError), lack);
  };

  const park = (untilMs: number | undefined): void => {
    booked.apply({ type: "parked" });
    stopWaiting?.();
    const backoffMs = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** Math.min(waits++, 8));
    const waitMs = Math.min(
      backoffMs * (0.75 + 0.5 * port.runtime.random()),
      Math.max(1, (untilMs ?? Number.POSITIVE_INFINITY) - clock.now()),
    );
    stopWaiting = clock.setTimer(waitMs, () => {
      stopWaiting = undefined;
      choose();
    });
  };

  const rest = (peerId: PeerId, times: number): void =>
    void restUntilMs.set(
      peerId,
      clock.now() + Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** Math.min(times, 8)),
    );

  // --- an attempt -----------------------------------------------------------------------------

  const assign = (choice: TaskChoice): void => {
    stopWaiting?.();
    stopWaiting = undefined;
    searchEndsAtMs = undefined;
    const attempt = booked.task.attempt + 1;
    // Whoever hears of these steps may end the task.
    booked.apply({ type: "resumed" });
    if (isEnded(booked.task)) return;
    holder = { peerId: choice.peerId, agentId: choice.agentId };
    received = 0;
    assignedAtMs = clock.now();
    options.onAssigned(holder);
    booked.apply({ type: "assigned", attempt, choice });
    recallAll(choice.peerId);
    port.note({ kind: "task_assigned", detail: { task: id, attempt, peer: choice.peerId } });
    if (hasStreamed) tell("onOutput", () => callbacks.onOutput?.({ kind: "restarted", attempt }));
    hasStreamed = false;
    if (holder?.peerId !== choice.peerId || booked.task.attempt !== attempt) return;
    heard();
    sendAssignment();
  };

  const sendAssignment = (): void => {
    if (holder === undefined) return;
    const timeoutMs = Math.max(0, endsAtMs - clock.now());
    const input = options.input === undefined ? {} : { input: options.input };
    channel.send(holder.peerId, assignMessage, {
      ...attemptOf(),
      type: definition.type,
      timeoutMs,
      ...input,
    });
  };

  const heard = (): void => {
    heardAtMs = clock.now();
    stopLease ??= watchLease(LEASE_MS);
  };

  const watchLease = (waitMs: number): Cancel => {
    const dueAtMs = clock.now() + waitMs;
    return clock.setTimer(waitMs, () => {
      stopLease = undefined;
      const nowMs = clock.now();
      const leftMs = heardAtMs + LEASE_MS - nowMs;
      if (leftMs > 0) stopLease = watchLease(leftMs);
      else if (nowMs - dueAtMs > LATE_MS) stopLease = watchLease(LATE_MS);
      else leaseEnded();
    });
  };

  const leaseEnded = (): void => {
    if (holder === undefined) return;
    lostBy.set(holder.peerId, booked.task.attempt);
    attemptFailed(leaseLost(holder), false);
  };

  /** Whoever lost it stops, unless it is given to that very peer again. */
  const recallAll = (except?: PeerId): void => {
    for (const [peerId, attempt] of lostBy) if (peerId !== except) options.recall(peerId, attempt);
    lostBy.clear();
  };

  const dropHolder = (isGood: boolean | undefined): void => {
    stopLease?.();
    stopLease = undefined;
    const former = holder;
    holder = undefined;
    if (former !== undefined) options.onAttemptEnded(former, isGood);
  };

  /** @param isGood what it says of the agent */
  const attemptFailed = (error: SwarmError, isGood: boolean | undefined): void => {
    const former = holder;
    if (former === undefined) return;
    lastError = error;
    failures++;
    failedAt.set(former.peerId, (failedAt.get(former.peerId) ?? 0) + 1);
    rest(former.peerId, failures);
    dropHolder(isGood);
    booked.apply({ type: "lost", error });
    if (failures > options.retries) failWith(error);
    else choose();
  };

  const acknowledge = (beat: number | null): void => {
    if (holder !== undefined) channel.send(holder.peerId, ackMessage, { ...attemptOf(), received, beat });
  };

  // Once for all that came in one go.
  const acknowledgeSoon = (): void => {
    if (isAckDue) return;
    isAckDue = true;
    queueMicrotask(() => {
      isAckDue = false;
      acknowledge(null);
    });
  };

  /** Whether it is the next of the outputs. */
  const take = (sequence: number): boolean => {
    heard();
    acknowledgeSoon();
    if (sequence !== received + 1) return false;
    received = sequence;
    return true;
  };

  const tell = (name: string, call: () => void): void => {
    try {
      call();
    } catch (error) {
      port.handlerFailed(error, `An ${name} function`);
    }
  };

  const succeed = (output: unknown): void => {
    const by = holder as TaskPeer;
    const result = readOutput(definition, output);
    acknowledge(null);
    if (result === undefined) {
      port.dropped("invalid-payload", by.peerId);
      return attemptFailed(invalidOutput(definition), false);
    }
    settle(
      { type: "succeeded", atMs: clock.now() },
      { ok: true, output: result.value, by, attempts: booked.task.attempt },
    );
  };

  const failed = (failure: WireFailure): void => {
    acknowledge(null);
    const error = failureError(definition, failure);
    if (failure.reason === "final" || failure.reason === "payload-too-large") {
      dropHolder(true);
      return failWith(error);
    }
    attemptFailed(error, failure.reason === "failed" ? false : undefined);
  };

  return {
    isMissing: (peerId) => holder === undefined && lostBy.has(peerId),
    isHeldBy: (peerId, attempt) => holder?.peerId === peerId && booked.task.attempt === attempt,
    get holder() {
      return holder;
    },
    begin() {
      stopTime = clock.setTimer(options.timeoutMs, timeOver);
      choose();
    },
    beat({ beat, state, progress, note }) {
      heard();
      acknowledge(beat);
      booked.apply({ type: EVENTS[state] } as TaskEvent);
      if (progress === null || holder === undefined) return;
      const before = booked.task;
      const said = { fraction: progress, note: note ?? undefined };
      booked.apply({ type: "progressed", ...said });
      const by = holder;
      if (booked.task !== before)
        tell("onProgress", () => callbacks.onProgress?.({ ...said, attempt: before.attempt, by }));
    },
    output({ sequence, stream, chunk }) {
      if (!take(sequence)) return;
      hasStreamed = true;
      booked.apply({ type: "started" });
      booked.apply({ type: "streamed", bytes: chunk.length });
      const { attempt } = booked.task;
      tell("onOutput", () => callbacks.onOutput?.({ kind: "chunk", attempt, stream, chunk }));
    },
    result(result) {
      if (!take(result.sequence)) return;
      if ("failure" in result) failed(result.failure);
      else succeed(result.output);
    },
    refused({ reason, text }) {
      const former = holder as TaskPeer;
      lastError = refusedError(definition, text);
      if (reason === "busy") rest(former.peerId, waits);
      else refusedBy.add(former.peerId);
      dropHolder(undefined);
      booked.apply({ type: "lost", error: lastError });
      choose();
    },
    stir() {
      if (stopWaiting === undefined) return;
      stopWaiting();
      stopWaiting = undefined;
      choose();
    },
    relinked(peerId) {
      if (holder?.peerId === peerId) sendAssignment();
    },
    left(peerId, hasFailed) {
      if (holder?.peerId === peerId) attemptFailed(leaseLost(holder), hasFailed ? false : undefined);
    },
    cancel(error) {
      settle(
        { type: "cancelled", atMs: clock.now(), error },
        { ok: false, error, attempts: booked.task.attempt },
      );
    },
  };
}

function readOutput(definition: TaskDefinition, output: unknown): { readonly value: unknown } | undefined {
  try {
    const result = validateNow({ type: definition.type, schema: definition.output }, output);
    return "value" in result ? result : undefined;
  } catch {
    return undefined;
  }
}
