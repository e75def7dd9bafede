/** Bytes of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64;
/** Largest encoded message; bigger things travel as transfers. */
export const MAX_MESSAGE_BYTES: number = 192 * 1024;
