import type { WebSocket } from "ws";
import type { ServerContext } from "./context.js";
import { Outbox } from "./outbox.js";
import { serverMessage } from "./serverMessages.js";
import { countProblem } from "./stats.js";
import { TokenBucket } from "./tokenBucket.js";
import { CLOSE, type WireProblem } from "./wire.js";

/** Who a connection is, as its handshake said and the server checked. */
export interface ConnectionIdentity {
  readonly id: string;
  /** Guards the reuse of the id. */
  readonly token: string;
  readonly address: string;
  readonly origin: string | undefined;
}

/** Offences fade at this rate. */
const OFFENCES_FORGIVEN_PER_SECOND = 0.2;

/** A burst that goes a little over the limit is not yet an attack: so many such messages make one offence. */
const RATE_LIMITED_WEIGHT = 0.1;

/** A client in a loop makes thousands of errors; telling it a few a second is enough. */
const PROBLEMS_TOLD_PER_SECOND = 10;

/** One client's open socket: what is sent to it, what it did wrong, and how it ends. */
export class Connection {
  readonly identity: ConnectionIdentity;
  /** Names of the rooms it holds a place in. Kept by {@link Rooms}. */
  readonly rooms: Set<string> = new Set();
  /** Rooms of which it missed an event while its queue was full. Kept by {@link Rooms}. */
  readonly outdatedRooms: Set<string> = new Set();
  /** Whether it may relay; `undefined` until that was asked. */
  mayRelay: boolean | undefined;
  heardAtMs: number;
  /** Called once, when the server or the client ends it, before anything else happens. */
  onEnded: () => void = () => {};
  /** Called when a queue that held frames is empty again. */
  onDrained: () => void = () => {};

  readonly #socket: WebSocket;
  readonly #context: ServerContext;
  readonly #outbox: Outbox;
  readonly #messages: TokenBucket;
  readonly #offences: TokenBucket;
  readonly #problemsTold: TokenBucket;
  #isEnded = false;

  constructor(socket: WebSocket, identity: ConnectionIdentity, context: ServerContext) {
    const { limits, clock } = context;
    this.identity = identity;
    this.heardAtMs = clock.now();
    this.#socket = socket;
    this.#context = context;
    this.#outbox = new Outbox(socket, clock, limits.maxQueuedBytes, () => this.onDrained());
    this.#messages = new TokenBucket(limits.messageBurst, limits.messagesPerSecond, clock);
    this.#offences = new TokenBucket(limits.maxOffences, OFFENCES_FORGIVEN_PER_SECOND, clock);
    this.#problemsTold = new TokenBucket(PROBLEMS_TOLD_PER_SECOND, PROBLEMS_TOLD_PER_SECOND, clock);
  }

  get id(): string {
    return this.identity.id;
  }

  /** True from the moment that either side ends it: what still arrives is ignored. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Whether neither side has begun to close it. */
  get isOpen(): boolean {
    return !this.#isEnded && this.#socket.readyState === this.#socket.OPEN;
  }

  heard(): void {
    this.heardAtMs = this.#context.clock.now();
  }

  /** Whether the rate limit grants a message of this cost (1 for a small one). */
  mayAct(cost: number): boolean {
    return this.#messages.take(cost);
  }

  /** Charges the rate limit for work that an allowed message turned out to cause. */
  charge(cost: number): void {
    this.#messages.charge(cost);
  }

  /** Sends a frame; false when it was dropped because the client's queue is full. */
  send(frame: string): boolean {
    if (this.#isEnded) return false;
    const delivery = this.#outbox.send(frame);
    if (delivery === "full") this.#context.counters.messagesDropped += 1;
    return delivery === "sent";
  }

  /** How long frames have been waiting without the client taking any; 0 when none wait. */
  stalledMs(): number {
    return this.#outbox.stalledMs();
  }

  /** Tells the client what went wrong, without holding it against the client. */
  tell(problem: WireProblem): void {
    countProblem(this.#context.counters, problem.code);
    if (this.#problemsTold.take(1)) this.send(serverMessage.roomError(problem));
  }

  /** Tells the client what it did wrong, and closes it when that was once too often. */
  offend(problem: WireProblem): void {
    if (this.#isEnded) return;
    this.tell(problem);
    if (this.#offences.take(problem.code === "rate-limited" ? RATE_LIMITED_WEIGHT : 1)) return;
    if (!this.end(CLOSE.offences, `too many offences, the last one: ${problem.code}`)) return;
    this.#context.counters.offendersClosed += 1;
    this.#context.log("warn", "offender-closed", { ...this.describe(), code: problem.code });
  }

  ping(): void {
    this.#outbox.ping();
  }

  /** Closes with a code and a reason; a client that does not answer is cut off soon after. */
  end(code: number, reason: string): boolean {
    if (!this.ended()) return false;
    this.#socket.close(code, reason);
    return true;
  }

  /** Cuts off a client from which no answer is expected. */
  cut(): void {
    this.ended();
    this.#socket.terminate();
  }

  /** Marks the connection as ended; false when it already was. */
  ended(): boolean {
    if (this.#isEnded) return false;
    this.#isEnded = true;
    this.onEnded();
    return true;
  }

  /** What a log entry says about this connection: never its token. */
  describe(): Record<string, unknown> {
    return { peerId: this.id, address: this.identity.address };
  }
}
