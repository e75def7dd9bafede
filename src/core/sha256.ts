import type { Bytes } from "./bytes.js";

// First 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, section 4.2.2).
const ROUND_CONSTANTS = Int32Array.from([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);
const INITIAL_STATE = Int32Array.from([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
const BLOCK_BYTES = 64;
// The padding's first byte and the length behind it.
const PADDING_BYTES = 9;

// Shared by all hashes of the page: one at a time is worked on, and nothing here outlives a call.
const schedule = new Int32Array(64);

function compress(state: Int32Array, bytes: Uint8Array, start: number): void {
  const w = schedule;
  const k = ROUND_CONSTANTS;
  for (let i = 0, at = start; i < 16; i++, at += 4) {
    w[i] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = ((((w[i - 16] as number) + s0) | 0) + (((w[i - 7] as number) + s1) | 0)) | 0;
  }
  let a = state[0] as number;
  let b = state[1] as number;
  let c = state[2] as number;
  let d = state[3] as number;
  let e = state[4] as number;
  let f = state[5] as number;
  let g = state[6] as number;
  let h = state[7] as number;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (((h + s1) | 0) + (((g ^ (e & (f ^ g))) + (k[i] as number)) | 0) + (w[i] as number)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (c & (a ^ b)))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = ((state[0] as number) + a) | 0;
  state[1] = ((state[1] as number) + b) | 0;
  state[2] = ((state[2] as number) + c) | 0;
  state[3] = ((state[3] as number) + d) | 0;
  state[4] = ((state[4] as number) + e) | 0;
  state[5] = ((state[5] as number) + f) | 0;
  state[6] = ((state[6] as number) + g) | 0;
  state[7] = ((state[7] as number) + h) | 0;
}

function writeState(state: Int32Array): Bytes {
  const digest = new Uint8Array(32);
  for (let i = 0; i < 8; i++) {
    const word = state[i] as number;
    digest[i * 4] = word >>> 24;
    digest[i * 4 + 1] = word >>> 16;
    digest[i * 4 + 2] = word >>> 8;
    digest[i * 4 + 3] = word;
  }
  return digest;
}

/** A SHA-256 (FIPS 180-4) under way: bytes go in as they come. */
export interface Sha256 {
  update(bytes: Uint8Array): Sha256;
  /** The hash of everything so far, 32 bytes. Nothing can be added after it. */
  digest(): Bytes;
}

/** WebCrypto has no incremental SHA-256, and its promise costs more than the hash of a small message. */
export function createSha256(): Sha256 {
  const state = INITIAL_STATE.slice();
  const block = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  let length = 0;
  const sha256: Sha256 = {
    update(bytes) {
      length += bytes.length;
      let at = 0;
      if (filled > 0) {
        at = Math.min(BLOCK_BYTES - filled, bytes.length);
        block.set(bytes.subarray(0, at), filled);
        filled += at;
        if (filled < BLOCK_BYTES) return sha256;
        compress(state, block, 0);
        filled = 0;
      }
      for (; at + BLOCK_BYTES <= bytes.length; at += BLOCK_BYTES) compress(state, bytes, at);
      block.set(bytes.subarray(at));
      filled = bytes.length - at;
      return sha256;
    },
    digest() {
      const padded = pad(block, filled, length);
      for (let at = 0; at < padded.length; at += BLOCK_BYTES) compress(state, padded, at);
      return writeState(state);
    },
  };
  return sha256;
}

function pad(block: Uint8Array, filled: number, length: number): Uint8Array {
  const padded = new Uint8Array(filled + PADDING_BYTES > BLOCK_BYTES ? 2 * BLOCK_BYTES : BLOCK_BYTES);
  padded.set(block.subarray(0, filled));
  padded[filled] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x2000_0000));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  return padded;
}

// Most of what is hashed at once: a leaf or a node of a frame.
const SCRATCH_BYTES = 1024;
const scratch = new Uint8Array(SCRATCH_BYTES);
const scratchState = new Int32Array(8);

/** SHA-256 of a byte followed by two arrays: what Merkle trees are made of. */
export function sha256Tagged(tag: number, first: Uint8Array, second: Uint8Array): Bytes {
  const length = 1 + first.length + second.length;
  if (length + PADDING_BYTES > SCRATCH_BYTES) {
    return createSha256().update(Uint8Array.of(tag)).update(first).update(second).digest();
  }
  scratch[0] = tag;
  scratch.set(first, 1);
  scratch.set(second, 1 + first.length);
  scratch[length] = 0x80;
  const end = Math.ceil((length + PADDING_BYTES) / BLOCK_BYTES) * BLOCK_BYTES;
  scratch.fill(0, length + 1, end);
  // Shorter than 8 KiB, so its length in bits has two bytes at most.
  scratch[end - 2] = (length << 3) >>> 8;
  scratch[end - 1] = length << 3;
  scratchState.set(INITIAL_STATE);
  for (let at = 0; at < end; at += BLOCK_BYTES) compress(scratchState, scratch, at);
  return writeState(scratchState);
}

/** SHA-256 of `bytes`, at once. */
export function sha256(bytes: Uint8Array): Bytes {
  return createSha256().update(bytes).digest();
}
