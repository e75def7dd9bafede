import type { RelayedMessage } from "./clientMessages.js";
import type { Connection } from "./connection.js";
import type { ServerContext } from "./context.js";
import type { Registry } from "./registry.js";
import { serverMessage } from "./serverMessages.js";
import { MAX_PEER_ID_LENGTH } from "./wire.js";

/**
 * Every EXPIRE makes a stock PeerJS client emit `peer-unavailable`. An OFFER is always answered, the
 * candidates and answers that follow it only when nothing was said about that peer for this long.
 */
const EXPIRE_QUIET_MS = 5_000;

/** Absent peers that one sender is remembered to have been told about. */
const MAX_REMEMBERED_ABSENT = 256;

/** Hands messages from one client to another, and tells the sender when nobody is there. */
export class Relay {
  readonly #registry: Registry;
  readonly #context: ServerContext;
  readonly #toldAtMs = new WeakMap<Connection, Map<string, number>>();

  constructor(registry: Registry, context: ServerContext) {
    this.#registry = registry;
    this.#context = context;
  }

  /** The server sets `src`: a client cannot speak for another. */
  pass(sender: Connection, message: RelayedMessage): void {
    const { type, dst } = message;
    const receiver = this.#registry.get(dst);
    if (receiver === undefined) {
      if (type !== "EXPIRE") this.expire(sender, dst, type === "OFFER");
      return;
    }
    const payload = "payload" in message ? message.payload : undefined;
    if (receiver.send(serverMessage.relayed(type, sender.id, dst, payload))) {
      this.#context.counters.messagesRelayed += 1;
    } else {
      sender.tell({
        code: "peer-busy",
        message: `${type} to ${dst} was dropped: that peer does not read as fast as it is sent to. Try again later.`,
      });
    }
  }

  /** Hands on a stock client's LEAVE; nobody needs to hear that an absent peer cannot. */
  passLeave(sender: Connection, dst: string): void {
    this.#registry.get(dst)?.send(serverMessage.relayed("LEAVE", sender.id, dst, undefined));
  }

  /** Tells the sender that `dst` is not here. */
  expire(sender: Connection, dst: string, always: boolean): void {
    const told = this.#toldAtMs.get(sender) ?? new Map<string, number>();
    this.#toldAtMs.set(sender, told);
    const nowMs = this.#context.clock.now();
    const lastMs = told.get(dst);
    const isQuiet = lastMs !== undefined && nowMs - lastMs < EXPIRE_QUIET_MS;
    if (isQuiet && !always) return;
    remember(told, dst, nowMs);
    this.#context.counters.expired += 1;
    sender.send(serverMessage.expire(dst, sender.id));
  }
}

function remember(told: Map<string, number>, dst: string, nowMs: number): void {
  // Nobody can be called that, and remembering it would let a sender fill the memory.
  if (dst.length > MAX_PEER_ID_LENGTH) return;
  told.delete(dst);
  told.set(dst, nowMs);
  const oldest = told.keys().next();
  if (told.size > MAX_REMEMBERED_ABSENT && !oldest.done) told.delete(oldest.value);
}
