import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { Cancel, Clock } from "../../../src/core/clock.js";
import {
  createSignalingServer,
  type SignalingServer,
  type SignalingServerOptions,
} from "../../../src/server/index.js";

/** A frame of the server. */
export interface Frame {
  readonly type: string;
  readonly src?: string;
  readonly dst?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape.
  readonly payload?: any;
}

export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #nowMs = 1_000_000;
  readonly #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Cancel {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      const due = [...this.#timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#nowMs = due.atMs;
      due.callback();
    }
    this.#nowMs = endMs;
  }
}

/** A server on a free port that ends with the test. */
export async function startServer(options: SignalingServerOptions = {}): Promise<SignalingServer> {
  const server = await createSignalingServer({ port: 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** A server's WebSocket address for a peer. */
export function socketUrl(server: SignalingServer, query: Record<string, string>): string {
  return `${server.url.replace("http", "ws")}peerjs?${new URLSearchParams(query)}`;
}

/** A promise and its resolver: Node 20 has no `Promise.withResolvers`. */
export function deferred<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

let nonces = 0;

/** A client that keeps every frame until the test asks for it. */
export class Client {
  readonly id: string;
  readonly socket: WebSocket;
  /** Everything that arrived, taken or not. */
  readonly log: Frame[] = [];
  readonly ending: Promise<Ending>;
  readonly #unread: Frame[] = [];
  readonly #readers = new Set<() => void>();
  #ended: Ending | undefined;

  constructor(url: string, id: string, headers: Record<string, string> = {}) {
    this.id = id;
    this.socket = new WebSocket(url, { headers, perMessageDeflate: false });
    this.socket.on("error", () => {});
    this.socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      this.log.push(frame);
      this.#unread.push(frame);
      this.#wake();
    });
    this.ending = new Promise((resolve) => {
      this.socket.once("close", (code, reason) => {
        this.#ended = { code, reason: String(reason) };
        resolve(this.#ended);
        this.#wake();
      });
    });
  }

  /** The next unread frame of this type that fits; frames of other types stay unread. */
  async next(type: string, fits: (frame: Frame) => boolean = () => true): Promise<Frame> {
    for (;;) {
      const index = this.#unread.findIndex((frame) => frame.type === type && fits(frame));
      const [found] = index === -1 ? [] : this.#unread.splice(index, 1);
      if (found !== undefined) return found;
      if (this.#ended !== undefined) {
        throw new Error(`${this.id} ended (${JSON.stringify(this.#ended)}) while waiting for ${type}`);
      }
      await new Promise<void>((resolve) => this.#readers.add(resolve));
    }
  }

  /** The next ROOM-ERROR with this code. */
  problem(code: string): Promise<Frame> {
    return this.next("ROOM-ERROR", ({ payload }) => payload.code === code);
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  /** Resolves when the server has handled everything sent so far, and all its answers are here. */
  async settled(): Promise<void> {
    nonces += 1;
    const nonce = nonces;
    this.send({ type: "CANDIDATE", dst: this.id, payload: { nonce } });
    await this.next("CANDIDATE", ({ payload }) => payload.nonce === nonce);
  }

  async enter(room: string, metadata?: unknown, token?: string): Promise<Frame> {
    this.send({ type: "ROOM-ENTER", payload: { room, metadata, token } });
    return this.next("ROOM-MEMBERS", ({ payload }) => payload.room === room);
  }

  /** Types of all frames so far, without the probes of {@link settled}. */
  types(): string[] {
    return this.log.map(({ type }) => type).filter((type) => type !== "CANDIDATE");
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.ending;
  }

  #wake(): void {
    for (const reader of this.#readers) reader();
    this.#readers.clear();
  }
}

export interface DialOptions {
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

/** Dials without waiting for OPEN. */
export function dial(server: SignalingServer, id: string, options: DialOptions = {}): Client {
  const { token = `token-of-${id}`, headers } = options;
  const client = new Client(socketUrl(server, { key: "peerjs", id, token, version: "1.5.5" }), id, headers);
  onTestFinished(() => client.socket.terminate());
  return client;
}

/** Dials and waits for OPEN. */
export async function connect(
  server: SignalingServer,
  id: string,
  options: DialOptions = {},
): Promise<Client> {
  const client = dial(server, id, options);
  await client.next("OPEN");
  return client;
}

/** Shows that two clients still reach each other. */
export async function exchange(first: Client, second: Client): Promise<void> {
  nonces += 1;
  const nonce = nonces;
  first.send({ type: "OFFER", dst: second.id, payload: { nonce } });
  const offer = await second.next("OFFER", ({ payload }) => payload.nonce === nonce);
  second.send({ type: "ANSWER", dst: offer.src, payload: { nonce } });
  await first.next("ANSWER", ({ payload }) => payload.nonce === nonce);
}

/** The status with which an upgrade was refused. */
export async function refusedStatus(url: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url, { headers });
  socket.on("error", () => {});
  const [, response] = await once(socket, "unexpected-response");
  response.resume();
  return response.statusCode;
}
