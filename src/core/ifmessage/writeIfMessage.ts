import * as v from "valibot";
import { toBase32, toHex, utf8 } from "../bytes.js";
import { canonicalJson } from "../canonicalJson.js";
import { SwarmError } from "../errors.js";
import type { Identity } from "../identity/identity.js";
import { platformRuntime, type Runtime } from "../runtime.js";
import {
  contentSchema,
  IF_MESSAGE_VERSION,
  type IfMessage,
  MAX_IF_MESSAGE_LENGTH,
  OPTIONAL_FIELDS,
  REQUIRED_SIGNED_FIELDS,
} from "./ifMessage.js";

/** What to say in an IFMessage; what is left out is filled in. */
export interface IfMessageDraft
  extends Omit<IfMessage, "id" | "timestamp" | "level" | "source" | "version" | "signature"> {
  /** Default: 26 random characters (base32). */
  readonly id?: string | undefined;
  /** Default: now, as RFC 3339 text in UTC. */
  readonly timestamp?: string | number | undefined;
  /** Default 1. */
  readonly level?: number | undefined;
}

const ID_BYTES = 16;

/**
 * Writes an IFMessage v2.1: the JSON text of the message, signed by `identity` over the canonical JSON
 * (RFC 8785) of all its fields, the payload in full. The text is canonical itself.
 * @param options.runtime time and chance; for tests
 * @throws SwarmError `invalid-payload` where a field or the payload has no place in an IFMessage,
 * `payload-too-large` beyond 1 MiB of text
 * @example
 * const json = await writeIfMessage({ destination: agentId, payload: { ask: "status" } }, identity);
 */
export async function writeIfMessage(
  draft: IfMessageDraft,
  identity: Identity,
  options: { readonly runtime?: Pick<Runtime, "clock" | "randomBytes"> } = {},
): Promise<string> {
  const content = contentOf(draft, identity, options.runtime ?? platformRuntime);
  const statement = utf8(canonicalJson(content));
  const json = canonicalJson({
    ...content,
    signature: {
      algorithm: "ed25519",
      public_key: toHex(identity.publicKey),
      signature_bytes: toHex(await identity.sign(statement)),
      signed_fields: Object.keys(content),
    },
  });
  if (json.length <= MAX_IF_MESSAGE_LENGTH) return json;
  throw new SwarmError("payload-too-large", {
    what: `This IFMessage has ${json.length} characters.`,
    why: `Readers take at most ${MAX_IF_MESSAGE_LENGTH}.`,
    fix: "Send less, or split it into several messages.",
  });
}

/** Exactly the fields that are written and signed; none of them is `undefined`. */
function contentOf(
  draft: IfMessageDraft,
  identity: Identity,
  { clock, randomBytes }: Pick<Runtime, "clock" | "randomBytes">,
): object {
  const content = {
    ...draft,
    id: draft.id ?? toBase32(randomBytes(ID_BYTES)),
    timestamp: draft.timestamp ?? new Date(clock.now()).toISOString(),
    level: draft.level ?? 1,
    source: identity.agentId,
    version: IF_MESSAGE_VERSION,
  };
  const parsed = v.safeParse(contentSchema, content);
  if (!parsed.success) {
    const issue = parsed.issues[0];
    throw new SwarmError("invalid-payload", {
      what: `"${issue.path?.map(({ key }) => String(key)).join(".") ?? ""}" is not valid in an IFMessage:`,
      why: `${issue.message}.`,
      fix: "Texts hold 1 to 256 characters, level is 1 or 2, citation_ids has at most 64.",
    });
  }
  const names: readonly (keyof typeof parsed.output)[] = [...REQUIRED_SIGNED_FIELDS, ...OPTIONAL_FIELDS];
  return Object.fromEntries(
    names.filter((name) => parsed.output[name] !== undefined).map((name) => [name, parsed.output[name]]),
  );
}
