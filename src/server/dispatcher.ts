import type {
  AnnouncePayload,
  AskPayload,
  ClientMessage,
  EnterPayload,
  RelayedMessage,
} from "./clientMessages.js";
import type { Connection } from "./connection.js";
import type { ServerContext } from "./context.js";
import type { Gatekeeper, Verdict } from "./gatekeeper.js";
import { rateLimited } from "./problems.js";
import type { Relay } from "./relay.js";
import type { Rooms } from "./rooms.js";
import { serverMessage } from "./serverMessages.js";
import { CLOSE, isRoomName, type WireProblem } from "./wire.js";

/** A room message goes to the whole room: it counts as this many. */
const ROOM_MESSAGE_EXTRA_COST = 9;

/** Does what a checked message asks for. A promise is returned only where the application must be asked. */
export class Dispatcher {
  readonly #rooms: Rooms;
  readonly #relay: Relay;
  readonly #gatekeeper: Gatekeeper | undefined;
  readonly #context: ServerContext;

  constructor(rooms: Rooms, relay: Relay, gatekeeper: Gatekeeper | undefined, context: ServerContext) {
    this.#rooms = rooms;
    this.#relay = relay;
    this.#gatekeeper = gatekeeper;
    this.#context = context;
  }

  dispatch(connection: Connection, message: ClientMessage): Promise<void> | undefined {
    switch (message.type) {
      case "HEARTBEAT":
        return undefined;
      case "LEAVE":
        this.#leave(connection, message.dst);
        return undefined;
      case "ROOM-ENTER":
        return this.#enter(connection, message.payload);
      case "ROOM-ASK":
        return this.#answer(connection, message.payload);
      case "ROOM-LEAVE":
        connection.charge(ROOM_MESSAGE_EXTRA_COST);
        this.#rooms.leave(connection, message.payload.room);
        return undefined;
      case "ROOM-ANNOUNCE":
        this.#announce(connection, message.payload);
        return undefined;
      default:
        return this.#pass(connection, message);
    }
  }

  #leave(connection: Connection, dst: string | undefined): void {
    if (dst === undefined) connection.end(CLOSE.left, "left");
    else if (connection.mayRelay === true || this.#gatekeeper === undefined) {
      this.#relay.passLeave(connection, dst);
    }
  }

  #enter(connection: Connection, payload: EnterPayload): Promise<void> | undefined {
    const { room, token, metadata } = payload;
    const problem =
      this.#rateProblem(connection) ??
      this.#metadataProblem(room, metadata) ??
      this.#rooms.obstacle(connection, room);
    if (problem !== undefined) {
      connection.offend(problem);
      return undefined;
    }
    if (this.#gatekeeper === undefined || this.#rooms.isIn(connection, room)) {
      this.#rooms.enter(connection, room, metadata);
      return undefined;
    }
    return this.#ask(this.#gatekeeper, connection, room, token).then((verdict) => {
      if (!connection.isEnded) this.#enterAfter(verdict, connection, payload);
    });
  }

  #enterAfter(verdict: Verdict, connection: Connection, { room, metadata }: EnterPayload): void {
    if (!verdict.isAllowed) {
      // A place that was held over a takeover is not for somebody who may no longer be there.
      this.#rooms.leave(connection, room);
      connection.offend(unauthorized(`enter the room ${JSON.stringify(room)}`, verdict, room));
      return;
    }
    connection.mayRelay = true;
    // Others may have filled the room in the meantime.
    const problem = this.#rooms.obstacle(connection, room);
    if (problem === undefined) this.#rooms.enter(connection, room, metadata);
    else connection.offend(problem);
  }

  /** Would it be let in? Nothing changes by it, and nobody else hears of it. */
  #answer(connection: Connection, { room, token }: AskPayload): Promise<void> | undefined {
    const problem = this.#rateProblem(connection) ?? this.#rooms.obstacle(connection, room);
    if (problem !== undefined) {
      connection.offend(problem);
      return undefined;
    }
    if (this.#gatekeeper === undefined) {
      connection.send(serverMessage.roomWelcome(room));
      return undefined;
    }
    return this.#ask(this.#gatekeeper, connection, room, token).then((verdict) => {
      if (connection.isEnded) return;
      if (verdict.isAllowed) connection.send(serverMessage.roomWelcome(room));
      else connection.offend(unauthorized(`enter the room ${JSON.stringify(room)}`, verdict, room));
    });
  }

  #announce(connection: Connection, { room, metadata }: AnnouncePayload): void {
    const problem =
      this.#rateProblem(connection) ??
      (this.#rooms.isIn(connection, room) ? undefined : notInRoom(room)) ??
      this.#metadataProblem(room, metadata);
    if (problem === undefined) this.#rooms.announce(connection, room, metadata);
    else connection.offend(problem);
  }

  #pass(connection: Connection, message: RelayedMessage): Promise<void> | undefined {
    if (this.#gatekeeper === undefined) {
      this.#relay.pass(connection, message);
      return undefined;
    }
    if (connection.mayRelay !== undefined) {
      this.#passIfAllowed(connection, message, {});
      return undefined;
    }
    return this.#ask(this.#gatekeeper, connection, undefined, connection.identity.token).then((verdict) => {
      connection.mayRelay = verdict.isAllowed;
      this.#passIfAllowed(connection, message, verdict);
    });
  }

  #passIfAllowed(connection: Connection, message: RelayedMessage, verdict: Partial<Verdict>): void {
    if (connection.isEnded) return;
    if (connection.mayRelay === true) {
      this.#relay.pass(connection, message);
      return;
    }
    connection.offend(unauthorized("send to other peers", verdict, undefined));
    // A stock client does not know ROOM-ERROR; without this it would wait for its answer for ever.
    if (message.type === "OFFER") this.#relay.expire(connection, message.dst, true);
  }

  #ask(
    gatekeeper: Gatekeeper,
    { identity }: Connection,
    room: string | undefined,
    token: string | undefined,
  ): Promise<Verdict> {
    const { id: peerId, origin, address } = identity;
    return gatekeeper.ask({ peerId, room, token, origin, address });
  }

  #rateProblem(connection: Connection): WireProblem | undefined {
    if (connection.mayAct(ROOM_MESSAGE_EXTRA_COST)) return undefined;
    return rateLimited(this.#context.limits.messagesPerSecond);
  }

  #metadataProblem(room: string, metadata: unknown): WireProblem | undefined {
    if (metadata === undefined) return undefined;
    const { maxMetadataBytes } = this.#context.limits;
    const sizeBytes = Buffer.byteLength(JSON.stringify(metadata));
    if (sizeBytes <= maxMetadataBytes) return undefined;
    const message = `The metadata is ${sizeBytes} bytes of JSON, the limit is ${maxMetadataBytes}. Send less.`;
    return { code: "metadata-too-large", ...named(room), message };
  }
}

/** Names the room in an answer, unless the name is one that no room can have. */
function named(room: string): { room?: string } {
  return isRoomName(room) ? { room } : {};
}

function notInRoom(room: string): WireProblem {
  const message = "You are not in that room. Send ROOM-ENTER and wait for ROOM-MEMBERS first.";
  return { code: "not-in-room", ...named(room), message };
}

function unauthorized(what: string, verdict: Partial<Verdict>, room: string | undefined): WireProblem {
  const why = verdict.reason === undefined ? "" : `: ${verdict.reason}`;
  const message = `You may not ${what}${why}. Ask the operator for a token, or send a valid one.`;
  return { code: "unauthorized", message, ...(room === undefined ? {} : { room }) };
}
