import type { Bytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import { type Ed25519, platformEd25519, type SigningKey } from "./ed25519.js";
import { readStoredIdentity, storeIdentityOnce } from "./identityStore.js";
import { type AgentId, agentIdOf } from "./ids.js";

/** An agent's key pair. The private half never leaves the object. */
export interface Identity {
  readonly agentId: AgentId;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Bytes;
  /** Ed25519 signature (64 bytes) over `message`. */
  sign(message: Bytes): Promise<Bytes>;
  /** The private key's 32-byte seed. Throws `identity-not-exportable` unless made with `exportable`. */
  exportSeed(): Promise<Bytes>;
}

/**
 * Which identity a swarm uses. `persistent` (the default): one key per origin, kept in IndexedDB, so that
 * all tabs of a profile are one agent. `session`: a fresh key each time, kept nowhere.
 */
export type IdentityChoice = "persistent" | "session" | Identity;

function identityOf(key: SigningKey): Identity {
  return {
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

/**
 * A new identity in memory.
 * @param options.exportable whether `exportSeed()` works; default `false`
 * @throws SwarmError `insecure-context` where the platform offers no WebCrypto
 */
export async function createIdentity(
  options: { exportable?: boolean; ed25519?: Ed25519 } = {},
): Promise<Identity> {
  const ed25519 = options.ed25519 ?? (await platformEd25519());
  return identityOf(await ed25519.generate({ exportable: options.exportable ?? false }));
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
  return identityOf(await ed25519.fromSeed(seed));
}

/** Resolves an {@link IdentityChoice}; a persistent one is created on first use. */
export async function resolveIdentity(choice: IdentityChoice, ed25519: Ed25519): Promise<Identity> {
  if (typeof choice === "object") return choice;
  if (choice === "session") return createIdentity({ ed25519 });
  const stored = await readStoredIdentity();
  if (stored !== undefined) return identityOf(await ed25519.restore(stored));
  const fresh = await ed25519.generate({ exportable: false });
  const kept = await storeIdentityOnce(fresh.stored);
  return identityOf(kept === fresh.stored ? fresh : await ed25519.restore(kept));
}
