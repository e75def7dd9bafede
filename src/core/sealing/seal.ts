import { type Bytes, concatBytes, utf8 } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { AgentId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import { encodeValue } from "../wire/payload.js";
import { ENCAPSULATED_BYTES, type HpkeBinding, hpkeOpen, hpkeSeal, TAG_BYTES } from "./hpke.js";
import { type AgreementKey, platformX25519 } from "./x25519.js";

/** Bytes by which sealing makes a text longer. */
export const SEALING_BYTES: number = ENCAPSULATED_BYTES + TAG_BYTES;

/** What a sealed text belongs to: it opens nowhere else. */
export interface SealingContext {
  /** Kind of thing that is sealed, so that one can never be taken for another. */
  readonly purpose: "message" | "letter";
  readonly room: string;
  readonly from: AgentId;
  readonly to: AgentId;
  /** Id of the message or letter. */
  readonly id: string;
  /** Fields that travel in the open; neither may be changed. MessagePack values. */
  readonly openFields: readonly unknown[];
}

const LABEL = utf8("peerswarm/1 seal\0");

function bindingOf({ purpose, room, from, to, id, openFields }: SealingContext): HpkeBinding {
  return {
    info: concatBytes(LABEL, encodeValue([purpose, room, from, to, id])),
    aad: encodeValue(openFields),
  };
}

/**
 * Seals a text to an agent's X25519 key: HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
 * AES-256-GCM. Who sealed it is for the signature around it to say.
 * @returns the encapsulated key and the ciphertext in one, {@link SEALING_BYTES} longer than the text
 * @throws SwarmError `sealing-failed` where `recipient` is no usable key
 */
export function seal(
  text: Bytes,
  recipient: Bytes,
  context: SealingContext,
  runtime: Pick<Runtime, "track">,
): Promise<Bytes> {
  return runtime.track(sealNow(text, recipient, context));
}

async function sealNow(text: Bytes, recipient: Bytes, context: SealingContext): Promise<Bytes> {
  const ephemeral = await (await platformX25519()).generate();
  const sealed = await hpkeSeal(recipient, text, bindingOf(context), ephemeral);
  if (sealed !== undefined) return concatBytes(sealed.encapsulated, sealed.ciphertext);
  throw new SwarmError("sealing-failed", {
    what: "Nothing can be sealed to this agent.",
    why: "The key that it announced is no usable X25519 key.",
    fix: "Send without `sealed`, or do not send to it at all: no honest agent announces such a key.",
  });
}

/** Opens what {@link seal} made; `undefined` where it was sealed for another key or anything was changed. */
export function unseal(
  sealed: Bytes,
  key: Pick<AgreementKey, "publicKey" | "agree">,
  context: SealingContext,
  runtime: Pick<Runtime, "track">,
): Promise<Bytes | undefined> {
  if (sealed.length < SEALING_BYTES) return Promise.resolve(undefined);
  const parts = {
    encapsulated: sealed.slice(0, ENCAPSULATED_BYTES),
    ciphertext: sealed.slice(ENCAPSULATED_BYTES),
  };
  return runtime.track(hpkeOpen(key, parts, bindingOf(context)));
}
