import type { WebSocket } from "ws";
import type { Clock } from "../core/clock.js";

/** What an {@link Outbox} did with a frame. */
export type Delivery = "sent" | "full" | "closed";

/** The way to one client: it never holds more than `maxQueuedBytes` and one frame. */
export class Outbox {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #maxQueuedBytes: number;
  readonly #onDrained: () => void;
  #progressAtMs: number;

  constructor(socket: WebSocket, clock: Clock, maxQueuedBytes: number, onDrained: () => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#maxQueuedBytes = maxQueuedBytes;
    this.#onDrained = onDrained;
    this.#progressAtMs = clock.now();
  }

  send(frame: string): Delivery {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return "closed";
    const queuedBytes = socket.bufferedAmount;
    if (queuedBytes > 0 && queuedBytes + Buffer.byteLength(frame) > this.#maxQueuedBytes) return "full";
    this.#noteStart();
    socket.send(frame, this.#onWritten);
    return "sent";
  }

  ping(): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#noteStart();
    this.#socket.ping("", false, this.#onWritten);
  }

  /** How long frames have been waiting without the client taking any; 0 when none wait. */
  stalledMs(): number {
    return this.#socket.bufferedAmount === 0 ? 0 : this.#clock.now() - this.#progressAtMs;
  }

  /** A wait begins with the first frame that finds the queue empty. */
  #noteStart(): void {
    if (this.#socket.bufferedAmount === 0) this.#progressAtMs = this.#clock.now();
  }

  readonly #onWritten = (error?: Error | null): void => {
    // The socket's own "error" and "close" events tell the rest.
    if (error) return;
    this.#progressAtMs = this.#clock.now();
    if (this.#socket.bufferedAmount === 0) this.#onDrained();
  };
}
