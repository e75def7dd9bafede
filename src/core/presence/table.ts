import type { PeerId } from "../identity/ids.js";
import { validateNow } from "../messages/definition.js";
import { emptyRecord } from "../store/record.js";
import { encodeValue } from "../wire/payload.js";
import type { PresenceDefinition } from "./definition.js";
import { MAX_PRESENCE_BYTES } from "./wire.js";

/** What became of a state that a peer sent. */
export type PresenceVerdict = "changed" | "old" | "presence-too-large" | "invalid-payload";

/** The last states of the peers, of one kind. */
export interface PresenceTable {
  receive(peerId: PeerId, version: number, state: unknown, definition: PresenceDefinition): PresenceVerdict;
  /** Whether there was a state. */
  forget(peerId: PeerId): boolean;
  states(): Readonly<Record<PeerId, unknown>>;
}

export function createPresenceTable(): PresenceTable {
  // Also of those who took their state back: an older one may still be on its way.
  const known = new Map<PeerId, { readonly version: number; readonly state: unknown }>();
  return {
    receive(peerId, version, state, definition) {
      if (version <= (known.get(peerId)?.version ?? 0)) return "old";
      if (state === undefined) {
        known.set(peerId, { version, state });
        return "changed";
      }
      if (encodeValue(state).length > MAX_PRESENCE_BYTES) return "presence-too-large";
      const checked = check(definition, state);
      if (checked === undefined) return "invalid-payload";
      known.set(peerId, { version, state: checked.value });
      return "changed";
    },
    forget(peerId) {
      const had = known.get(peerId)?.state !== undefined;
      known.delete(peerId);
      return had;
    },
    states() {
      const states = emptyRecord<unknown>();
      for (const [peerId, { state }] of known) if (state !== undefined) states[peerId] = state;
      return states;
    },
  };
}

// A schema that throws on hostile input counts as one that refuses it.
function check(
  { name, schema }: PresenceDefinition,
  state: unknown,
): { readonly value: unknown } | undefined {
  try {
    const result = validateNow({ type: name, schema }, state);
    return "value" in result ? result : undefined;
  } catch {
    return undefined;
  }
}
