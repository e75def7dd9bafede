import { SwarmError } from "../core/errors.js";
import type { PeerId } from "../core/identity/ids.js";
import type { MemoryServer, Seat } from "./networkCore.js";

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
    authorize: undefined,
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
