import type { OutputStream, WorkerReport } from "./protocol.js";

/** Text is handed on once there is this much of it, or once the last was this long ago. */
const FLUSH_LENGTH = 8192;
const FLUSH_MS = 50;
/** Pieces that are handed on at once; beyond it the order between the two streams is given up, not that of either. */
const MAX_PIECES = 8;

interface Piece {
  readonly stream: OutputStream;
  text: string;
}

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
  let pieces: Piece[] = [];
  let length = 0;
  let progress: Extract<WorkerReport, { kind: "progress" }> | undefined;
  let left = outputBytes;
  let flushedAt = now();
  const encoder = new TextEncoder();

  const pieceOf = (stream: OutputStream): Piece => {
    const isFull = pieces.length >= MAX_PIECES;
    const open = pieces.findLast(
      (piece, index) => piece.stream === stream && (isFull || index === pieces.length - 1),
    );
    if (open !== undefined) return open;
    const piece: Piece = { stream, text: "" };
    pieces.push(piece);
    return piece;
  };
  const flushText = (): void => {
    for (const piece of pieces) report({ kind: "output", ...piece });
    pieces = [];
    length = 0;
  };
  const flush = (): void => {
    flushText();
    if (progress !== undefined) report(progress);
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
      pieceOf(stream).text += text;
      length += text.length;
      if (length >= FLUSH_LENGTH) flushText();
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
