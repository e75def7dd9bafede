import * as v from "valibot";
import { type Bytes, concatBytes, utf8 } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { Identity } from "../identity/identity.js";
import { type AgentId, publicKeyOf } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import { decodeValue } from "./decodeValue.js";
import { type Letter, MAX_LETTER_BYTES } from "./letterShape.js";
import { MAX_TYPE_LENGTH, PROTOCOL_VERSION } from "./message.js";
import { encodeValue } from "./payload.js";

/** What a letter says. Times are the sender's clock, milliseconds since the epoch. */
export interface LetterContent {
  /** 16 random bytes in base16: names the letter everywhere. */
  readonly id: string;
  readonly type: string;
  readonly room: string;
  readonly from: AgentId;
  /** `undefined` is the whole room. */
  readonly to: AgentId | undefined;
  /** Counts the sender's letters to this receiver from 1; 0 where order means nothing. */
  readonly sequence: number;
  readonly writtenAtMs: number;
  readonly expiresAtMs: number;
  readonly payload: unknown;
}

const agentId = v.pipe(
  v.string(),
  v.check((text) => publicKeyOf(text) !== undefined),
);
const timeMs = v.pipe(v.number(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

const bodySchema = v.strictTuple([
  v.literal(PROTOCOL_VERSION),
  v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TYPE_LENGTH)),
  v.pipe(v.string(), v.maxLength(256)),
  agentId,
  v.nullable(agentId),
  v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  timeMs,
  timeMs,
  v.unknown(),
]);

const LETTER_STATEMENT = utf8("peerswarm/1 letter\0");

/** What the writer of a letter signs. */
export function letterStatement(body: Uint8Array): Bytes {
  return concatBytes(LETTER_STATEMENT, body);
}

/**
 * Writes and signs a letter. `from` must be the identity's.
 * @throws SwarmError `payload-too-large`
 */
export async function writeLetter(content: LetterContent, identity: Identity): Promise<Letter> {
  const { id, type, room, from, to, sequence, writtenAtMs, expiresAtMs, payload } = content;
  const body = encodeValue([
    PROTOCOL_VERSION,
    id,
    type,
    room,
    from,
    to ?? null,
    sequence,
    writtenAtMs,
    expiresAtMs,
    payload ?? null,
  ]);
  if (body.length > MAX_LETTER_BYTES) {
    throw new SwarmError("payload-too-large", {
      what: `This "${type}" has ${body.length} bytes.`,
      why: `What is stored or passed on holds at most ${MAX_LETTER_BYTES}.`,
      fix: "Send less, or send it as a file.",
    });
  }
  return { body, signature: await identity.sign(letterStatement(body)) };
}

/** Reads a letter without checking its signature; `undefined` where it is malformed. */
export function peekLetter({ body }: Letter): LetterContent | undefined {
  const parsed = v.safeParse(bodySchema, decodeValue(body)?.value);
  if (!parsed.success) return undefined;
  const [, id, type, room, from, to, sequence, writtenAtMs, expiresAtMs, payload] = parsed.output;
  return { id, type, room, from, to: to ?? undefined, sequence, writtenAtMs, expiresAtMs, payload };
}

/**
 * Reads a letter and checks that the agent it names has signed it. Whether it is for us, still good and new is
 * for the caller to judge.
 * @returns what it says, or `undefined` where it is malformed or forged
 */
export async function openLetter(
  letter: Letter,
  runtime: Pick<Runtime, "ed25519">,
): Promise<LetterContent | undefined> {
  const content = peekLetter(letter);
  const key = content === undefined ? undefined : publicKeyOf(content.from);
  if (key === undefined) return undefined;
  const verify = await (await runtime.ed25519()).verifier(key);
  return (await verify(letter.signature, letterStatement(letter.body))) ? content : undefined;
}
