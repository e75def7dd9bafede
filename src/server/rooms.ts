import type { Cancel } from "../core/clock.js";
import type { Connection } from "./connection.js";
import type { ServerContext } from "./context.js";
import { serverMessage } from "./serverMessages.js";
import { isRoomName, MAX_ROOM_NAME_LENGTH, type WireProblem } from "./wire.js";

/** Somebody in a room. */
interface Member {
  connection: Connection;
  metadata: unknown;
  /** The member as ROOM-MEMBERS shows it, already JSON. */
  entry: string;
  /** True between a takeover and the new socket's own ROOM-ENTER. */
  isHeld: boolean;
}

type Room = Map<string, Member>;

/** A room, as {@link SignalingServer.rooms} shows it. */
export interface RoomSnapshot {
  readonly room: string;
  readonly members: readonly { readonly id: string; readonly metadata?: unknown }[];
}

/** Writing a long member list costs as much as relaying this many members' share of messages. */
const MEMBERS_PER_TOKEN = 25;

/** Who is in which room, and who is told about it. */
export class Rooms {
  readonly #rooms = new Map<string, Room>();
  readonly #graces = new Map<Connection, Cancel>();
  readonly #context: ServerContext;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#rooms.size;
  }

  list(): RoomSnapshot[] {
    return [...this.#rooms].map(([room, members]) => ({
      room,
      members: [...members].map(([id, { metadata }]) => (metadata === undefined ? { id } : { id, metadata })),
    }));
  }

  /** Whether this socket itself entered the room: a place held over a takeover does not count. */
  isIn(connection: Connection, name: string): boolean {
    const member = this.#rooms.get(name)?.get(connection.id);
    return member?.connection === connection && !member.isHeld;
  }

  /** What stands against entering, or `undefined`. Asked before and after authorisation. */
  obstacle(connection: Connection, name: string): WireProblem | undefined {
    if (!isRoomName(name)) return roomInvalid();
    if (connection.rooms.has(name)) return undefined;
    const { maxRooms, maxRoomSize, maxRoomsPerConnection } = this.#context.limits;
    if (connection.rooms.size >= maxRoomsPerConnection) {
      return {
        code: "too-many-rooms",
        room: name,
        message: `One connection can be in ${maxRoomsPerConnection} rooms. Leave another room first.`,
      };
    }
    const room = this.#rooms.get(name);
    if (room === undefined && this.#rooms.size >= maxRooms) {
      return {
        code: "server-full",
        room: name,
        message: `The server holds ${maxRooms} rooms, which is its limit. Try later or use an existing room.`,
      };
    }
    if (room !== undefined && room.size >= maxRoomSize) {
      return {
        code: "room-full",
        room: name,
        message: `The room has ${maxRoomSize} members, which is its limit. Try later or use another room.`,
      };
    }
    return undefined;
  }

  /** Enters, or answers again when already there. `metadata` undefined keeps what was announced before. */
  enter(connection: Connection, name: string, metadata: unknown): void {
    const room = this.#rooms.get(name) ?? this.#create(name);
    const known = room.get(connection.id);
    if (known === undefined) {
      room.set(connection.id, this.#member(connection, metadata));
      connection.rooms.add(name);
      this.#context.note({ kind: "room_entered", detail: { client: connection.id, room: name } });
      this.#tellOthers(name, room, connection, serverMessage.roomCame(connection.id, name, metadata));
    } else {
      known.isHeld = false;
      this.#update(name, room, known, metadata);
    }
    connection.charge(room.size / MEMBERS_PER_TOKEN);
    this.#sendMembers(name, room, connection);
  }

  /** Leaves; somebody who is not there has nothing to leave. */
  leave(connection: Connection, name: string): void {
    const room = this.#rooms.get(name);
    connection.rooms.delete(name);
    connection.outdatedRooms.delete(name);
    if (room?.get(connection.id)?.connection !== connection) return;
    room.delete(connection.id);
    this.#context.note({ kind: "room_left", detail: { client: connection.id, room: name } });
    if (room.size === 0) this.#rooms.delete(name);
    else this.#tellOthers(name, room, connection, serverMessage.roomLeft(connection.id, name));
  }

  leaveAll(connection: Connection): void {
    this.#endGrace(connection);
    for (const name of [...connection.rooms]) this.leave(connection, name);
  }

  announce(connection: Connection, name: string, metadata: unknown): void {
    const room = this.#rooms.get(name);
    const member = room?.get(connection.id);
    if (room !== undefined && member !== undefined) this.#update(name, room, member, metadata);
  }

  /** Keeps the places of a peer whose socket is replaced by a newer one, until it enters again or time is up. */
  takeOver(older: Connection, newer: Connection): void {
    if (older.rooms.size === 0) return;
    for (const name of older.rooms) {
      const member = this.#rooms.get(name)?.get(older.id);
      if (member === undefined) continue;
      member.connection = newer;
      member.isHeld = true;
      newer.rooms.add(name);
    }
    older.rooms.clear();
    const { clock, limits } = this.#context;
    this.#graces.set(
      newer,
      clock.setTimer(limits.takeoverGraceMs, () => this.#leaveHeld(newer)),
    );
  }

  /** Sends a notice to everyone in the room, and returns to how many. */
  notify(name: string, notice: string, text: string): number {
    const room = this.#rooms.get(name);
    if (room === undefined) return 0;
    const frame = serverMessage.roomNotice(notice, text, name);
    return [...room.values()].filter((member) => !member.isHeld && member.connection.send(frame)).length;
  }

  /** Sends whole member lists in place of the events that a full queue made it miss. */
  refresh(connection: Connection): void {
    for (const name of [...connection.outdatedRooms]) {
      connection.outdatedRooms.delete(name);
      const room = this.#rooms.get(name);
      if (room !== undefined && this.isIn(connection, name)) this.#sendMembers(name, room, connection);
    }
  }

  /** Forgets all rooms, telling nobody: who is told that everything ends need not hear who left. */
  close(): void {
    this.#rooms.clear();
    for (const cancel of this.#graces.values()) cancel();
    this.#graces.clear();
  }

  #create(name: string): Room {
    const room: Room = new Map();
    this.#rooms.set(name, room);
    return room;
  }

  #member(connection: Connection, metadata: unknown): Member {
    const entry = serverMessage.memberEntry(connection.id, metadata);
    return { connection, metadata, entry, isHeld: false };
  }

  #update(name: string, room: Room, member: Member, metadata: unknown): void {
    if (metadata === undefined) return;
    const entry = serverMessage.memberEntry(member.connection.id, metadata);
    if (entry === member.entry) return;
    member.metadata = metadata;
    member.entry = entry;
    const frame = serverMessage.roomAnnounced(member.connection.id, name, metadata);
    this.#tellOthers(name, room, member.connection, frame);
  }

  #sendMembers(name: string, room: Room, connection: Connection): void {
    const entries: string[] = [];
    for (const [id, member] of room) if (id !== connection.id) entries.push(member.entry);
    if (!connection.send(serverMessage.roomMembers(name, entries))) connection.outdatedRooms.add(name);
  }

  #tellOthers(name: string, room: Room, origin: Connection, frame: string): void {
    for (const [id, { connection, isHeld }] of room) {
      if (id === origin.id || isHeld) continue;
      // One who cannot take the event now gets the whole list once it can.
      if (!connection.send(frame) && !connection.isEnded) connection.outdatedRooms.add(name);
    }
  }

  #leaveHeld(connection: Connection): void {
    this.#graces.delete(connection);
    for (const name of [...connection.rooms]) {
      if (!this.isIn(connection, name)) this.leave(connection, name);
    }
  }

  #endGrace(connection: Connection): void {
    this.#graces.get(connection)?.();
    this.#graces.delete(connection);
  }
}

function roomInvalid(): WireProblem {
  return {
    code: "room-invalid",
    message: `A room name has 1 to ${MAX_ROOM_NAME_LENGTH} characters and no control characters. Choose another.`,
  };
}
