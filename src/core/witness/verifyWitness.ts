import * as v from "valibot";
import { type Bytes, fromHex } from "../bytes.js";
import { systemClock } from "../clock.js";
import { abortedError } from "../errors.js";
import { platformEd25519, type VerifySignature } from "../identity/ed25519.js";
import { type AgentId, isPeerId, isSessionOf, type PeerId, publicKeyOf } from "../identity/ids.js";
import { createPacer } from "../wire/pacer.js";
import { checkpointStatement, hashRecord, NO_RECORD, type WitnessRecord } from "./record.js";

/** What is wrong with a witness log, at the first line where anything is. */
export type WitnessFault =
  | "malformed"
  | "content-changed"
  | "chain-broken"
  | "checkpoint-broken"
  | "signature-invalid"
  | "other-session";

/** Outcome of {@link verifyWitness}. */
export type WitnessVerdict =
  | {
      readonly isIntact: true;
      readonly records: number;
      /** 0 where the log begins with its session; more where older records were thrown away. */
      readonly firstIndex: number;
      /**
       * Every record up to this index is covered by a signature of `agentId`; those after it could have been
       * rewritten by anyone. `undefined` without any checkpoint.
       */
      readonly signedThrough: number | undefined;
      readonly agentId: AgentId | undefined;
      readonly peerId: PeerId | undefined;
    }
  | {
      readonly isIntact: false;
      /** Line of the first fault, from 1. */
      readonly line: number;
      readonly fault: WitnessFault;
    };

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const recordSchema = v.strictObject({
  index: count,
  atMs: count,
  kind: v.pipe(v.string(), v.maxLength(64)),
  detail: v.record(v.string(), v.unknown()),
  previous: hash,
  hash,
});
const checkpointSchema = v.strictObject({
  agent: v.pipe(
    v.string(),
    v.check((text) => publicKeyOf(text) !== undefined),
  ),
  peer: v.pipe(
    v.string(),
    v.check((text) => isPeerId(text)),
  ),
  index: count,
  hash,
  signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/)),
});

/** Options of {@link verifyWitness}. */
export interface VerifyWitnessOptions {
  /** The agent whose log it must be. Default whoever signed the first checkpoint. */
  readonly agentId?: AgentId | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How many of all lines have been read: told ten times a second at most. */
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
}

/** How far {@link verifyWitness} is. */
export interface VerifyProgress {
  readonly lines: number;
  readonly totalLines: number;
}

const PROGRESS_EVERY_MS = 100;

class Fault extends Error {
  readonly fault: WitnessFault;
  constructor(fault: WitnessFault) {
    super(fault);
    this.fault = fault;
  }
}

/**
 * Verifies a witness log as `swarm.witness.export()` wrote it, on its own: no swarm, no storage. Finds the first
 * line that was changed, removed, inserted or moved. A log can still have been cut off behind a checkpoint, or at
 * its front by whole segments: compare `records` and `firstIndex` with what you know. It works in slices of 8 ms, between
 * which the page draws and hears its user.
 * @param lines JSON Lines, one record each
 * @throws SwarmError `aborted` by `options.signal`
 */
export async function verifyWitness(
  lines: string,
  { agentId, signal, onProgress }: VerifyWitnessOptions = {},
): Promise<WitnessVerdict> {
  const texts = lines.split("\n");
  if (texts.at(-1) === "") texts.pop();
  const reader = createReader(agentId);
  const breathe = createBreath(texts.length, signal, onProgress);
  for (const [index, text] of texts.entries()) {
    const pause = breathe(index);
    if (pause !== undefined) await pause;
    try {
      await reader.read(text);
    } catch (error) {
      return { isIntact: false, line: index + 1, fault: error instanceof Fault ? error.fault : "malformed" };
    }
  }
  return reader.verdict();
}

/** Between two lines: ends where nobody waits any more, tells how far it is, and lets the page have its turn. */
function createBreath(
  totalLines: number,
  signal: AbortSignal | undefined,
  onProgress: VerifyWitnessOptions["onProgress"],
): (lines: number) => Promise<void> | undefined {
  const pacer = createPacer({ clock: systemClock, track: (work) => work });
  let toldAtMs = systemClock.now();
  pacer.enter();
  return (lines) => {
    if (signal?.aborted) throw abortedError("Verifying the witness log", signal);
    if (!pacer.isDue) return undefined;
    if (onProgress !== undefined && systemClock.now() - toldAtMs >= PROGRESS_EVERY_MS) {
      toldAtMs = systemClock.now();
      onProgress({ lines, totalLines });
    }
    return pacer.pause();
  };
}

function createReader(expectedAgent: AgentId | undefined) {
  const hashes = new Map<number, string>();
  let firstIndex: number | undefined;
  let previous: WitnessRecord | undefined;
  let signedThrough: number | undefined;
  let peerId: PeerId | undefined;
  let signer: { readonly agentId: AgentId; readonly verify: VerifySignature } | undefined;

  const signerOf = async (agentId: AgentId): Promise<VerifySignature> => {
    if ((expectedAgent ?? signer?.agentId ?? agentId) !== agentId) throw new Fault("other-session");
    const key = publicKeyOf(agentId);
    if (key === undefined) throw new Fault("malformed");
    signer ??= { agentId, verify: await (await platformEd25519()).verifier(key) };
    return signer.verify;
  };

  const checkCheckpoint = async (detail: unknown): Promise<void> => {
    const parsed = v.safeParse(checkpointSchema, detail);
    if (!parsed.success) throw new Fault("malformed");
    const { agent, peer, index, hash: signedHash, signature } = parsed.output;
    if (!isSessionOf(peer, agent) || (peerId ?? peer) !== peer) throw new Fault("other-session");
    peerId = peer;
    // Of a record that was thrown away with its segment nothing is left to compare.
    if (index >= (firstIndex ?? 0) && hashes.get(index) !== signedHash) throw new Fault("checkpoint-broken");
    const verify = await signerOf(agent);
    const isGenuine = await verify(fromHex(signature) as Bytes, checkpointStatement(peer, index, signedHash));
    if (!isGenuine) throw new Fault("signature-invalid");
    if (index >= (firstIndex ?? 0)) signedThrough = Math.max(signedThrough ?? 0, index);
  };

  return {
    async read(text: string): Promise<void> {
      const parsed = v.safeParse(recordSchema, JSON.parse(text));
      // Written as we write it: what JSON reads the same can still say something else to another reader.
      if (!parsed.success || JSON.stringify(parsed.output) !== text) throw new Fault("malformed");
      const record = parsed.output as WitnessRecord;
      const expectedIndex = previous === undefined ? record.index : previous.index + 1;
      const expectedPrevious = previous?.hash ?? (record.index === 0 ? NO_RECORD : record.previous);
      if (record.index !== expectedIndex || record.previous !== expectedPrevious)
        throw new Fault("chain-broken");
      if (hashRecord(record) !== record.hash) throw new Fault("content-changed");
      firstIndex ??= record.index;
      if (record.kind === "checkpoint") await checkCheckpoint(record.detail);
      hashes.set(record.index, record.hash);
      previous = record;
    },
    verdict: (): WitnessVerdict => ({
      isIntact: true,
      records: hashes.size,
      firstIndex: firstIndex ?? 0,
      signedThrough,
      agentId: signer?.agentId,
      peerId,
    }),
  };
}
