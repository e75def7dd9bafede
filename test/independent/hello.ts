import { Cursor, join, refuseUnless, text, uint } from "./bytes.js";
import { packValue, unpackValue } from "./messagePack.js";
import { base32, isPeerId, isSession } from "./names.js";
import { isSigned } from "./signatures.js";

const MAX_HELLO_BYTES = 2048;

export interface Hello {
  readonly version: 1;
  readonly room: string;
  readonly key: Uint8Array;
  readonly from: string;
  readonly to: string;
  readonly next: readonly [number, number, number];
  readonly replaces: string | null;
  readonly sealing?: Uint8Array;
  readonly share?: Uint8Array | null;
}

/** What a verifier knows of the link that a hello came on. */
export interface HelloContext {
  readonly binding: Uint8Array;
  /** Whether the sender of the hello dialled. */
  readonly isInitiator: boolean;
  readonly room: string;
  readonly from: string;
  readonly to: string;
}

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function isHello(value: unknown): value is Hello {
  if (!isMap(value)) return false;
  const { version, room, key, from, to, next, replaces, sealing, share } = value;
  return (
    version === 1 &&
    typeof room === "string" &&
    room.length <= 256 &&
    isBytes(key, 32) &&
    typeof from === "string" &&
    typeof to === "string" &&
    Array.isArray(next) &&
    next.length === 3 &&
    next.every((number) => Number.isSafeInteger(number) && number >= 1) &&
    (replaces === null || isPeerId(replaces)) &&
    (sealing === undefined || isBytes(sealing, 32)) &&
    (share === undefined || share === null || isBytes(share, 32))
  );
}

function statementOf(context: Pick<HelloContext, "binding" | "isInitiator">, body: Uint8Array): Uint8Array {
  return join(
    text("peerswarm/1 hello\0"),
    uint(context.isInitiator ? 1 : 0, 1),
    uint(context.binding.length, 4),
    context.binding,
    body,
  );
}

export function verifyHello(frame: Uint8Array, context: HelloContext): Hello {
  refuseUnless(frame.length <= MAX_HELLO_BYTES, "a hello of more than 2048 bytes");
  const cursor = new Cursor(frame);
  refuseUnless(cursor.uint8() === 1, "not a hello");
  const signature = cursor.take(64);
  const body = cursor.rest();
  const hello = unpackValue(body);
  refuseUnless(isHello(hello), "a hello of another form");
  refuseUnless(hello.room === context.room, "another room");
  refuseUnless(hello.from === context.from, "from another");
  refuseUnless(hello.to === context.to, "to another");
  refuseUnless(isSession(hello.from, base32(hello.key)), "from is no session of the key's agent");
  refuseUnless(isSigned(statementOf(context, body), signature, hello.key), "a bad signature");
  return hello;
}

export function writeHello(
  hello: Hello,
  context: Pick<HelloContext, "binding" | "isInitiator">,
  sign: (statement: Uint8Array) => Uint8Array,
): Uint8Array {
  const body = packValue(hello);
  return join(uint(1, 1), sign(statementOf(context, body)), body);
}

export interface Welcome {
  readonly accepted: boolean;
  readonly reason: string | null;
  readonly confirmation: Uint8Array | null;
}

function isWelcome(value: unknown): value is Welcome {
  return (
    isMap(value) &&
    typeof value.accepted === "boolean" &&
    (value.reason === null || (typeof value.reason === "string" && value.reason.length <= 256)) &&
    (value.confirmation === null || isBytes(value.confirmation, 64))
  );
}

export function readWelcome(frame: Uint8Array): Welcome {
  const cursor = new Cursor(frame);
  refuseUnless(cursor.uint8() === 2, "not a welcome");
  const welcome = unpackValue(cursor.rest());
  refuseUnless(isWelcome(welcome), "a welcome of another form");
  return welcome;
}

export function writeWelcome(welcome: Welcome): Uint8Array {
  return join(uint(2, 1), packValue(welcome));
}
