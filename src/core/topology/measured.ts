import type { LinkQuality } from "../stats/linkQuality.js";
import type { PeerSnapshot } from "../store/snapshot.js";
import type { LinkRoute } from "./view.js";

/** What one end knows of a link. */
export interface EndOfLink {
  readonly isUp: boolean;
  readonly roundTripMs: number | undefined;
  readonly route: LinkRoute | undefined;
}

/** What we know of our link to a peer. */
export function measured(peer: PeerSnapshot, quality: LinkQuality | undefined): EndOfLink {
  const roundTripMs = quality?.roundTripP50Ms ?? peer.roundTripMs;
  return {
    // A tab that sleeps does not answer, but its link is there.
    isUp: peer.state !== "unreachable",
    roundTripMs: roundTripMs === undefined ? undefined : Math.round(roundTripMs),
    route: routeOf(quality),
  };
}

function routeOf(quality: LinkQuality | undefined): LinkRoute | undefined {
  if (quality?.path === undefined) return undefined;
  const { local, remote } = quality.path;
  return local === "relay" || remote === "relay" ? "relayed" : "direct";
}
