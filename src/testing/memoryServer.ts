import { SwarmError } from "../core/errors.js";
import type { PeerId } from "../core/identity/ids.js";
import type { Link, TransportEvents } from "../core/transport/transport.js";
import type { MemoryHost } from "./memoryHost.js";

/** A tab's seat in a room of the simulated signalling server. */
export interface Seat {
  readonly host: MemoryHost;
  readonly room: string;
  readonly peerId: PeerId;
  readonly events: TransportEvents;
  /** What this seat believes to be in the room. */
  readonly known: Set<PeerId>;
  /** Links that this seat dialled or answered. */
  readonly links: Set<Link>;
  /** The seat was given up: nothing is told to it any more. */
  isClosed: boolean;
  /** When the last signalling message to this seat arrives; signalling keeps its order. */
  arrivesMs: number;
}

/** The simulated signalling server: who is in which room. */
export interface MemoryServer {
  readonly isUp: boolean;
  rooms(): readonly string[];
  seats(room: string): ReadonlyMap<PeerId, Seat>;
  enter(seat: Seat): void;
  exit(seat: Seat): void;
  isSeated(seat: Seat): boolean;
  /** Stops: every seat loses signalling, links live on. */
  stop(): void;
  /** Comes back empty, as a real server does. */
  start(): void;
  /** Most members of a room; default no limit. */
  maxRoomSize: number;
}

export function createMemoryServer(tell: (seat: Seat, message: () => void) => void): MemoryServer {
  const rooms = new Map<string, Map<PeerId, Seat>>();
  let isUp = true;

  const roomOf = (room: string): Map<PeerId, Seat> => {
    const existing = rooms.get(room);
    if (existing !== undefined) return existing;
    const fresh = new Map<PeerId, Seat>();
    rooms.set(room, fresh);
    return fresh;
  };

  const show = (to: Seat, peerId: PeerId): void =>
    tell(to, () => {
      to.known.add(peerId);
      to.events.listed(peerId);
    });
  const hide = (to: Seat, peerId: PeerId): void =>
    tell(to, () => {
      to.known.delete(peerId);
      to.events.unlisted(peerId);
    });

  return {
    get isUp() {
      return isUp;
    },
    maxRoomSize: Infinity,
    rooms: () => [...rooms.keys()],
    seats: (room) => rooms.get(room) ?? new Map(),
    isSeated: (seat) => rooms.get(seat.room)?.get(seat.peerId) === seat,
    enter(seat) {
      const room = roomOf(seat.room);
      if (room.size >= this.maxRoomSize) {
        throw new SwarmError("room-full", {
          what: `The room "${seat.room}" is full.`,
          fix: "Use another room.",
        });
      }
      // Whoever left while this seat had no signalling is unlisted first, as a real transport does.
      for (const peerId of [...seat.known]) if (!room.has(peerId)) hide(seat, peerId);
      for (const other of room.values()) {
        show(seat, other.peerId);
        show(other, seat.peerId);
      }
      room.set(seat.peerId, seat);
    },
    exit(seat) {
      const room = rooms.get(seat.room);
      if (room?.get(seat.peerId) !== seat) return;
      room.delete(seat.peerId);
      if (room.size === 0) rooms.delete(seat.room);
      for (const other of room.values()) hide(other, seat.peerId);
    },
    stop() {
      isUp = false;
      const seats = [...rooms.values()].flatMap((room) => [...room.values()]);
      rooms.clear();
      for (const seat of seats) {
        tell(seat, () =>
          seat.events.lost(
            new SwarmError("signaling-lost", { what: "The simulated signalling server stopped." }),
          ),
        );
      }
    },
    start() {
      isUp = true;
    },
  };
}
