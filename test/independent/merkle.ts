import { refuseUnless } from "./bytes.js";
import { sha256 } from "./signatures.js";

function node(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(Uint8Array.of(1), left, right);
}

/** The level above: pairs are joined, an odd last node moves up unchanged. */
function above(level: readonly Uint8Array[]): Uint8Array[] {
  const next: Uint8Array[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const [left, right] = level.slice(index, index + 2) as [Uint8Array, Uint8Array?];
    next.push(right === undefined ? left : node(left, right));
  }
  return next;
}

export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  refuseUnless(leaves.length > 0, "a tree needs a leaf");
  let level = leaves;
  while (level.length > 1) level = above(level);
  return level[0] as Uint8Array;
}

/** A hash beside the way from a leaf to the root. */
export interface Neighbour {
  readonly hash: Uint8Array;
  readonly isLeft: boolean;
}

/** The neighbours on the way from a leaf to the root, lowest first. */
export function neighboursOf(leaves: readonly Uint8Array[], index: number): Neighbour[] {
  const neighbours: Neighbour[] = [];
  let level = leaves;
  for (let at = index; level.length > 1; at >>= 1) {
    const hash = level[at ^ 1];
    if (hash !== undefined) neighbours.push({ hash, isLeft: at % 2 === 1 });
    level = above(level);
  }
  return neighbours;
}

/** The root that a leaf and its neighbours lead to. */
export function rootBeside(leaf: Uint8Array, neighbours: readonly Neighbour[]): Uint8Array {
  return neighbours.reduce((hash, neighbour) => {
    refuseUnless(neighbour.hash.length === 32, "a neighbour is no hash");
    return neighbour.isLeft ? node(neighbour.hash, hash) : node(hash, neighbour.hash);
  }, leaf);
}

/** On which side the neighbours of a leaf stand, in a tree of `count` leaves. */
export function sidesOf(index: number, count: number): { readonly isLeft: boolean }[] {
  const sides: { isLeft: boolean }[] = [];
  for (let at = index, width = count; width > 1; at >>= 1, width = Math.ceil(width / 2)) {
    if ((at ^ 1) < width) sides.push({ isLeft: at % 2 === 1 });
  }
  return sides;
}
