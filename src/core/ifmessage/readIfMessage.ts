import * as v from "valibot";
import { type Bytes, fromHex, utf8 } from "../bytes.js";
import { canonicalJson } from "../canonicalJson.js";
import { agentIdOf } from "../identity/ids.js";
import { platformRuntime, type Runtime } from "../runtime.js";
import {
  contentSchema,
  IF_MESSAGE_VERSION,
  type IfMessage,
  type IfSignature,
  MAX_IF_MESSAGE_LENGTH,
  REQUIRED_SIGNED_FIELDS,
  signatureSchema,
} from "./ifMessage.js";
import { type JsonFault, readStrictJson } from "./strictJson.js";

/**
 * Why an IFMessage is refused. `unsigned`: no signature. `few-signed-fields`: the signature leaves out a
 * field that it must cover. `absent-signed-field`: it names a field that is missing, twice there, or the signature
 * itself. `foreign-source`: `source` is not the agent of the key. `bad-signature`: the key did not sign
 * this. The other names say what is wrong with the text.
 */
export type IfMessageRefusal =
  | JsonFault
  | "too-large"
  | "malformed"
  | "unsupported-version"
  | "unsupported-algorithm"
  | "unsigned"
  | "few-signed-fields"
  | "absent-signed-field"
  | "foreign-source"
  | "bad-signature";

/** What {@link readIfMessage} makes of a text. */
export type IfMessageReading =
  | {
      readonly ok: true;
      /** What the source signed, and nothing else. */
      readonly message: IfMessage;
      /** Fields that were there and are left out of `message`, because nobody signed them. */
      readonly unsignedFields: readonly string[];
    }
  | { readonly ok: false; readonly reason: IfMessageRefusal };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads and verifies an IFMessage v2.1. Hostile text is an outcome, never an exception. That a message is
 * genuine does not say that it is new, or for you: remember `id`s, look at `timestamp` and `destination`.
 * @param json the message as text; an object that somebody else parsed may have lost a duplicate key
 * @param options.runtime signatures; for tests
 * @throws SwarmError `insecure-context` where the platform offers no WebCrypto
 * @example
 * const reading = await readIfMessage(await response.text());
 * if (reading.ok) handle(reading.message.payload);
 */
export async function readIfMessage(
  json: string,
  options: { readonly runtime?: Pick<Runtime, "ed25519"> } = {},
): Promise<IfMessageReading> {
  if (json.length > MAX_IF_MESSAGE_LENGTH) return refused("too-large");
  const reading = readStrictJson(json);
  if ("fault" in reading) return refused(reading.fault);
  if (!isObject(reading.value)) return refused("malformed");
  const fields = reading.value;
  const reason = refusalOfForm(fields);
  if (reason !== undefined) return refused(reason);
  // Both were just checked.
  const signature = fields.signature as IfSignature;
  const signed = Object.fromEntries(signature.signed_fields.map((name) => [name, fields[name]]));
  const publicKey = fromHex(signature.public_key) as Bytes;
  if (fields.source !== agentIdOf(publicKey)) return refused("foreign-source");
  if (!(await isSignedBy(publicKey, signature, signed, options.runtime ?? platformRuntime))) {
    return refused("bad-signature");
  }
  return {
    ok: true,
    message: { ...v.parse(contentSchema, signed), signature },
    unsignedFields: Object.keys(fields).filter(
      (name) => name !== "signature" && !Object.hasOwn(signed, name),
    ),
  };
}

function refusalOfForm(fields: Fields): IfMessageRefusal | undefined {
  const { signature } = fields;
  if (signature === undefined || signature === null) return "unsigned";
  if (typeof fields.version === "string" && fields.version !== IF_MESSAGE_VERSION)
    return "unsupported-version";
  if (isObject(signature) && typeof signature.algorithm === "string" && signature.algorithm !== "ed25519") {
    return "unsupported-algorithm";
  }
  if (!v.is(signatureSchema, signature) || !v.is(contentSchema, fields)) return "malformed";
  return refusalOfCover(signature.signed_fields, fields);
}

/** What is wrong with the choice of signed fields. */
function refusalOfCover(names: readonly string[], fields: Fields): IfMessageRefusal | undefined {
  const unique = new Set(names);
  const isPresent = (name: string): boolean => name !== "signature" && Object.hasOwn(fields, name);
  if (unique.size !== names.length || !names.every(isPresent)) return "absent-signed-field";
  return REQUIRED_SIGNED_FIELDS.every((name) => unique.has(name)) ? undefined : "few-signed-fields";
}

async function isSignedBy(
  publicKey: Bytes,
  signature: IfSignature,
  signed: Fields,
  runtime: Pick<Runtime, "ed25519">,
): Promise<boolean> {
  const ed25519 = await runtime.ed25519();
  try {
    const verify = await ed25519.verifier(publicKey);
    return await verify(fromHex(signature.signature_bytes) as Bytes, utf8(canonicalJson(signed)));
  } catch {
    // A key that is no point of the curve signed nothing.
    return false;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(reason: IfMessageRefusal): IfMessageReading {
  return { ok: false, reason };
}
