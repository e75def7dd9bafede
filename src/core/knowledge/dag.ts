import { decode, encode } from "@ipld/dag-pb";
import type { CID } from "multiformats/cid";
import type { Bytes } from "../bytes.js";
import type { Runtime } from "../runtime.js";
import { cidOf, DAG_PB, isOurs, RAW } from "./cid.js";
import { decodeFileNode, encodeFileNode } from "./unixfs.js";

/** Content is cut into chunks of so many bytes: `ipfs add --chunker=size-131072`. */
export const CHUNK_BYTES: number = 128 * 1024;
/** Most links of a node, IPFS's default. */
const MAX_LINKS = 174;
/** Largest content: what fits into memory. */
export const MAX_CONTENT_BYTES: number = 256 * 1024 * 1024;
/** Largest block that is taken: a chunk, or a node with links. */
export const MAX_BLOCK_BYTES: number = CHUNK_BYTES + 16 * 1024;
/** Most links that content may have, blocks that come again counted each time. */
export const MAX_VISITS: number = 8 * (MAX_CONTENT_BYTES / CHUNK_BYTES);

/** A piece of content or a node above pieces, under its name. */
export interface Block {
  readonly cid: CID;
  readonly bytes: Bytes;
}

/** A node's link to a part. */
export interface DagLink {
  readonly cid: CID;
  /** Size of the content below it. */
  readonly size: number;
}

interface Part extends DagLink {
  /** Size of all blocks below it, itself included. */
  readonly blockBytes: number;
}

/**
 * Cuts content into blocks, as `ipfs add --cid-version=1 --raw-leaves --chunker=size-131072` does: a balanced tree
 * of UnixFS nodes over raw leaves. Each block is given to `keep` before the next one is made.
 * @returns the name of the content
 */
export async function cutContent(
  content: Blob,
  runtime: Pick<Runtime, "track">,
  keep: (block: Block) => void | Promise<void>,
): Promise<CID> {
  let level: Part[] = [];
  // Content without a byte is one empty leaf.
  for (let start = 0; start === 0 || start < content.size; start += CHUNK_BYTES) {
    const buffer = await runtime.track(content.slice(start, start + CHUNK_BYTES).arrayBuffer());
    const bytes = new Uint8Array(buffer);
    const cid = await cidOf(bytes, RAW, runtime);
    await keep({ cid, bytes });
    level.push({ cid, size: bytes.length, blockBytes: bytes.length });
  }
  while (level.length > 1) {
    const above: Part[] = [];
    for (let first = 0; first < level.length; first += MAX_LINKS)
      above.push(await join(level.slice(first, first + MAX_LINKS), runtime, keep));
    level = above;
  }
  return (level[0] as Part).cid;
}

async function join(
  parts: readonly Part[],
  runtime: Pick<Runtime, "track">,
  keep: (block: Block) => void | Promise<void>,
): Promise<Part> {
  const size = sum(parts.map((part) => part.size));
  const bytes = encode({
    Data: encodeFileNode({ size, blockSizes: parts.map((part) => part.size) }),
    Links: parts.map(({ cid, blockBytes }) => ({ Name: "", Tsize: blockBytes, Hash: cid })),
  }) as Bytes;
  const cid = await cidOf(bytes, DAG_PB, runtime);
  await keep({ cid, bytes });
  return { cid, size, blockBytes: bytes.length + sum(parts.map((part) => part.blockBytes)) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * The parts of a block, none of a leaf. What it says of their sizes is checked when they are put together.
 * @returns `undefined` where it is no block of a file such as we make
 */
export function linksOf({ cid, bytes }: Block): readonly DagLink[] | undefined {
  if (cid.code === RAW) return [];
  const node = decodeNode(bytes);
  const file = node?.Data === undefined ? undefined : decodeFileNode(node.Data);
  if (node === undefined || file === undefined) return undefined;
  const { size, blockSizes } = file;
  const isSound =
    node.Links.length > 0 && node.Links.length === blockSizes.length && size === sum(blockSizes);
  if (!isSound || blockSizes.includes(0) || !node.Links.every(({ Hash }) => isOurs(Hash))) return undefined;
  return node.Links.map(({ Hash }, index) => ({ cid: Hash, size: blockSizes[index] as number }));
}

function decodeNode(bytes: Uint8Array): ReturnType<typeof decode> | undefined {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}

/** Size of the content below a block whose links were read. */
export function sizeOf({ cid, bytes }: Block, links: readonly DagLink[]): number {
  return cid.code === RAW ? bytes.length : sum(links.map(({ size }) => size));
}

/**
 * Puts content together from its blocks, each of which was checked against its name.
 * @returns `undefined` where a block is missing, or sizes are not what a node says
 */
export async function joinContent(
  root: CID,
  blockOf: (cid: CID) => Promise<Bytes | undefined>,
): Promise<Bytes | undefined> {
  const first = await blockOf(root);
  const links = first === undefined ? undefined : linksOf({ cid: root, bytes: first });
  if (first === undefined || links === undefined) return undefined;
  const size = sizeOf({ cid: root, bytes: first }, links);
  if (size > MAX_CONTENT_BYTES) return undefined;
  const content = new Uint8Array(size);
  let filled = 0;
  let visits = 0;

  /** Whether everything below the link is there, and as large as it says. */
  const write = async (link: DagLink): Promise<boolean> => {
    if (++visits > MAX_VISITS) return false;
    const bytes = link.cid === root ? first : await blockOf(link.cid);
    const parts = bytes === undefined ? undefined : linksOf({ cid: link.cid, bytes });
    if (bytes === undefined || parts === undefined) return false;
    if (sizeOf({ cid: link.cid, bytes }, parts) !== link.size) return false;
    if (link.cid.code === RAW) {
      content.set(bytes, filled);
      filled += bytes.length;
      return true;
    }
    for (const part of parts) if (!(await write(part))) return false;
    return true;
  };

  return (await write({ cid: root, size })) ? content : undefined;
}
