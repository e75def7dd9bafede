import type { Cancel } from "../clock.js";
import { abortedError, SwarmError, textOf } from "../errors.js";
import { describeIssue, validateNow } from "../messages/definition.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { encodeValue } from "../wire/encoder.js";
import { assertPayload } from "../wire/payload.js";
import type { TaskChannel, TaskPeer } from "./channel.js";
import type { TaskDefinition } from "./definition.js";
import { createOutputLog, type OutputItem, type OutputLog } from "./outputLog.js";
import type { TaskContext, TaskExecutor } from "./taskApi.js";
import type { BookedTask } from "./taskBook.js";
import { isEnded } from "./taskMachine.js";
import {
  beatMessage,
  MAX_NOTE_LENGTH,
  MAX_REASON_LENGTH,
  MAX_TASK_VALUE_BYTES,
  ORPHAN_MS,
  outputMessage,
  PROGRESS_MS,
  RENEW_MS,
  resultMessage,
  type WireAck,
  type WireAssign,
  type WireBeat,
  type WireFailure,
} from "./wire.js";

/** What is asked of us, checked. */
export interface JobRequest {
  readonly id: string;
  readonly type: string;
  /** Hash of the type and the input, so that the same id with another input is not taken for the same task. */
  readonly fingerprint: string;
  readonly input: unknown;
  readonly timeoutMs: number;
}

export interface JobOptions {
  readonly port: ProtocolPort;
  readonly channel: TaskChannel;
  readonly request: JobRequest;
  readonly from: TaskPeer;
  readonly attempt: number;
  readonly booked: BookedTask;
  /** The delegator has all of it, or nobody waits for it any more. */
  readonly onClosed: () => void;
}

/** A task of a peer, here. */
export interface Job {
  /** Of its task in the list. */
  readonly key: number;
  readonly request: JobRequest;
  readonly from: TaskPeer;
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Whether a newer attempt can have all that came of it. */
  readonly isReusable: boolean;
  readonly isDone: boolean;
  readonly keptBytes: number;
  /** Tells the delegator where it stands. */
  beat(): void;
  asked(): void;
  queued(): void;
  /** Resolves when the executor has returned or thrown; never rejects. */
  run(definition: TaskDefinition, executor: TaskExecutor<never>): Promise<void>;
  acknowledge(ack: WireAck): void;
  /** Something may have been lost on the way. */
  resync(): void;
  /** The same task under a newer attempt, or for another session of the agent. */
  takeOver(from: TaskPeer, by: Pick<WireAssign, "attempt" | "timeoutMs">): void;
  /** It ends without an outcome, and nobody is told. */
  abandon(error: SwarmError): void;
  refuse(error: SwarmError): void;
  /** It ends with a failure that the delegator hears of. */
  fail(failure: WireFailure, error: SwarmError): void;
}

const STATES: Readonly<Record<string, WireBeat["state"]>> = {
  checking: "checking",
  approval: "approval",
  queued: "queued",
};

