import * as v from "valibot";
import { type Bytes, concatBytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import { decodeValue } from "./decodeValue.js";
import { FrameKind } from "./frame.js";
import { protocolError } from "./hello.js";
import { encodeValue } from "./payload.js";

const MAX_REASON_LENGTH = 256;
/** Bytes of an HMAC-SHA-512. */
const CONFIRMATION_BYTES = 64;

const welcomeSchema = v.strictObject({
  accepted: v.boolean(),
  reason: v.nullable(v.pipe(v.string(), v.maxLength(MAX_REASON_LENGTH))),
  confirmation: v.optional(
    v.nullable(
      v.pipe(
        v.instance(Uint8Array),
        v.check((bytes) => bytes.length === CONFIRMATION_BYTES),
      ),
    ),
    null,
  ),
});

/** What a peer answered to our hello. */
export interface Welcome {
  /** Proves that it knows the room's secret, where it has one. */
  readonly confirmation: Uint8Array | undefined;
}

export function encodeWelcome(confirmation: Bytes | undefined): Bytes {
  return encode({ accepted: true, reason: null, confirmation: confirmation ?? null });
}

export function encodeRefusal(reason: string): Bytes {
  return encode({ accepted: false, reason: reason.slice(0, MAX_REASON_LENGTH), confirmation: null });
}

function encode(welcome: v.InferOutput<typeof welcomeSchema>): Bytes {
  return concatBytes(Uint8Array.of(FrameKind.welcome), encodeValue(welcome));
}

/** The peer's welcome, or its refusal as an error. */
export function readWelcome(frame: Bytes): Welcome | SwarmError {
  const parsed = v.safeParse(welcomeSchema, decodeValue(frame.subarray(1))?.value);
  if (!parsed.success) throw protocolError("The peer's welcome is malformed.");
  const { accepted, reason, confirmation } = parsed.output;
  if (accepted) return { confirmation: confirmation ?? undefined };
  return new SwarmError("peer-refused", {
    what: "The peer refused this one.",
    why: reason ?? "It gave no reason.",
  });
}
