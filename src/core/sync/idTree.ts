import { type Bytes, fromHex } from "../bytes.js";
import { createSha256 } from "../sha256.js";

/** Digits of an id: SHA-256 in base16, lower case. */
export const ID_DIGITS = 64;
/** Bytes of a fingerprint. */
export const FINGERPRINT_BYTES = 16;
/** Ranges that a range divides into: one for each next digit. */
export const FAN_OUT = 16;

// A leaf with more divides; one with half of it or less is joined again.
const LEAF_IDS = 32;
const MODULUS_MASK: bigint = (1n << 256n) - 1n;

/** What a comparison asks of a set of ids; a range is all ids with the same beginning. */
export interface RangeSet {
  count(prefix: string): number;
  /** Equal for equal ranges, and for no others that anyone can make; zeros for an empty one. */
  fingerprint(prefix: string): Bytes;
  /** Ids of a range, sorted. */
  ids(prefix: string): readonly string[];
}

/** A set of ids that knows the fingerprints of its ranges, whatever changes. */
export interface IdTree extends RangeSet {
  readonly size: number;
  has(id: string): boolean;
  /** Returns whether it was not there. */
  add(id: string): boolean;
  /** Returns whether it was there. */
  delete(id: string): boolean;
}

interface Node {
  count: number;
  /** Of the ids as numbers, modulo 2^256: unlike with XOR, an id that comes twice does not vanish. */
  sum: bigint;
  /** Of a leaf. */
  ids: Set<string> | undefined;
  children: (Node | undefined)[] | undefined;
}

const newLeaf = (): Node => ({ count: 0, sum: 0n, ids: new Set(), children: undefined });

/** Each change costs the depth of the tree, and so does a fingerprint. */
export function createIdTree(): IdTree {
  const root = newLeaf();

  /** The node that holds the range, and all below the node that are in it where it is a leaf above the range. */
  const find = (prefix: string): Node | undefined => {
    let node: Node | undefined = root;
    for (let depth = 0; depth < prefix.length && node !== undefined; depth++) {
      if (node.ids !== undefined) return partOf(node.ids, prefix);
      node = node.children?.[digitAt(prefix, depth)];
    }
    return node;
  };

  const leafOf = (id: string): Node | undefined => {
    let node: Node | undefined = root;
    for (let depth = 0; node?.children !== undefined; depth++) node = node.children[digitAt(id, depth)];
    return node;
  };

  const has = (id: string): boolean => leafOf(id)?.ids?.has(id) === true;

  return {
    get size() {
      return root.count;
    },
    has,
    add(id) {
      if (has(id)) return false;
      insert(root, id, numberOf(id), 0);
      return true;
    },
    delete(id) {
      if (!has(id)) return false;
      remove(root, id, numberOf(id), 0);
      return true;
    },
    count: (prefix) => find(prefix)?.count ?? 0,
    fingerprint: (prefix) => fingerprintOf(find(prefix)),
    ids(prefix) {
      const node = find(prefix);
      return node === undefined ? [] : collect(node, []).sort();
    },
  };
}

function insert(node: Node, id: string, number: bigint, depth: number): void {
  node.count++;
  node.sum = (node.sum + number) & MODULUS_MASK;
  if (node.children !== undefined) return insertBelow(node.children, id, number, depth);
  node.ids?.add(id);
  if (node.count > LEAF_IDS && depth < ID_DIGITS) divide(node, depth);
}

function insertBelow(children: (Node | undefined)[], id: string, number: bigint, depth: number): void {
  const digit = digitAt(id, depth);
  const child = children[digit] ?? newLeaf();
  children[digit] = child;
  insert(child, id, number, depth + 1);
}

function divide(node: Node, depth: number): void {
  const children: (Node | undefined)[] = new Array(FAN_OUT).fill(undefined);
  for (const id of node.ids ?? []) insertBelow(children, id, numberOf(id), depth);
  node.children = children;
  node.ids = undefined;
}

function remove(node: Node, id: string, number: bigint, depth: number): void {
  node.count--;
  node.sum = (node.sum - number) & MODULUS_MASK;
  if (node.children === undefined) return void node.ids?.delete(id);
  const digit = digitAt(id, depth);
  const child = node.children[digit];
  if (child !== undefined) remove(child, id, number, depth + 1);
  if (child?.count === 0) node.children[digit] = undefined;
  if (node.count <= LEAF_IDS / 2) {
    node.ids = new Set(collect(node, []));
    node.children = undefined;
  }
}

function collect(node: Node, into: string[]): string[] {
  for (const id of node.ids ?? []) into.push(id);
  for (const child of node.children ?? []) if (child !== undefined) collect(child, into);
  return into;
}

/** Part of a leaf, as if it were a node of its own. */
function partOf(ids: ReadonlySet<string>, prefix: string): Node {
  const part = newLeaf();
  for (const id of ids) {
    if (!id.startsWith(prefix)) continue;
    part.count++;
    part.sum = (part.sum + numberOf(id)) & MODULUS_MASK;
    part.ids?.add(id);
  }
  return part;
}

function fingerprintOf(node: Node | undefined): Bytes {
  if (node === undefined || node.count === 0) return new Uint8Array(FINGERPRINT_BYTES);
  const sum = fromHex(node.sum.toString(16).padStart(ID_DIGITS, "0")) as Bytes;
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, node.count);
  return createSha256().update(sum).update(count).digest().slice(0, FINGERPRINT_BYTES);
}

function digitAt(id: string, depth: number): number {
  return Number.parseInt(id.charAt(depth), FAN_OUT);
}

function numberOf(id: string): bigint {
  return BigInt(`0x${id}`);
}
