import { join, refuseUnless, text } from "./bytes.js";
import { packValue, unpackValue } from "./messagePack.js";
import { keyOf } from "./names.js";
import { type SealingKey, seal, unseal } from "./sealing.js";
import { isSigned } from "./signatures.js";

const MAX_BODY_BYTES = 192_512;
const SEALED = "swarm/sealed";

export interface SignedLetter {
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Letter {
  readonly id: string;
  readonly type: string;
  readonly room: string;
  readonly from: string;
  readonly to: string | null;
  readonly sequence: number;
  readonly writtenAtMs: number;
  readonly expiresAtMs: number;
  readonly payload: unknown;
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

export function verifyLetter({ body, signature }: SignedLetter): Letter {
  refuseUnless(body.length <= MAX_BODY_BYTES, "a letter of more than 192,512 bytes");
  const parts = unpackValue(body);
  refuseUnless(Array.isArray(parts) && parts.length === 10 && parts[0] === 1, "a letter of another form");
  const [, id, type, room, from, to, sequence, writtenAtMs, expiresAtMs, payload] = parts as unknown[];
  refuseUnless(typeof id === "string" && /^[0-9a-f]{32}$/.test(id), "no id");
  refuseUnless(typeof type === "string" && typeof room === "string", "no type or room");
  refuseUnless(typeof from === "string", "from nobody");
  refuseUnless(to === null || (typeof to === "string" && keyOf(to).length === 32), "to nobody");
  refuseUnless(isNumber(sequence) && isNumber(writtenAtMs) && isNumber(expiresAtMs), "no sequence or times");
  refuseUnless(isSigned(statementOf(body), signature, keyOf(from)), "a bad signature");
  return { id, type, room, from, to, sequence, writtenAtMs, expiresAtMs, payload };
}

function statementOf(body: Uint8Array): Uint8Array {
  return join(text("peerswarm/1 letter\0"), body);
}

/** What is sealed in a letter, for its receiver. */
export function openSealedLetter(
  letter: Letter,
  key: SealingKey,
): { readonly type: string; readonly payload: unknown } {
  const { id, type, room, from, to, sequence, writtenAtMs, expiresAtMs, payload } = letter;
  refuseUnless(type === SEALED && to !== null && payload instanceof Uint8Array, "not a sealed letter");
  const open = [SEALED, sequence, writtenAtMs, expiresAtMs];
  const inner = unpackValue(unseal(payload, { purpose: "letter", room, from, to, id, open }, key));
  refuseUnless(Array.isArray(inner) && inner.length === 2, "something else was sealed");
  const [innerType, innerPayload] = inner as unknown[];
  refuseUnless(typeof innerType === "string", "something else was sealed");
  return { type: innerType, payload: innerPayload };
}

export function writeLetter(letter: Letter, sign: (statement: Uint8Array) => Uint8Array): SignedLetter {
  const { id, type, room, from, to, sequence, writtenAtMs, expiresAtMs, payload } = letter;
  const body = packValue([1, id, type, room, from, to, sequence, writtenAtMs, expiresAtMs, payload]);
  return { body, signature: sign(statementOf(body)) };
}

/** A letter whose type and payload only its receiver reads. */
export function writeSealedLetter(
  letter: Letter & { readonly to: string },
  receiver: Uint8Array,
  sign: (statement: Uint8Array) => Uint8Array,
): SignedLetter {
  const { id, room, from, to, sequence, writtenAtMs, expiresAtMs } = letter;
  const open = [SEALED, sequence, writtenAtMs, expiresAtMs];
  const inner = packValue([letter.type, letter.payload]);
  const payload = seal(inner, { purpose: "letter", room, from, to, id, open }, receiver);
  return writeLetter({ ...letter, type: SEALED, payload }, sign);
}
