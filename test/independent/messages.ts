import { Cursor, join, Refusal, refuseUnless, text, uint } from "./bytes.js";
import { unpack } from "./lz4.js";
import { type Neighbour, rootBeside, rootOf } from "./merkle.js";
import { packValue, unpackValue } from "./messagePack.js";
import { isSession, keyOf } from "./names.js";
import { isSigned, sha256 } from "./signatures.js";

const MAX_FRAME_BYTES = 262_144;
const MAX_MESSAGE_BYTES = 196_608;

/** Who speaks to whom, where: signed with every message, sent with none. */
export interface Context {
  readonly room: string;
  readonly fromAgent: string;
  readonly fromPeer: string;
  readonly toPeer: string;
  readonly lane: "control" | "bulk" | "datagram";
}

export interface Message {
  readonly id: string;
  readonly number: number;
  readonly sequence: number;
  readonly type: string;
  readonly sentAtMs: number;
  readonly payload: unknown;
  readonly metadata: unknown;
}

/** A message with its proof, as it is handed on to others. */
export interface Proof {
  readonly context: Context;
  readonly message: Uint8Array;
  /** From the leaf up. */
  readonly proof: readonly Neighbour[];
  readonly signature: Uint8Array;
}

const MAX_MESSAGES = 4096;
const MAX_TYPE_LENGTH = 128;
const MAX_METADATA_TEXT_LENGTH = 256;
const MAX_CITATIONS = 64;
const METADATA_TEXTS = ["conversation", "performative", "trace"];

function contextHash(context: Context): Uint8Array {
  const { room, fromAgent, fromPeer, toPeer, lane } = context;
  return sha256(packValue(["peerswarm message", 1, room, fromAgent, fromPeer, toPeer, lane]));
}

export function leavesOf(context: Context, messages: readonly Uint8Array[]): Uint8Array[] {
  const hash = contextHash(context);
  return messages.map((message) => sha256(Uint8Array.of(0), hash, message));
}

function statementOf(root: Uint8Array): Uint8Array {
  return join(text("peerswarm/1 frame\0"), root);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.length <= MAX_METADATA_TEXT_LENGTH;
}

function isMetadata(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([key, member]: [string, unknown]) => {
    if (key === "level") return Number.isSafeInteger(member) && (member as number) >= 0;
    if (key === "citations")
      return Array.isArray(member) && member.length <= MAX_CITATIONS && member.every(isText);
    return METADATA_TEXTS.includes(key) && isText(member);
  });
}

function readMessage(bytes: Uint8Array, context: Context): Message {
  refuseUnless(bytes.length <= MAX_MESSAGE_BYTES, "a message of more than 196,608 bytes");
  const value = unpackValue(bytes);
  refuseUnless(Array.isArray(value) && value.length === 6, "a message has six parts");
  const [number, sequence, type, sentAtMs, payload, metadata] = value as unknown[];
  refuseUnless(isCount(number) && isCount(sequence), "number and sequence count from 1");
  refuseUnless(
    typeof type === "string" && type.length >= 1 && type.length <= MAX_TYPE_LENGTH,
    "a type has 1 to 128 characters",
  );
  refuseUnless(typeof sentAtMs === "number" && sentAtMs >= 0, "no time");
  refuseUnless(metadata === null || isMetadata(metadata), "metadata of another form");
  return { id: `${context.fromPeer}:${number}`, number, sequence, type, sentAtMs, payload, metadata };
}

/** The messages of a frame as they were signed, and the signature. */
export function openFrame(frame: Uint8Array): { signature: Uint8Array; messages: Uint8Array[] } {
  refuseUnless(frame.length <= MAX_FRAME_BYTES, "a frame of more than 262,144 bytes");
  const cursor = new Cursor(frame);
  const kind = cursor.uint8();
  const signature = cursor.take(64);
  const count = cursor.uint16();
  refuseUnless(count >= 1 && count <= MAX_MESSAGES, "a frame holds 1 to 4096 messages");
  const content = kind === 3 ? cursor : unpacked(kind, cursor);
  const messages = Array.from({ length: count }, () => content.take(content.uint32()));
  content.end();
  return { signature, messages };
}

function unpacked(kind: number, cursor: Cursor): Cursor {
  if (kind !== 6) throw new Refusal(`a frame of kind ${kind} holds no messages`);
  const length = cursor.uint32();
  refuseUnless(1 + 64 + 2 + length <= MAX_FRAME_BYTES, "more than 262,144 bytes before it was packed");
  return new Cursor(unpack(cursor.rest(), length));
}

/** Every message of a frame of kind 3 or 6, once all of it has been verified. */
export function verifyFrame(frame: Uint8Array, context: Context): Message[] {
  refuseUnless(isSession(context.fromPeer, context.fromAgent), "the PeerId is not the agent's");
  const { signature, messages } = openFrame(frame);
  const root = rootOf(leavesOf(context, messages));
  refuseUnless(isSigned(statementOf(root), signature, keyOf(context.fromAgent)), "a bad signature");
  return messages.map((message) => readMessage(message, context));
}

/** One message, verified alone. */
export function verifyProof({ context, message, proof, signature }: Proof): Message {
  refuseUnless(isSession(context.fromPeer, context.fromAgent), "the PeerId is not the agent's");
  const [leaf] = leavesOf(context, [message]) as [Uint8Array];
  const root = rootBeside(leaf, proof);
  refuseUnless(isSigned(statementOf(root), signature, keyOf(context.fromAgent)), "a bad signature");
  return readMessage(message, context);
}

export function writeMessage(parts: Omit<Message, "id">): Uint8Array {
  const { number, sequence, type, sentAtMs, payload, metadata } = parts;
  return packValue([number, sequence, type, sentAtMs, payload, metadata]);
}

export function signMessages(
  messages: readonly Uint8Array[],
  context: Context,
  sign: (statement: Uint8Array) => Uint8Array,
): Uint8Array {
  return sign(statementOf(rootOf(leavesOf(context, messages))));
}

/** What follows the count in a frame of kind 3. */
export function listOf(messages: readonly Uint8Array[]): Uint8Array {
  return join(...messages.flatMap((message) => [uint(message.length, 4), message]));
}

export function writeFrame(messages: readonly Uint8Array[], signature: Uint8Array): Uint8Array {
  return join(uint(3, 1), signature, uint(messages.length, 2), listOf(messages));
}

export function writePackedFrame(
  messages: readonly Uint8Array[],
  signature: Uint8Array,
  pack: (content: Uint8Array) => Uint8Array,
): Uint8Array {
  const content = listOf(messages);
  return join(uint(6, 1), signature, uint(messages.length, 2), uint(content.length, 4), pack(content));
}

/** What a frame of kind 5 says to be worked off. */
export function readCredit(frame: Uint8Array): { lane: "control" | "bulk"; bytes: bigint } {
  const cursor = new Cursor(frame);
  refuseUnless(cursor.uint8() === 5, "not a credit");
  const lane = cursor.uint8();
  refuseUnless(lane <= 1, "credit for a lane that has none");
  const bytes = cursor.uint64();
  cursor.end();
  return { lane: lane === 0 ? "control" : "bulk", bytes };
}
