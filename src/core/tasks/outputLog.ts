import { SwarmError } from "../errors.js";
import type { TaskStream } from "./taskApi.js";
import { MAX_CHUNK_LENGTH, type WireFailure } from "./wire.js";

/** What may be on its way unacknowledged. */
export const OUTPUT_WINDOW_BYTES: number = 512 * 1024;
/** What waits before `write` lets its caller wait, and before it fails. */
export const OUTPUT_HIGH_WATER_BYTES: number = 1024 * 1024;
export const MAX_OUTPUT_WAITING_BYTES: number = 4 * 1024 * 1024;
/** Output that is kept after it was acknowledged, so that another attempt can have it without another run. */
export const OUTPUT_REPLAY_BYTES: number = 1024 * 1024;

/** One of an attempt's outputs; the result is the last of them. */
export type OutputItem =
  | { readonly kind: "chunk"; readonly stream: TaskStream; readonly chunk: string | Uint8Array }
  | { readonly kind: "output"; readonly output: unknown }
  | { readonly kind: "failure"; readonly failure: WireFailure };

interface Entry {
  readonly item: OutputItem;
  readonly bytes: number;
}

/** The outputs of one run: numbered from 1, sent within a window, kept until acknowledged. */
export interface OutputLog {
  add(item: OutputItem, bytes: number): void;
  /** Resolves when there is room. @throws SwarmError `queue-full` */
  write(stream: TaskStream, chunk: string | Uint8Array): Promise<void>;
  /** The other side has the first `received`. */
  acknowledge(received: number): void;
  /** What was sent and not acknowledged may be lost: sends it again. */
  resend(): void;
  /** Sends all of it from the beginning, where it is whole; closed or not. */
  restart(): void;
  /** Whether nothing of it has been let go. */
  readonly isWhole: boolean;
  readonly isAcknowledged: boolean;
  readonly sent: number;
  readonly keptBytes: number;
  /** Nobody wants it any more: whoever waits for room goes on. */
  close(): void;
}

/** @param send `false` where it did not go out; it is tried again with the next acknowledgement or `resend` */
export function createOutputLog(send: (sequence: number, item: OutputItem) => boolean): OutputLog {
  const entries: Entry[] = [];
  /** Entries that were let go, acknowledged ones, and those sent at least once. */
  let dropped = 0;
  let acknowledged = 0;
  let sent = 0;
  let keptBytes = 0;
  let waitingBytes = 0;
  let flyingBytes = 0;
  let isClosed = false;
  let waits: (() => void)[] = [];

  const entry = (sequence: number): Entry | undefined => entries[sequence - 1 - dropped];
  const last = (): number => dropped + entries.length;

  const pump = (): void => {
    while (!isClosed && sent < last()) {
      const next = entry(sent + 1) as Entry;
      if (flyingBytes > 0 && flyingBytes + next.bytes > OUTPUT_WINDOW_BYTES) return;
      if (!send(sent + 1, next.item)) return;
      sent++;
      flyingBytes += next.bytes;
    }
  };

  const add = (item: OutputItem, bytes: number): void => {
    entries.push({ item, bytes });
    keptBytes += bytes;
    waitingBytes += bytes;
    pump();
  };

  const letGo = (): void => {
    while (dropped < acknowledged && keptBytes > OUTPUT_REPLAY_BYTES) {
      keptBytes -= entries.shift()?.bytes ?? 0;
      dropped++;
    }
  };

  const wake = (): void => {
    if (!isClosed && waitingBytes > OUTPUT_HIGH_WATER_BYTES) return;
    const due = waits;
    waits = [];
    for (const go of due) go();
  };

  return {
    add,
    write(stream, chunk) {
      if (waitingBytes + chunk.length > MAX_OUTPUT_WAITING_BYTES) throw outputFull();
      for (const part of split(chunk))
        add({ kind: "chunk", stream, chunk: part }, part.length * (typeof part === "string" ? 2 : 1));
      if (isClosed || waitingBytes <= OUTPUT_HIGH_WATER_BYTES) return Promise.resolve();
      return new Promise((resolve) => waits.push(resolve));
    },
    acknowledge(received) {
      const upTo = Math.min(received, sent);
      for (; acknowledged < upTo; acknowledged++) {
        const bytes = entry(acknowledged + 1)?.bytes ?? 0;
        waitingBytes -= bytes;
        flyingBytes -= bytes;
      }
      letGo();
      wake();
      pump();
    },
    resend() {
      sent = acknowledged;
      flyingBytes = 0;
      pump();
    },
    restart() {
      isClosed = false;
      acknowledged = 0;
      sent = 0;
      flyingBytes = 0;
      waitingBytes = keptBytes;
      pump();
    },
    get isWhole() {
      return dropped === 0;
    },
    get isAcknowledged() {
      return acknowledged === last();
    },
    get sent() {
      return sent;
    },
    get keptBytes() {
      return keptBytes;
    },
    close() {
      isClosed = true;
      wake();
    },
  };
}

function* split(chunk: string | Uint8Array): Generator<string | Uint8Array> {
  for (let start = 0; start < chunk.length; ) {
    const end = endOfPart(chunk, start);
    // A copy: the caller may write into its buffer again.
    yield chunk.slice(start, end);
    start = end;
  }
}

function endOfPart(chunk: string | Uint8Array, start: number): number {
  const end = Math.min(chunk.length, start + MAX_CHUNK_LENGTH);
  if (typeof chunk !== "string" || end === chunk.length) return end;
  // Not between the two halves of a character.
  return /[\ud800-\udbff]/.test(chunk[end - 1] as string) ? end - 1 : end;
}

function outputFull(): SwarmError {
  return new SwarmError("queue-full", {
    what: `More than ${MAX_OUTPUT_WAITING_BYTES / 1024 / 1024} MiB of a task's output wait for its delegator.`,
    why: "It takes them slower than they come.",
    fix: "Await write(): it resolves when there is room.",
  });
}
