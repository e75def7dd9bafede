import type { TopologyNode } from "../../core/index.js";
import { type Seats, turnOf } from "./seats.js";

/** The drawing's own units. */
export const WIDTH = 400;
export const HEIGHT = 290;
const RADIUS = 112;
const LABEL_DISTANCE = 18;
const LARGEST_REACH = 12;

/** A point of the drawing. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly turn: number;
}

/** Where a member with this seat is: on a ring, clockwise from the top. */
export function placeOf(seat: number): Place {
  const turn = turnOf(seat);
  return { ...at(turn, RADIUS), turn };
}

/** Where its label begins, or ends on the other half of the ring. */
export function labelPlace(turn: number): { readonly x: number; readonly y: number } {
  return at(turn, RADIUS + LABEL_DISTANCE);
}

/** At which end a label at this part of the ring is held: those at the top and at the bottom in their middle. */
export function labelAnchor(turn: number): "start" | "middle" | "end" {
  if (turn % 0.5 === 0) return "middle";
  return turn < 0.5 ? "start" : "end";
}

function at(turn: number, radius: number): { readonly x: number; readonly y: number } {
  const angle = turn * 2 * Math.PI;
  return { x: round(WIDTH / 2 + radius * Math.sin(angle)), y: round(HEIGHT / 2 - radius * Math.cos(angle)) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** How big the marks of so many members are. */
export function markRadius(members: number): number {
  if (members <= 16) return 7;
  if (members <= 64) return 5;
  return members <= 256 ? 2 : 1.2;
}

/** How far from the middle of its mark a member is hit, so that no other one is. */
export function markReach(members: number): number {
  const seats = 2 ** Math.ceil(Math.log2(Math.max(2, members)));
  return Math.min(LARGEST_REACH, (Math.PI * RADIUS) / seats);
}

/** Members clockwise from the top. */
export function clockwise(nodes: readonly TopologyNode[], seats: Seats): readonly TopologyNode[] {
  const turn = ({ peerId }: TopologyNode): number => turnOf(seats.get(peerId) ?? 0);
  return nodes.toSorted((one, other) => turn(one) - turn(other));
}
