import type { PeerId, SwarmSnapshot } from "../core/index.js";
import { emptyRecord } from "../core/store/record.js";
import { isShallowEqual } from "./isShallowEqual.js";

/** Who can do what: by the name of a capability, the members that announce it. */
export type Capabilities = Readonly<Record<string, readonly PeerId[]>>;

type Members = Pick<SwarmSnapshot, "self" | "peers">;

/** Reads capabilities from snapshots of one swarm; what did not change is the same object as before. */
export function createCapabilityReader(): (members: Members) => Capabilities {
  let seen: Members | undefined;
  let known: Capabilities = emptyRecord();
  return ({ self, peers }) => {
    if (seen?.self === self && seen.peers === peers) return known;
    seen = { self, peers };
    known = shared(known, collect(seen));
    return known;
  };
}

function collect({ self, peers }: Members): Capabilities {
  const found = emptyRecord<PeerId[]>();
  const add = (peerId: PeerId, capabilities: readonly string[]): void => {
    for (const capability of new Set(capabilities)) {
      const holders = found[capability] ?? [];
      holders.push(peerId);
      found[capability] = holders;
    }
  };
  if (self.peerId !== undefined) add(self.peerId, self.profile.capabilities);
  for (const { peerId, state, profile } of peers)
    if (state === "connected") add(peerId, profile.capabilities);
  return found;
}

function shared(before: Capabilities, now: Capabilities): Capabilities {
  const next = emptyRecord<readonly PeerId[]>();
  for (const [capability, holders] of Object.entries(now)) {
    const known = before[capability];
    next[capability] = known !== undefined && isShallowEqual(known, holders) ? known : holders;
  }
  return isShallowEqual(before, next) ? before : next;
}
