import type { Bytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import { type AgreementKey, platformX25519 } from "../sealing/x25519.js";
import { type Ed25519, platformEd25519, type SigningKey } from "./ed25519.js";
import type * as IdentityStore from "./identityStore.js";
import { type AgentId, agentIdOf } from "./ids.js";

/** An agent's key pairs: one that signs, one that opens what was sealed to it. The private halves stay inside. */
export interface Identity {
  readonly agentId: AgentId;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
  /** Ed25519 signature (64 bytes) over `message`. */
  sign(message: Bytes): Promise<Bytes>;
  /** X25519 key that opens what others sealed to this agent; derived from the seed where that is known. */
  readonly sealingKey: Pick<AgreementKey, "publicKey" | "agree">;
  /** The private key's 32-byte seed. Throws `identity-not-exportable` unless made with `exportable`. */
  exportSeed(): Promise<Bytes>;
}

/**
 * Which identity a swarm uses. `persistent` (the default): one key per origin, kept in IndexedDB, so that
 * all tabs of a profile are one agent. `session`: a fresh key each time, kept nowhere.
 */
export type IdentityChoice = "persistent" | "session" | Identity;

/** Hands on work of the platform, see `Runtime.track`. */
type Track = <T>(work: Promise<T>) => Promise<T>;

const untracked: Track = (work) => work;

function identityOf(key: SigningKey, sealingKey: AgreementKey): Identity {
  return {
    sealingKey,
    agentId: agentIdOf(key.publicKey),
    publicKey: key.publicKey,
    sign: (message) => key.sign(message),
    async exportSeed() {
      const seed = await key.exportSeed();
      if (seed !== undefined) return seed;
      throw new SwarmError("identity-not-exportable", {
        what: "This identity's private key cannot be exported.",
        why: "It was created non-extractable, which is the default.",
        fix: "Create a new one with createIdentity({ exportable: true }).",
      });
    },
  };
}

async function derivedSealingKey(seed: Bytes): Promise<AgreementKey> {
  // Few identities are made from a seed.
  const { sealingSecretOf } = await import("../sealing/derivation.js");
  return (await platformX25519()).fromSecret(sealingSecretOf(seed));
}

/** From the seed where it is known, so that it moves with the seed; else a fresh one. */
async function sealingKeyFor(key: SigningKey): Promise<AgreementKey> {
  const seed = key.stored.kind === "seed" ? key.stored.seed : await key.exportSeed();
  return seed === undefined ? (await platformX25519()).generate() : derivedSealingKey(seed);
}

/**
 * A new identity in memory.
 * @param options.exportable whether `exportSeed()` works; default `false`
 * @throws SwarmError `insecure-context` where the platform offers no WebCrypto
 */
export async function createIdentity(
  options: { exportable?: boolean; ed25519?: Ed25519; track?: Track } = {},
): Promise<Identity> {
  const ed25519 = options.ed25519 ?? (await platformEd25519());
  const key = await ed25519.generate({ exportable: options.exportable ?? false });
  return identityOf(key, await (options.track ?? untracked)(sealingKeyFor(key)));
}

/** The identity whose private key has this 32-byte seed, as `exportSeed()` gave it. */
export async function importIdentity(seed: Bytes): Promise<Identity> {
  if (seed.length !== 32) {
    throw new SwarmError("identity-invalid", {
      what: `An Ed25519 seed has 32 bytes, this one has ${seed.length}.`,
      fix: "Pass exactly what exportSeed() returned.",
    });
  }
  const ed25519 = await platformEd25519();
  return identityOf(await ed25519.fromSeed(seed), await derivedSealingKey(seed));
}

/** Resolves an {@link IdentityChoice}; a persistent one is created on first use. */
export async function resolveIdentity(
  choice: IdentityChoice,
  ed25519: Ed25519,
  track: Track = untracked,
): Promise<Identity> {
  if (typeof choice === "object") return choice;
  if (choice === "session") return createIdentity({ ed25519, track });
  const store = await import("./identityStore.js");
  const stored = await store.readStoredIdentity();
  if (stored !== undefined) return restoreIdentity(stored, ed25519, store);
  const fresh = await ed25519.generate({ exportable: false });
  const sealing = await sealingKeyFor(fresh);
  const candidate =
    fresh.stored.kind === "seed" ? fresh.stored : { ...fresh.stored, sealing: sealing.stored };
  const kept = await store.storeIdentityOnce(candidate);
  return kept === candidate ? identityOf(fresh, sealing) : restoreIdentity(kept, ed25519, store);
}

async function restoreIdentity(
  stored: IdentityStore.StoredIdentity,
  ed25519: Ed25519,
  store: typeof IdentityStore,
): Promise<Identity> {
  const key = await ed25519.restore(stored);
  return identityOf(key, await restoreSealingKey(stored, store));
}

async function restoreSealingKey(
  stored: IdentityStore.StoredIdentity,
  store: typeof IdentityStore,
): Promise<AgreementKey> {
  if (stored.kind === "seed") return derivedSealingKey(stored.seed);
  const x25519 = await platformX25519();
  if (stored.sealing !== undefined) return x25519.restore(stored.sealing);
  // A record of an earlier release: every tab of this origin must end with the same key.
  const fresh = (await x25519.generate()).stored;
  const kept = await store.updateStoredIdentity((now = stored) =>
    now.sealing === undefined ? { ...now, sealing: fresh } : now,
  );
  return x25519.restore(kept.sealing ?? fresh);
}
