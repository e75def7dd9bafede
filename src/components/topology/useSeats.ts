import { useState } from "react";
import type { PeerId } from "../../core/index.js";
import { type Seats, seatsOf } from "./seats.js";

const NOBODY: Seats = new Map();

/** Seats that members keep while they are there. */
export function useSeats(members: readonly PeerId[]): Seats {
  const [before, setSeats] = useState(() => seatsOf(NOBODY, members));
  const seats = seatsOf(before, members);
  if (seats !== before) setSeats(seats);
  return seats;
}
