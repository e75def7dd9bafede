import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concatBytes, utf8 } from "../bytes.js";
import { lengthValue } from "./lengthValue.js";

// CPACE-RISTR255-SHA512 in the symmetric setting, after draft-irtf-cfrg-cpace-21: both sides speak at once, so the
// transcript is ordered by its bytes. In comments, the draft's names.

const DSI = utf8("CPaceRistretto255");
const DSI_ISK = utf8("CPaceRistretto255_ISK");
const MAC_LABEL = utf8("CPaceMac");
/** Input block of SHA-512, `s_in_bytes`. */
const HASH_BLOCK_BYTES = 128;

/** What both sides have to agree on, or end up with different keys. */
export interface CpaceInputs {
  /** The shared secret, of whatever strength: PRS. */
  readonly secret: Uint8Array;
  /** Who talks to whom, and about what: CI. */
  readonly channel: Uint8Array;
  /** Public and unique to this connection: sid. */
  readonly session: Uint8Array;
}

/** One side's half of a run: the share that is sent (Y) and what is sent and authenticated with it (AD). */
export interface CpaceMessage {
  readonly share: Uint8Array;
  readonly associated: Uint8Array;
}

/** What proves knowledge of the same secret, each way. */
export interface CpaceConfirmations {
  readonly own: Bytes;
  /** What the other side's has to be. */
  readonly expected: Bytes;
}

/** A run that has begun. */
export interface CpaceRun {
  readonly share: Bytes;
  /** The end of the run; `undefined` where the other side's share is no group element or the neutral one. */
  finish(own: Uint8Array, other: CpaceMessage): CpaceConfirmations | undefined;
}

/** Password-authenticated key exchange: one message each way, and a guess of the secret for each run at most. */
export interface Cpace {
  begin(inputs: CpaceInputs, randomBytes: (count: number) => Bytes): CpaceRun;
}

/** `generator_string` of the draft: the secret fills the first hash block whatever its length. */
export function generatorString({ secret, channel, session }: CpaceInputs): Bytes {
  const used = lengthValue(secret).length + lengthValue(DSI).length + 1;
  const padding = new Uint8Array(Math.max(0, HASH_BLOCK_BYTES - used));
  return lengthValue(DSI, secret, padding, channel, session);
}

/** `transcript_oc` of the draft: the same whichever side calls itself the first. */
export function orderedTranscript(a: CpaceMessage, b: CpaceMessage): Bytes {
  const first = lengthValue(a.share, a.associated);
  const second = lengthValue(b.share, b.associated);
  const [larger, smaller] = isLarger(first, second) ? [first, second] : [second, first];
  return concatBytes(utf8("oc"), larger, smaller);
}

export function isLarger(a: Uint8Array, b: Uint8Array): boolean {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference > 0;
  }
  return a.length > b.length;
}

/** `scalar_mult_vfy` of the draft, with `undefined` for its error value. */
export function multiplyShare(scalar: bigint, share: Uint8Array): Uint8Array | undefined {
  try {
    const point = ristretto255.Point.fromBytes(share);
    return point.is0() ? undefined : point.multiply(scalar).toBytes();
  } catch {
    return undefined;
  }
}

/** ISK of the draft. */
export function sessionKey(session: Uint8Array, point: Uint8Array, transcript: Uint8Array): Uint8Array {
  return sha512(concatBytes(lengthValue(DSI_ISK, session, point), transcript));
}

/** `sample_scalar` of the draft: 252 random bits, below the order of the group. */
export function sampleScalar(randomBytes: (count: number) => Bytes): bigint {
  for (;;) {
    const bytes = randomBytes(32);
    let scalar = BigInt((bytes[31] as number) & 0x0f);
    for (let i = 30; i >= 0; i--) scalar = (scalar << 8n) | BigInt(bytes[i] as number);
    if (scalar !== 0n) return scalar;
  }
}

/** CPace on ristretto255 with SHA-512. */
export const cpace: Cpace = {
  begin(inputs, randomBytes) {
    const generator = ristretto255_hasher.deriveToCurve?.(sha512(generatorString(inputs)));
    if (generator === undefined)
      throw new Error("This release of @noble/curves lacks ristretto255's derivation.");
    const scalar = sampleScalar(randomBytes);
    const share = new Uint8Array(generator.multiply(scalar).toBytes());
    return {
      share,
      finish(associated, other) {
        const point = multiplyShare(scalar, other.share);
        if (point === undefined) return undefined;
        const own: CpaceMessage = { share, associated };
        const key = sessionKey(inputs.session, point, orderedTranscript(own, other));
        const macKey = sha512(concatBytes(MAC_LABEL, inputs.session, key));
        const confirm = (message: CpaceMessage): Bytes =>
          new Uint8Array(hmac(sha512, macKey, lengthValue(message.share, message.associated)));
        return { own: confirm(own), expected: confirm(other) };
      },
    };
  },
};
