/** The small message that every contestant carries: 141 bytes as JSON. */
export interface BenchMessage {
  readonly n: number;
  readonly kind: string;
  readonly user: string;
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Where a contestant finds its peers. Nothing is connected to before `join`. */
export interface Place {
  readonly room: string;
  /** The bench's own relay, for contestants that bring no signalling. */
  readonly hubUrl: string;
  /** peerswarm's signalling server, which speaks PeerJS's protocol. */
  readonly signalingUrl: string;
  /** Chunks of a bulk payload, where the contestant leaves the choice to the app. */
  readonly chunkBytes: number;
}

/** A connection to one other page, as the bench uses it. */
export interface BenchLink {
  /** Exactly one end of a link has it set: it greets, the other answers. */
  readonly speaksFirst: boolean;
  /** Queues a small message; only while `isFull` is false. */
  send(message: BenchMessage): void;
  readonly isFull: boolean;
  /** Resolves once there is room again. */
  hasRoom(): Promise<void>;
  /** Gives every message to `listener`, those that came before anyone listened first. */
  listen(listener: (message: BenchMessage) => void): void;
  /** Sends a big payload; resolves when the contestant has taken all of it. */
  sendBulk?(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Gathers the next bulk payload of `length` bytes. */
  receiveBulk?(length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** One page's place in a room. */
export interface Member {
  leave(): Promise<void> | void;
}

export interface Contestant {
  readonly name: string;
  /** `onLink` is called for every other page, once messages can be sent to it. */
  join(place: Place, onLink: (link: BenchLink) => void): Promise<Member>;
}

/** Keeps the messages that come before anyone listens: with some contestants the first overtakes the news of its link. */
export class Inlet {
  #listener: ((message: BenchMessage) => void) | undefined;
  #early: BenchMessage[] = [];

  readonly listen = (listener: (message: BenchMessage) => void): void => {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) listener(message);
  };

  take(message: BenchMessage): void {
    if (this.#listener === undefined) this.#early.push(message);
    else this.#listener(message);
  }
}

/** Gathers chunks that arrive in order. */
export class ChunkSink {
  #bytes = new Uint8Array(0);
  #offset = 0;
  #done: ((bytes: Uint8Array<ArrayBuffer>) => void) | undefined;
  #early: Uint8Array[] = [];

  expect(length: number): Promise<Uint8Array<ArrayBuffer>> {
    this.#bytes = new Uint8Array(length);
    this.#offset = 0;
    return new Promise((resolve) => {
      this.#done = resolve;
      for (const chunk of this.#early.splice(0)) this.take(chunk);
    });
  }

  take(chunk: Uint8Array): void {
    if (this.#done === undefined) {
      this.#early.push(chunk);
      return;
    }
    this.#bytes.set(chunk, this.#offset);
    this.#offset += chunk.length;
    if (this.#offset < this.#bytes.length) return;
    const done = this.#done;
    this.#done = undefined;
    done(this.#bytes);
  }
}

/** Queue of a data channel above which the bench waits, and below which it goes on. */
export const HIGH_WATER_BYTES = 1024 * 1024;
export const LOW_WATER_BYTES = 256 * 1024;

/** Resolves once the channel's queue is short enough. */
export function untilBelow(channel: RTCDataChannel, bytes: number): Promise<void> {
  if (channel.bufferedAmount <= bytes) return Promise.resolve();
  channel.bufferedAmountLowThreshold = bytes;
  return new Promise((resolve) =>
    channel.addEventListener("bufferedamountlow", () => resolve(), { once: true }),
  );
}

const BULK_QUEUE_BYTES = 256 * 1024;

/** The plain way to send much over a channel: chunks, with a short queue. */
export async function sendChunks(
  channel: RTCDataChannel,
  bytes: Uint8Array<ArrayBuffer>,
  chunkBytes: number,
  send: (chunk: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    if (channel.bufferedAmount > BULK_QUEUE_BYTES) await untilBelow(channel, BULK_QUEUE_BYTES / 4);
    send(bytes.subarray(offset, offset + chunkBytes));
  }
}
