import type { PeerId } from "../identity/ids.js";
import type { AttemptCounts } from "../stats/attemptCounts.js";
import type { SwarmSnapshot } from "./snapshot.js";

/** How whole the mesh is. */
export interface MeshHealth {
  /** Members that the room lists, without ourselves. */
  readonly expectedLinks: number;
  /** Of these, how many have a proven link that is up. */
  readonly openLinks: number;
  /** Members that should be linked and are not. */
  readonly missing: readonly PeerId[];
  readonly attempts: AttemptCounts;
}

/** The health of the mesh that a snapshot shows: links that should exist and do not, and how dials went. Pure. */
export function meshHealth({
  peers,
  connecting,
  attempts,
}: Pick<SwarmSnapshot, "peers" | "connecting" | "attempts">): MeshHealth {
  const unreachable = peers.filter(({ state }) => state === "unreachable");
  return {
    expectedLinks: peers.length + connecting.length,
    openLinks: peers.length - unreachable.length,
    missing: [...connecting, ...unreachable].map(({ peerId }) => peerId),
    attempts,
  };
}
