import { CID } from "multiformats/cid";
import { create } from "multiformats/hashes/digest";
import { type Bytes, equalBytes } from "../bytes.js";
import type { Runtime } from "../runtime.js";

/** Codecs of blocks (https://github.com/multiformats/multicodec): the content itself, and a node of UnixFS. */
export const RAW = 0x55;
export const DAG_PB = 0x70;
const SHA_256 = 0x12;
const SHA_256_BYTES = 32;

/** The CIDv1 of a block. */
export async function cidOf(block: Bytes, codec: number, runtime: Pick<Runtime, "track">): Promise<CID> {
  return CID.createV1(codec, create(SHA_256, await hashOf(block, runtime)));
}

async function hashOf(block: Bytes, { track }: Pick<Runtime, "track">): Promise<Bytes> {
  return new Uint8Array(await track(crypto.subtle.digest("SHA-256", block)));
}

/** Reads a name of content that we can check: CIDv1 in base32, SHA-256, raw or UnixFS; `undefined` for any other. */
export function parseCid(text: string): CID | undefined {
  try {
    const cid = CID.parse(text);
    return isOurs(cid) && cid.toString() === text ? cid : undefined;
  } catch {
    return undefined;
  }
}

export function isOurs({ version, code, multihash }: CID): boolean {
  const isSha256 = multihash.code === SHA_256 && multihash.digest.length === SHA_256_BYTES;
  return version === 1 && (code === RAW || code === DAG_PB) && isSha256;
}

export function isArtifactId(text: string): boolean {
  return parseCid(text) !== undefined;
}

/** Whether a block is what its name says. */
export async function isBlockOf(cid: CID, block: Bytes, runtime: Pick<Runtime, "track">): Promise<boolean> {
  return equalBytes(cid.multihash.digest, await hashOf(block, runtime));
}
