import type { PeerId } from "../../core/index.js";

/** Which seat of the ring each member has. */
export type Seats = ReadonlyMap<PeerId, number>;

/**
 * Seats for these members: whoever has one keeps it, whoever comes gets the lowest that is free. `before` itself where
 * nothing has changed.
 */
export function seatsOf(before: Seats, members: readonly PeerId[]): Seats {
  if (members.length === before.size && members.every((member) => before.has(member))) return before;
  const seats = new Map<PeerId, number>();
  const taken = new Set<number>();
  for (const member of members) {
    const seat = before.get(member);
    if (seat === undefined) continue;
    seats.set(member, seat);
    taken.add(seat);
  }
  let free = 0;
  for (const member of members) {
    if (seats.has(member)) continue;
    while (taken.has(free)) free++;
    seats.set(member, free++);
  }
  return seats;
}

/**
 * How far around the ring a seat is, from 0 to 1: 0, 1/2, 1/4, 3/4, 1/8, … (van der Corput's sequence). Each new seat is in the
 * middle of a widest gap, so that those who are there need not move.
 */
export function turnOf(seat: number): number {
  let turn = 0;
  for (let rest = seat, step = 0.5; rest > 0; rest = Math.floor(rest / 2), step /= 2)
    if (rest % 2 === 1) turn += step;
  return turn;
}
