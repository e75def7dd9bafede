import * as v from "valibot";
import { MAX_TOKEN_LENGTH } from "./wire.js";

/** A message for the client named in `dst`. */
export type RelayedMessage =
  | {
      readonly type: "OFFER" | "ANSWER" | "CANDIDATE";
      readonly dst: string;
      readonly payload: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "EXPIRE"; readonly dst: string };

/** What ROOM-ENTER carries. */
export interface EnterPayload {
  readonly room: string;
  readonly token?: string | undefined;
  readonly metadata?: unknown;
}

/** What ROOM-ASK carries. */
export type AskPayload = Pick<EnterPayload, "room" | "token">;

/** What ROOM-ANNOUNCE carries. */
export interface AnnouncePayload {
  readonly room: string;
  readonly metadata: unknown;
}

/** A message of a client, checked. Members that the protocol does not name are dropped, `src` among them. */
export type ClientMessage =
  | RelayedMessage
  | { readonly type: "HEARTBEAT" }
  | { readonly type: "LEAVE"; readonly dst?: string | undefined }
  | { readonly type: "ROOM-ENTER"; readonly payload: EnterPayload }
  | { readonly type: "ROOM-ASK"; readonly payload: AskPayload }
  | { readonly type: "ROOM-LEAVE"; readonly payload: { readonly room: string } }
  | { readonly type: "ROOM-ANNOUNCE"; readonly payload: AnnouncePayload };

// Stock clients read properties of these payloads without looking: anything but an object would throw there.
const jsonObject = v.custom<Record<string, unknown>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "Expected an object",
);

const room = v.string();
const token = v.optional(v.pipe(v.string(), v.maxLength(MAX_TOKEN_LENGTH)));

type MessageType = ClientMessage["type"];

const SCHEMAS: { readonly [Type in MessageType]: v.GenericSchema<unknown, ClientMessage> } = {
  HEARTBEAT: v.object({ type: v.literal("HEARTBEAT") }),
  OFFER: v.object({ type: v.literal("OFFER"), dst: v.string(), payload: jsonObject }),
  ANSWER: v.object({ type: v.literal("ANSWER"), dst: v.string(), payload: jsonObject }),
  CANDIDATE: v.object({ type: v.literal("CANDIDATE"), dst: v.string(), payload: jsonObject }),
  EXPIRE: v.object({ type: v.literal("EXPIRE"), dst: v.string() }),
  LEAVE: v.object({ type: v.literal("LEAVE"), dst: v.optional(v.string()) }),
  "ROOM-ENTER": v.object({
    type: v.literal("ROOM-ENTER"),
    payload: v.object({ room, token, metadata: v.optional(v.unknown()) }),
  }),
  "ROOM-LEAVE": v.object({ type: v.literal("ROOM-LEAVE"), payload: v.object({ room }) }),
  "ROOM-ASK": v.object({ type: v.literal("ROOM-ASK"), payload: v.object({ room, token }) }),
  "ROOM-ANNOUNCE": v.object({
    type: v.literal("ROOM-ANNOUNCE"),
    payload: v.object({ room, metadata: v.unknown() }),
  }),
};

/** A checked message, or what is wrong with it. */
export type Decoded =
  | { readonly ok: true; readonly message: ClientMessage }
  | { readonly ok: false; readonly problem: string };

/** Deeper JSON than any signalling needs; recursive code that meets it later must not run out of stack. */
export const MAX_JSON_DEPTH = 64;

/** Checks one text frame of a client. Never throws. */
export function decodeClientMessage(text: string): Decoded {
  if (isDeeperThan(text, MAX_JSON_DEPTH)) return bad(`JSON nests deeper than ${MAX_JSON_DEPTH} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad("the text is not JSON");
  }
  const type = typeOf(value);
  if (type === undefined) return bad('it is not an object with a string "type"');
  const schema = Object.hasOwn(SCHEMAS, type) ? SCHEMAS[type as MessageType] : undefined;
  if (schema === undefined) return bad(`there is no message type ${JSON.stringify(type.slice(0, 40))}`);
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { ok: true, message: result.output };
  const issue = result.issues[0];
  return bad(`${type}, ${v.getDotPath(issue) ?? "message"}: ${issue.message.slice(0, 120)}`);
}

function bad(problem: string): Decoded {
  return { ok: false, problem };
}

function typeOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "type")) return undefined;
  const { type } = value as { type: unknown };
  return typeof type === "string" ? type : undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** Counts brackets outside strings, so that nothing deep is ever built. */
function isDeeperThan(text: string, maxDepth: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (isInString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (OPENING.has(code)) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (CLOSING.has(code)) depth -= 1;
  }
  return false;
}
