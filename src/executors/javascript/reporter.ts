import type { OutputStream, WorkerReport } from "./protocol.js";

/** Text is handed on once there is this much of it, or once the last was this long ago. */
const FLUSH_LENGTH = 8192;
const FLUSH_MS = 50;

/** Hands on what a run prints and how far it is, in few messages however often it says so. */
export interface Reporter {
  /** @returns `false` once the run has printed more than it may; that text is dropped */
  write(stream: OutputStream, text: string): boolean;
  progress(fraction: number, note: string | undefined): void;
  /** Hands on what has waited long enough; called now and then while the run goes on. */
  tick(): void;
  /** Hands on what is left. */
  end(): void;
}

export function createReporter(
  report: (message: WorkerReport) => void,
  outputBytes: number,
  now: () => number,
): Reporter {
  let waiting: { readonly stream: OutputStream; text: string } | undefined;
  let progress: Extract<WorkerReport, { kind: "progress" }> | undefined;
  let left = outputBytes;
  let flushedAt = now();
  const encoder = new TextEncoder();

  const flush = (): void => {
    if (waiting !== undefined) report({ kind: "output", ...waiting });
    if (progress !== undefined) report(progress);
    waiting = undefined;
    progress = undefined;
    flushedAt = now();
  };
  const tick = (): void => {
    if (now() - flushedAt >= FLUSH_MS) flush();
  };
  return {
    write(stream, text) {
      left -= encoder.encode(text).length;
      if (left < 0) return false;
      if (waiting !== undefined && waiting.stream !== stream) flush();
      waiting ??= { stream, text: "" };
      waiting.text += text;
      if (waiting.text.length >= FLUSH_LENGTH) flush();
      tick();
      return true;
    },
    progress(fraction, note) {
      progress = { kind: "progress", fraction, note };
      tick();
    },
    tick,
    end: flush,
  };
}
