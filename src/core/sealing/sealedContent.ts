import * as v from "valibot";
import type { Bytes } from "../bytes.js";
import { RESERVED_TYPE_PREFIX } from "../messages/definition.js";
import type { Runtime } from "../runtime.js";
import { decodeValue } from "../wire/decodeValue.js";
import { MAX_TYPE_LENGTH, type MessageMetadata, metadataSchema } from "../wire/message.js";
import { type SealingContext, unseal } from "./seal.js";
import type { AgreementKey } from "./x25519.js";

const schema = v.strictTuple([
  v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TYPE_LENGTH)),
  v.unknown(),
  v.nullable(metadataSchema),
]);

/** What only the receiver of a sealed message can read. */
export interface SealedContent {
  readonly type: string;
  readonly payload: unknown;
  readonly metadata: MessageMetadata | undefined;
  /** Size of what was sealed. */
  readonly bytes: number;
}

/** Opens a sealed message of a peer; the code of a drop where it is for another key, or not a message. */
export async function openContent(
  sealed: Bytes,
  key: Pick<AgreementKey, "publicKey" | "agree">,
  context: SealingContext,
  runtime: Pick<Runtime, "track">,
): Promise<SealedContent | "unopenable" | "malformed-sealed"> {
  const inside = await unseal(sealed, key, context, runtime);
  if (inside === undefined) return "unopenable";
  const parsed = v.safeParse(schema, decodeValue(inside)?.value);
  // What is handled inside peerswarm never comes sealed.
  if (!parsed.success || parsed.output[0].startsWith(RESERVED_TYPE_PREFIX)) return "malformed-sealed";
  const [type, payload, metadata] = parsed.output;
  return { type, payload, metadata: metadata ?? undefined, bytes: inside.length };
}