export function createJob({ port, channel, request, attempt: first, booked, ...options }: JobOptions): Job {
  const { clock } = port.runtime;
  const controller = new AbortController();
  let { from } = options;
  let attempt = first;
  let heardAtMs = clock.now();
  let beats = 0;
  let beatAtMs = 0;
  let sentAtBeat = 0;
  let isBeatDue = false;
  let isDone = false;
  let isClosed = false;
  let stopBeat: Cancel | undefined;

  const log: OutputLog = createOutputLog((sequence, item) => sendItem(sequence, item));

  const sendItem = (sequence: number, item: OutputItem): boolean => {
    const head = { id: request.id, attempt, sequence };
    if (item.kind === "chunk")
      return channel.send(from.peerId, outputMessage, { ...head, stream: item.stream, chunk: item.chunk });
    const rest = item.kind === "output" ? { output: item.output } : { failure: item.failure };
    return channel.send(from.peerId, resultMessage, { ...head, ...rest });
  };

  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    stopBeat?.();
    stopTime();
    log.close();
    options.onClosed();
  };

  const abandon = (error: SwarmError): void => {
    booked.apply({ type: "cancelled", atMs: clock.now(), error });
    // What is done stays done: only a run is aborted.
    if (!isDone) controller.abort(error);
    close();
  };

  const startTime = (timeoutMs: number): Cancel =>
    clock.setTimer(timeoutMs, () => abandon(endedError("task-timeout", "Its time is over.")));
  let stopTime: Cancel = startTime(request.timeoutMs);

  const beat = (): void => {
    stopBeat?.();
    isBeatDue = false;
    if (isClosed) return;
    if (clock.now() - heardAtMs >= ORPHAN_MS)
      return abandon(endedError("lease-lost", "Its delegator was not heard of for too long."));
    beatAtMs = clock.now();
    stopBeat = clock.setTimer(RENEW_MS, beat);
    sentAtBeat = log.sent;
    const { state, progress, note } = booked.task;
    const said = { state: STATES[state] ?? "running", progress: progress ?? null, note: note ?? null };
    channel.send(from.peerId, beatMessage, { id: request.id, attempt, beat: ++beats, ...said });
  };

  const beatSoon = (): void => {
    const waitMs = beatAtMs + PROGRESS_MS - clock.now();
    if (waitMs <= 0) return beat();
    stopBeat?.();
    if (isClosed) return;
    isBeatDue = true;
    stopBeat = clock.setTimer(waitMs, beat);
  };

  const context: TaskContext = {
    id: request.id,
    get attempt() {
      return attempt;
    },
    get from() {
      return from;
    },
    signal: controller.signal,
    progress(fraction, note) {
      if (isEnded(booked.task) || !Number.isFinite(fraction)) return;
      const said = { fraction: Math.min(1, Math.max(0, fraction)), note: note?.slice(0, MAX_NOTE_LENGTH) };
      booked.apply({ type: "progressed", ...said });
      beatSoon();
    },
    write(stream, chunk) {
      if (controller.signal.aborted) throw abortedError("Writing", controller.signal);
      if (isEnded(booked.task) || chunk.length === 0) return Promise.resolve();
      const room = log.write(stream, chunk);
      booked.apply({ type: "streamed", bytes: chunk.length });
      return room;
    },
  };

  const conclude = (item: OutputItem, bytes: number): void => {
    if (isBeatDue) beat();
    log.add(item, bytes);
    if (item.kind === "output") booked.apply({ type: "succeeded", atMs: clock.now() });
  };

  const fail = (failure: WireFailure, error: SwarmError): void => {
    if (isEnded(booked.task)) return;
    booked.apply({ type: "failed", atMs: clock.now(), error });
    conclude({ kind: "failure", failure }, failure.text.length);
    // After the word of it: an executor that looks at its signal is told why.
    controller.abort(error);
  };

  const run: Job["run"] = async (definition, executor) => {
    booked.apply({ type: "started" });
    port.note({ kind: "task_started", detail: { task: request.id, attempt, type: request.type } });
    beat();
    try {
      const output: unknown = await executor(request.input as never, context);
      if (isEnded(booked.task)) return;
      const bytes = checkOutput(definition, output);
      isDone = true;
      conclude({ kind: "output", output }, bytes);
    } catch (thrown) {
      if (isEnded(booked.task)) return;
      const failure = failureOf(thrown);
      if (failure.reason !== "final")
        port.handlerFailed(thrown, `The executor of the task "${request.type}"`);
      fail(failure, new SwarmError("task-failed", { what: "Its executor failed.", why: failure.text }));
    }
  };

  return {
    key: booked.task.key,
    request,
    get from() {
      return from;
    },
    get attempt() {
      return attempt;
    },
    signal: controller.signal,
    get isReusable() {
      return !controller.signal.aborted && log.isWhole;
    },
    get isDone() {
      return isDone;
    },
    get keptBytes() {
      return log.keptBytes;
    },
    beat,
    asked() {
      booked.apply({ type: "approval-wanted" });
      beat();
    },
    queued() {
      booked.apply({ type: "queued" });
      beat();
    },
    run,
    acknowledge(ack) {
      heardAtMs = clock.now();
      log.acknowledge(ack.received);
      if (isEnded(booked.task) && log.isAcknowledged) return close();
      // The lane keeps its order: what was sent before a beat came before it, or is lost.
      if (ack.beat !== beats || ack.received >= sentAtBeat) return;
      // Once for each beat, however often it is acknowledged.
      sentAtBeat = 0;
      log.resend();
    },
    resync() {
      heardAtMs = clock.now();
      beat();
      log.resend();
    },
    takeOver(newFrom, by) {
      from = newFrom;
      attempt = by.attempt;
      stopTime();
      stopTime = startTime(by.timeoutMs);
      heardAtMs = clock.now();
      isClosed = false;
      booked.apply({ type: "taken-over", attempt, peerId: from.peerId });
      beat();
      log.restart();
    },
    abandon,
    refuse(error) {
      booked.apply({ type: "refused", atMs: clock.now(), error });
      controller.abort(error);
      close();
    },
    fail,
  };
}

/** Its size. What is sent is what the executor returned; the delegator's schema transforms it. */
function checkOutput(definition: TaskDefinition, output: unknown): number {
  const result = validateNow({ type: definition.type, schema: definition.output }, output);
  if (!("value" in result))
    throw new TypeError(`The output is not what the schema describes. ${describeIssue(result.issues[0])}`);
  if (output === undefined) return 0;
  assertPayload(output);
  const bytes = encodeValue(output).length;
  if (bytes <= MAX_TASK_VALUE_BYTES) return bytes;
  throw new SwarmError("payload-too-large", {
    what: `The output of a task "${definition.type}" has ${bytes} bytes.`,
    why: `It travels as one message of at most ${MAX_TASK_VALUE_BYTES}.`,
    fix: 'Stream it with write("result", …), or send a file.',
  });
}

function failureOf(thrown: unknown): WireFailure {
  const text = textOf(thrown).slice(0, MAX_REASON_LENGTH);
  if (!(thrown instanceof SwarmError)) return { reason: "failed", text };
  if (thrown.code === "task-failed") return { reason: "final", text };
  return { reason: thrown.code === "payload-too-large" ? "payload-too-large" : "failed", text };
}

export function endedError(
  code: "task-timeout" | "lease-lost" | "task-cancelled" | "left",
  why: string,
): SwarmError {
  return new SwarmError(code, { what: "Nobody waits for this task any more.", why });
}
