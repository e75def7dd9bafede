import type { Bytes } from "../core/bytes.js";
import type { Cancel } from "../core/clock.js";
import { abortedError, SwarmError } from "../core/errors.js";
import type { PeerId } from "../core/identity/ids.js";
import {
  LANE_NAMES,
  type Lane,
  type LaneName,
  type Link,
  type LinkCloseReason,
  type LinkMeasurement,
  type LinkState,
  MAX_LANE_MESSAGE_BYTES,
  MAX_LANE_QUEUED_BYTES,
} from "../core/transport/transport.js";
import type { MemoryHost, MemoryWire, NetworkCore } from "./networkCore.js";

/** After so long without a path a link reports `interrupted`, as Chromium's ICE does. */
export const INTERRUPTED_AFTER_MS = 5000;
/** After so long it reports `failed`. */
export const FAILED_AFTER_MS = 15_000;
/** How long it takes to revive a link once there is a path again (an ICE restart). */
const RESTART_MS = 60;

interface Waiter {
  readonly belowBytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class MemoryLane implements Lane {
  readonly name: LaneName;
  readonly #end: LinkEnd;
  readonly #waiters = new Set<Waiter>();
  #listener: ((message: Bytes) => void) | undefined;
  #unread: Bytes[] = [];
  #queuedBytes = 0;

  constructor(name: LaneName, end: LinkEnd) {
    this.name = name;
    this.#end = end;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  send(message: Bytes): void {
    if (this.#end.state === "closed") throw closedError(this.#end.peerId);
    if (message.length > MAX_LANE_MESSAGE_BYTES) {
      throw new SwarmError("message-too-large", {
        what: `This message has ${message.length} bytes.`,
        why: `A lane carries at most ${MAX_LANE_MESSAGE_BYTES}.`,
        fix: "Split it.",
      });
    }
    if (this.#queuedBytes + message.length > MAX_LANE_QUEUED_BYTES) {
      throw new SwarmError("queue-full", {
        what: `${this.#queuedBytes} bytes are already queued on the ${this.name} lane.`,
        fix: "Wait for drained() before sending more.",
      });
    }
    this.#queuedBytes += message.length;
    this.#end.transmit(this.name, message.slice());
  }

  drained({ belowBytes = 0, signal }: { belowBytes?: number; signal?: AbortSignal } = {}): Promise<void> {
    if (this.#end.state === "closed") return Promise.reject(closedError(this.#end.peerId));
    if (signal?.aborted) return Promise.reject(abortedError("Waiting for a lane to drain", signal));
    if (this.#queuedBytes <= belowBytes) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#waiters.delete(waiter);
        reject(abortedError("Waiting for a lane to drain", signal));
      };
      const settle = (): void => signal?.removeEventListener("abort", onAbort);
      const waiter: Waiter = {
        belowBytes,
        resolve: () => {
          settle();
          resolve();
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", onAbort);
    });
  }

  receive(listener: (message: Bytes) => void): void {
    this.#listener = listener;
    const unread = this.#unread;
    this.#unread = [];
    for (const message of unread) listener(message);
  }

  deliver(message: Bytes): void {
    if (this.#listener === undefined) this.#unread.push(message);
    else this.#listener(message);
  }

  taken(bytes: number): void {
    if (this.#end.state === "closed") return;
    this.#queuedBytes -= bytes;
    for (const waiter of [...this.#waiters]) {
      if (this.#queuedBytes > waiter.belowBytes) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  closed(): void {
    this.#queuedBytes = 0;
    this.#unread = [];
    for (const waiter of [...this.#waiters]) waiter.reject(closedError(this.#end.peerId));
    this.#waiters.clear();
  }
}

/** One side of a simulated connection. */
class LinkEnd implements Link {
  readonly id: string;
  readonly peerId: PeerId;
  readonly isInitiator: boolean;
  readonly channelBinding: Bytes;
  readonly lanes: Readonly<Record<LaneName, MemoryLane>>;
  state: LinkState = "open";
  closeReason: LinkCloseReason | undefined;
  readonly #listeners = new Set<(state: LinkState) => void>();
  readonly #wire: Wire;
  readonly host: MemoryHost;

  constructor(wire: Wire, host: MemoryHost, peerId: PeerId, isInitiator: boolean, channelBinding: Bytes) {
    this.#wire = wire;
    this.host = host;
    this.id = wire.id;
    this.peerId = peerId;
    this.isInitiator = isInitiator;
    this.channelBinding = channelBinding;
    this.lanes = Object.fromEntries(LANE_NAMES.map((name) => [name, new MemoryLane(name, this)])) as Record<
      LaneName,
      MemoryLane
    >;
  }

  onStateChange(listener: (state: LinkState) => void): Cancel {
    const entry = (state: LinkState): void => listener(state);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  transmit(lane: LaneName, message: Bytes): void {
    this.#wire.transmit(this, lane, message);
  }

  async measure(): Promise<LinkMeasurement | undefined> {
    if (this.state !== "open") return undefined;
    return {
      path: { local: "memory", remote: "memory", protocol: "memory" },
      roundTripMs: this.#wire.roundTripMs(),
    };
  }

  close(reason: LinkCloseReason): void {
    this.#wire.close(this, reason);
  }

  setState(state: LinkState, reason?: LinkCloseReason): void {
    if (this.state === state || this.state === "closed") return;
    this.state = state;
    if (state === "closed") {
      this.closeReason = reason;
      for (const lane of LANE_NAMES) this.lanes[lane].closed();
    }
    for (const listener of [...this.#listeners]) listener(state);
    if (state === "closed") this.#listeners.clear();
  }
}

/** What one side sends: the lanes take turns, message by message, as the streams of SCTP do. */
interface Direction {
  readonly queues: Readonly<Record<LaneName, Bytes[]>>;
  /** The lane whose turn it was. */
  turn: number;
  /** Whether a message is leaving, at the bandwidth of the network. */
  isBusy: boolean;
  /** When the last message sent so far arrives, per ordered lane. */
  readonly arrivesMs: Record<LaneName, number>;
  /** Told to the other side once everything before it has left. */
  closeReason: LinkCloseReason | undefined;
}

function createDirection(): Direction {
  return {
    queues: { control: [], bulk: [], datagram: [] },
    turn: 0,
    isBusy: false,
    arrivesMs: { control: 0, bulk: 0, datagram: 0 },
    closeReason: undefined,
  };
}

function takeNext(direction: Direction): [LaneName, Bytes] | undefined {
  for (let step = 1; step <= LANE_NAMES.length; step++) {
    const turn = (direction.turn + step) % LANE_NAMES.length;
    const lane = LANE_NAMES[turn] as LaneName;
    const message = direction.queues[lane].shift();
    if (message === undefined) continue;
    direction.turn = turn;
    return [lane, message];
  }
  return undefined;
}

/** What {@link connectHosts} makes: both ends of one connection. */
export interface MemoryLinkPair {
  readonly initiator: Link;
  readonly answerer: Link;
}

class Wire implements MemoryWire {
  readonly id: string;
  readonly #core: NetworkCore;
  readonly #directions = new Map<LinkEnd, Direction>();
  readonly initiator: LinkEnd;
  readonly answerer: LinkEnd;
  // What travels while there is no path: reliable lanes resend, so it arrives afterwards, in order.
  #held: { readonly to: LinkEnd; readonly lane: LaneName; readonly message: Bytes }[] = [];
  #isUp = true;
  // One end was closed while there was no path to tell the other: nobody will revive that one.
  #isOrphaned = false;
  #cancelTimers: Cancel[] = [];

  constructor(
    core: NetworkCore,
    id: string,
    initiator: [MemoryHost, PeerId],
    answerer: [MemoryHost, PeerId],
  ) {
    this.#core = core;
    this.id = id;
    const binding = core.random.bytes(32);
    this.initiator = new LinkEnd(this, initiator[0], answerer[1], true, binding);
    this.answerer = new LinkEnd(this, answerer[0], initiator[1], false, binding.slice());
    for (const end of [this.initiator, this.answerer]) {
      this.#directions.set(end, createDirection());
    }
  }

  roundTripMs(): number {
    const { options, random } = this.#core;
    return 2 * options.latencyMs + options.jitterMs * (random.next() + random.next());
  }

  #other(end: LinkEnd): LinkEnd {
    return end === this.initiator ? this.answerer : this.initiator;
  }

  transmit(from: LinkEnd, lane: LaneName, message: Bytes): void {
    const direction = this.#directions.get(from) as Direction;
    if (this.#core.options.bytesPerSecond === Infinity && !direction.isBusy) {
      this.#core.deliverIn(0, () => from.lanes[lane].taken(message.length));
      return this.#depart(from, direction, lane, message);
    }
    direction.queues[lane].push(message);
    this.#pump(from, direction);
  }

  #pump(from: LinkEnd, direction: Direction): void {
    if (direction.isBusy) return;
    const next = takeNext(direction);
    if (next === undefined) return this.#tellClosed(from, direction);
    const [lane, message] = next;
    direction.isBusy = true;
    this.#core.deliverIn((message.length / this.#core.options.bytesPerSecond) * 1000, () => {
      direction.isBusy = false;
      from.lanes[lane].taken(message.length);
      this.#depart(from, direction, lane, message);
      this.#pump(from, direction);
    });
  }

  #depart(from: LinkEnd, direction: Direction, lane: LaneName, message: Bytes): void {
    const { clock, options, random } = this.#core;
    const tampered = from.host.tamper === undefined ? message : from.host.tamper(message, lane);
    if (tampered === undefined) return;
    if (lane === "datagram" && random.next() < options.datagramLoss) return;
    const nowMs = clock.now();
    let arrivesMs = nowMs + options.latencyMs + options.jitterMs * random.next();
    if (lane !== "datagram") {
      arrivesMs = Math.max(arrivesMs, direction.arrivesMs[lane]);
      direction.arrivesMs[lane] = arrivesMs;
    }
    this.#core.deliverIn(arrivesMs - nowMs, () => this.#arrive(this.#other(from), lane, tampered));
  }

  #arrive(to: LinkEnd, lane: LaneName, message: Bytes): void {
    if (to.state === "closed") return;
    const isReliable = lane !== "datagram";
    // The path may be back while what was held is still to come.
    if (!this.#isUp || (isReliable && this.#held.length > 0)) {
      if (isReliable) this.#held.push({ to, lane, message });
      return;
    }
    this.#hand(to, lane, message);
  }

  #hand(to: LinkEnd, lane: LaneName, message: Bytes): void {
    to.host.run(() => {
      if (to.state !== "closed") to.lanes[lane].deliver(message);
    });
  }

  /** Looks again whether there is a path between the two hosts. */
  pathChanged(): void {
    const ends = [this.initiator, this.answerer];
    if (ends.every((end) => end.state === "closed" || end.host.isCrashed)) return this.#end();
    const hasPath = !this.#isOrphaned && this.#core.hasPath(this.initiator.host, this.answerer.host);
    if (hasPath === this.#isUp) return;
    this.#isUp = hasPath;
    for (const cancel of this.#cancelTimers.splice(0)) cancel();
    if (hasPath) {
      this.#later(RESTART_MS, () => this.#revive());
      return;
    }
    this.#later(INTERRUPTED_AFTER_MS, () => this.#setBoth("interrupted"));
    this.#later(FAILED_AFTER_MS, () => this.#setBoth("failed"));
  }

  #later(delayMs: number, run: () => void): void {
    this.#cancelTimers.push(this.#core.clock.setTimer(delayMs, run));
  }

  #revive(): void {
    this.#setBoth("open");
    for (const { to, lane, message } of this.#held.splice(0)) this.#hand(to, lane, message);
  }

  #setBoth(state: LinkState): void {
    for (const end of [this.initiator, this.answerer]) end.host.run(() => end.setState(state));
  }

  close(from: LinkEnd, reason: LinkCloseReason): void {
    if (from.state === "closed") return;
    const direction = this.#directions.get(from) as Direction;
    direction.closeReason = reason;
    from.setState("closed", reason);
    const other = this.#other(from);
    if (other.state === "closed" || other.host.isCrashed) return this.#end();
    this.#pump(from, direction);
  }

  // What was sent before the close still arrives, as with the flush of a data channel.
  #tellClosed(from: LinkEnd, direction: Direction): void {
    const { closeReason } = direction;
    if (closeReason === undefined) return;
    direction.closeReason = undefined;
    const { clock, options } = this.#core;
    const other = this.#other(from);
    const lastMs = Math.max(direction.arrivesMs.control, direction.arrivesMs.bulk);
    this.#core.deliverIn(Math.max(lastMs - clock.now(), options.latencyMs), () => {
      if (this.#isUp) other.host.run(() => this.#remoteClosed(other, closeReason));
      else this.#isOrphaned = true;
    });
  }

  #remoteClosed(end: LinkEnd, reason: LinkCloseReason): void {
    end.setState("closed", reason);
    this.#end();
  }

  touches(host: MemoryHost): boolean {
    return this.initiator.host === host || this.answerer.host === host;
  }

  #end(): void {
    for (const cancel of this.#cancelTimers.splice(0)) cancel();
    this.#held = [];
    this.#core.wires.delete(this);
  }
}

/** Opens a connection between two hosts at once; the signalling around it is the caller's. */
export function connectHosts(
  core: NetworkCore,
  initiator: [MemoryHost, PeerId],
  answerer: [MemoryHost, PeerId],
): MemoryLinkPair {
  const wire = new Wire(core, `memory-${++core.linkCount}`, initiator, answerer);
  core.wires.add(wire);
  return { initiator: wire.initiator, answerer: wire.answerer };
}

function closedError(peerId: PeerId): SwarmError {
  return new SwarmError("link-closed", { what: `The link to ${peerId} is closed.` });
}
