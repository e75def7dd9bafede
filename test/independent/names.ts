import { refuseUnless } from "./bytes.js";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** RFC 4648 base32, lower case, no padding. */
export function base32(bytes: Uint8Array): string {
  let digits = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      digits += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits === 0 ? digits : digits + ALPHABET[(held << (5 - bits)) & 31];
}

/** The public key that an AgentId is. */
export function keyOf(agentId: string): Uint8Array {
  refuseUnless(/^[a-z2-7]{52}$/.test(agentId), "not an AgentId");
  const bits = Array.from(agentId, (digit) => ALPHABET.indexOf(digit).toString(2).padStart(5, "0")).join("");
  refuseUnless(/^0*$/.test(bits.slice(256)), "not an AgentId: the last character has bits beyond the key");
  return Uint8Array.from({ length: 32 }, (_, index) =>
    Number.parseInt(bits.slice(index * 8, index * 8 + 8), 2),
  );
}

export function isPeerId(value: unknown): value is string {
  return typeof value === "string" && /^[a-z2-7]{12}-[a-z2-7]{10}$/.test(value);
}

/** Whether `peerId` has the form of a session of `agentId`. */
export function isSession(peerId: unknown, agentId: string): peerId is string {
  return isPeerId(peerId) && peerId.slice(0, 12) === agentId.slice(0, 12);
}
