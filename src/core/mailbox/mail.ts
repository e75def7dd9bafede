import * as v from "valibot";
import type { Bytes } from "../bytes.js";
import type { Identity } from "../identity/identity.js";
import type { AgentId } from "../identity/ids.js";
import { RESERVED_TYPE_PREFIX } from "../messages/definition.js";
import type { Runtime } from "../runtime.js";
import { SEALING_BYTES, type SealingContext, seal, unseal } from "../sealing/seal.js";
import { decodeValue } from "../wire/decodeValue.js";
import { type LetterContent, openLetter, writeLetter } from "../wire/letter.js";
import { type Letter, MAX_LETTER_BYTES } from "../wire/letterShape.js";
import { MAX_TYPE_LENGTH } from "../wire/message.js";
import { encodeValue } from "../wire/payload.js";

/** Type of a letter whose own type and payload are sealed. */
const SEALED_TYPE = "swarm/sealed";

const sealedSchema = v.pipe(
  v.instance(Uint8Array<ArrayBuffer>),
  v.check(({ length }) => length > SEALING_BYTES && length <= MAX_LETTER_BYTES),
);
const insideSchema = v.strictTuple([v.pipe(v.string(), v.maxLength(MAX_TYPE_LENGTH)), v.unknown()]);

/** What a letter of the mailbox says once it is open. */
export interface Mail {
  readonly content: LetterContent;
  readonly type: string;
  readonly payload: unknown;
  readonly isSealed: boolean;
}

// The payload cannot be among them: it is what is sealed.
function contextOf({
  room,
  from,
  to,
  id,
  sequence,
  writtenAtMs,
  expiresAtMs,
}: LetterContent): SealingContext {
  const openFields = [SEALED_TYPE, sequence, writtenAtMs, expiresAtMs];
  return { purpose: "letter", room, from, to: to ?? "", id, openFields };
}

/**
 * Writes a letter, sealed where a key is given.
 * @throws SwarmError `payload-too-large`, `sealing-failed`
 */
export async function writeMail(
  content: LetterContent,
  sealingKey: Bytes | undefined,
  identity: Identity,
  runtime: Runtime,
): Promise<Letter> {
  if (sealingKey === undefined) return writeLetter(content, identity);
  const inside = encodeValue([content.type, content.payload ?? null]);
  const payload = await seal(inside, sealingKey, contextOf(content), runtime);
  return writeLetter({ ...content, type: SEALED_TYPE, payload }, identity);
}

/** Whom a letter has to be from and for. */
export interface Address {
  readonly room: string;
  readonly from: AgentId;
  readonly to: AgentId;
}

/** Reads a letter; a text says why it is of no use. */
export async function readMail(
  letter: Letter,
  address: Address,
  identity: Identity,
  runtime: Runtime,
): Promise<Mail | "malformed" | "unopenable"> {
  const content = await openLetter(letter, runtime);
  if (content === undefined || content.sequence === 0 || !isFor(content, address)) return "malformed";
  if (content.type !== SEALED_TYPE) {
    const { type, payload } = content;
    return isAppType(type) ? { content, type, payload, isSealed: false } : "malformed";
  }
  if (!v.is(sealedSchema, content.payload)) return "malformed";
  const inside = await unseal(content.payload, identity.sealingKey, contextOf(content), runtime);
  if (inside === undefined) return "unopenable";
  const parsed = v.safeParse(insideSchema, decodeValue(inside)?.value);
  if (!parsed.success || !isAppType(parsed.output[0])) return "malformed";
  const [type, payload] = parsed.output;
  return { content, type, payload, isSealed: true };
}

function isFor(content: LetterContent, { room, from, to }: Address): boolean {
  return content.room === room && content.from === from && content.to === to;
}

// What is handled inside peerswarm never comes by mail.
function isAppType(type: string): boolean {
  return type.length > 0 && !type.startsWith(RESERVED_TYPE_PREFIX);
}
