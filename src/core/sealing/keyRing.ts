import * as v from "valibot";
import type { Bytes } from "../bytes.js";
import type { Cancel } from "../clock.js";
import type { AgentId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";

const COLLECTION = "sealing-keys";
/** Most agents whose keys are kept; those seen longest ago make room. */
export const MAX_KEPT_KEYS = 5000;
// How many new keys are written between two looks at how many there are.
const KEYS_PER_SWEEP = 250;
const MAX_KEYS_AT_HAND = 1000;

const recordSchema = v.object({
  key: v.pipe(
    v.instance(Uint8Array<ArrayBuffer>),
    v.check(({ length }) => length === 32),
  ),
  seenAtMs: v.number(),
});

/** The keys to which messages for other agents are sealed, as they announced them in their signed hellos. */
export interface KeyRing {
  /** The last key that this agent announced, also when it is away; `undefined` where it is not known. */
  keyOf(agentId: AgentId): Promise<Bytes | undefined>;
  end: Cancel;
}

/** Remembers the sealing key of every agent that proves itself, beyond a reload. */
export function startKeyRing(port: Pick<ProtocolPort, "runtime" | "watch" | "dropped">): KeyRing {
  const { storage, clock } = port.runtime;
  const atHand = new Map<AgentId, Bytes>();
  let writes = 0;

  const keep = async (agentId: AgentId, key: Bytes): Promise<void> => {
    if (writes++ % KEYS_PER_SWEEP === 0) await sweep();
    await storage.write([{ collection: COLLECTION, key: agentId, value: { key, seenAtMs: clock.now() } }]);
  };

  const sweep = async (): Promise<void> => {
    const entries = await storage.entries(COLLECTION);
    const seenAtMs = (record: unknown): number => (v.is(recordSchema, record) ? record.seenAtMs : 0);
    const byAge = entries.toSorted(([, a], [, b]) => seenAtMs(a) - seenAtMs(b));
    const surplus = byAge.slice(0, Math.max(0, byAge.length - MAX_KEPT_KEYS));
    if (surplus.length > 0) await storage.write(surplus.map(([key]) => ({ collection: COLLECTION, key })));
  };

  const end = port.watch("joined", ({ agentId, sealingKey }) => {
    if (sealingKey === undefined) return;
    atHand.delete(agentId);
    atHand.set(agentId, sealingKey);
    const [oldest] = atHand.keys();
    if (atHand.size > MAX_KEYS_AT_HAND && oldest !== undefined) atHand.delete(oldest);
    // Without storage the key is known as long as this page lives.
    keep(agentId, sealingKey).catch(() => port.dropped("storage-failed", undefined));
  });

  return {
    async keyOf(agentId) {
      const known = atHand.get(agentId);
      if (known !== undefined) return known;
      const record = await storage.get(COLLECTION, agentId);
      return v.is(recordSchema, record) ? record.key : undefined;
    },
    end,
  };
}
