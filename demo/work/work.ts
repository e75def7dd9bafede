import type { PeerId } from "peerswarm";
import type { DoneTile } from "./distribute.js";

/** Degrees between the colours of two members: far apart, and never the same. */
const HUE_STEP = 137.5;

/** How far a computation is. */
export interface Work {
  readonly state: "running" | "done" | "cancelled" | "failed";
  readonly total: number;
  readonly done: number;
  readonly elapsedMs: number;
  /** Tiles by member, in the order of their first. */
  readonly shares: ReadonlyMap<PeerId, number>;
  /** SHA-256 of the image: the same whoever computed it. */
  readonly fingerprint: string | undefined;
  readonly error: string | undefined;
}

export const newWork = (total: number): Work => ({
  state: "running",
  total,
  done: 0,
  elapsedMs: 0,
  shares: new Map(),
  fingerprint: undefined,
  error: undefined,
});

export const withTile = (work: Work, { by }: DoneTile): Work => ({
  ...work,
  done: work.done + 1,
  shares: new Map(work.shares).set(by, (work.shares.get(by) ?? 0) + 1),
});

export const hueOf = (shares: ReadonlyMap<PeerId, number>, member: PeerId): number =>
  ([...shares.keys()].indexOf(member) * HUE_STEP) % 360;
