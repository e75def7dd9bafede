import type { Bytes } from "../../bytes.js";

/** Where the chunks of one transfer go, in order. Calls come one at a time. */
export interface Sink {
  /** How many chunks, from the first on, are there already and were checked. */
  readonly keptChunks: number;
  /** Resolves when there is room for the next one: a slow sink stops the sender. */
  write(chunk: Bytes, hash: Bytes): Promise<void>;
  /** All chunks are written: makes the result. */
  close(): Promise<SinkResult>;
  /** It ends early. `keeps`: what has come may be of use later. */
  abort(options: { readonly keeps: boolean; readonly reason: unknown }): Promise<void>;
}

export interface SinkResult {
  readonly content: Bytes | Blob | undefined;
  discard(): Promise<void>;
}

export const nothingToDiscard = async (): Promise<void> => undefined;
