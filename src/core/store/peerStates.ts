import type { PeerStateChange } from "./snapshot.js";

/** A peer whose network comes and goes all day takes no more room than one that stays. */
const STATES_KEPT = 10;

/** The last states of a peer, with what became of it now; `states` itself where nothing did. */
export function withState(
  states: readonly PeerStateChange[],
  change: PeerStateChange,
): readonly PeerStateChange[] {
  return states.at(-1)?.state === change.state ? states : [...states, change].slice(-STATES_KEPT);
}
