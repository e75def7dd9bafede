import { type Bytes, concatBytes, equalBytes, fromHex, toHex } from "../bytes.js";
import { FAN_OUT, FINGERPRINT_BYTES, ID_DIGITS, type RangeSet } from "./idTree.js";

/**
 * What one side says of a range, which is all ids that begin with `prefix`: the fingerprint of it or of each of its 16
 * parts (`prints`), all that it has (`ids`), or, as the answer to that, what only one of the two has.
 */
export type RangeClaim =
  | { readonly prefix: string; readonly prints: Bytes }
  | { readonly prefix: string; readonly ids: Bytes }
  | { readonly prefix: string; readonly mine: Bytes; readonly yours: Bytes };

/** What a step of a comparison comes to. */
export interface RangeAnswer {
  /** To be sent; nothing where nothing is left to compare. */
  readonly claims: readonly RangeClaim[];
  /** Ids that we have and the other side lacks. */
  readonly extra: readonly string[];
  /** Ids that the other side has and we lack. */
  readonly missing: readonly string[];
}

/** A range with so few ids is listed instead of divided. */
export const LIST_IDS = 16;
/** Most bytes of the claims of one message; what is beyond them is found by the next comparison. */
export const MAX_CLAIM_BYTES: number = 96 * 1024;
/** Most messages of one side in one comparison: more than the digits of an id, which each step brings one further. */
export const MAX_ROUNDS = 66;

const ID_BYTES = ID_DIGITS / 2;
// Key, prefix and lengths on the wire, roughly.
const CLAIM_OVERHEAD_BYTES = 32;

/** Opens a comparison: the fingerprint of everything. */
export function openComparison(set: RangeSet): readonly RangeClaim[] {
  return [{ prefix: "", prints: set.fingerprint("") }];
}

/**
 * Range-based set reconciliation (Meyer 2023, https://arxiv.org/abs/2212.13567) over ranges with a common beginning:
 * ranges that differ are divided until they are short enough to be listed. Who opened the comparison learns both
 * differences, the other side need not remember anything.
 * @param isOpener whether this side opened it; the other one answers a list with what differs
 * @returns `undefined` where the claims are not what an honest side sends
 */
export function answerClaims(
  set: RangeSet,
  claims: readonly RangeClaim[],
  isOpener: boolean,
): RangeAnswer | undefined {
  if (!areApart(claims)) return undefined;
  const answer = { claims: createClaims(), extra: [] as string[], missing: [] as string[] };
  for (const claim of claims) {
    if ("prints" in claim) {
      if (!comparePrints(set, claim, answer.claims)) return undefined;
    } else if ("ids" in claim) {
      const difference = compareIds(set, claim);
      if (difference === undefined) return undefined;
      if (isOpener) addTo(answer, difference);
      else answer.claims.addDifference(claim.prefix, difference);
    } else {
      const theirs = splitIds(claim.prefix, claim.mine);
      const ours = splitIds(claim.prefix, claim.yours);
      if (!isOpener || theirs === undefined || ours === undefined) return undefined;
      addTo(answer, { extra: ours, missing: theirs });
    }
  }
  return { ...answer, claims: answer.claims.all };
}

/** Whether no range is part of another: who says the same range again and again would have us work for nothing. */
function areApart(claims: readonly RangeClaim[]): boolean {
  const prefixes = claims.map(({ prefix }) => prefix).sort();
  return prefixes.every((prefix, index) => index === 0 || !prefix.startsWith(prefixes[index - 1] as string));
}

interface Difference {
  readonly extra: readonly string[];
  readonly missing: readonly string[];
}

function addTo(answer: { extra: string[]; missing: string[] }, { extra, missing }: Difference): void {
  for (const id of extra) answer.extra.push(id);
  for (const id of missing) answer.missing.push(id);
}

interface Claims {
  readonly all: readonly RangeClaim[];
  add(claim: RangeClaim, bytes: number): void;
  addDifference(prefix: string, difference: Difference): void;
}

/** Claims of one message, as many as fit. */
function createClaims(): Claims {
  const all: RangeClaim[] = [];
  let room = MAX_CLAIM_BYTES;
  return {
    all,
    add(claim, bytes) {
      room -= bytes + CLAIM_OVERHEAD_BYTES;
      if (room >= 0) all.push(claim);
    },
    addDifference(prefix, { extra, missing }) {
      const fitting = Math.max(0, Math.floor((room - CLAIM_OVERHEAD_BYTES) / ID_BYTES));
      const mine = extra.slice(0, fitting);
      const yours = missing.slice(0, fitting - mine.length);
      const bytes = (mine.length + yours.length) * ID_BYTES;
      if (bytes > 0) this.add({ prefix, mine: joinIds(mine), yours: joinIds(yours) }, bytes);
    },
  };
}

function comparePrints(
  set: RangeSet,
  { prefix, prints }: { readonly prefix: string; readonly prints: Bytes },
  claims: Claims,
): boolean {
  const count = prints.length / FINGERPRINT_BYTES;
  if (count === 1) compareRange(set, prefix, prints, claims);
  else if (count === FAN_OUT && prefix.length < ID_DIGITS) {
    for (let digit = 0; digit < FAN_OUT; digit++) {
      const print = prints.subarray(digit * FINGERPRINT_BYTES, (digit + 1) * FINGERPRINT_BYTES);
      compareRange(set, prefix + digit.toString(FAN_OUT), print, claims);
    }
  } else return false;
  return true;
}

function compareRange(set: RangeSet, prefix: string, print: Bytes, claims: Claims): void {
  if (equalBytes(set.fingerprint(prefix), print)) return;
  if (set.count(prefix) <= LIST_IDS) {
    const ids = joinIds(set.ids(prefix));
    return claims.add({ prefix, ids }, ids.length);
  }
  const parts = Array.from({ length: FAN_OUT }, (_, digit) =>
    set.fingerprint(prefix + digit.toString(FAN_OUT)),
  );
  claims.add({ prefix, prints: concatBytes(...parts) }, FAN_OUT * FINGERPRINT_BYTES);
}

function compareIds(
  set: RangeSet,
  { prefix, ids }: { readonly prefix: string; readonly ids: Bytes },
): Difference | undefined {
  const listed = splitIds(prefix, ids);
  if (listed === undefined) return undefined;
  const theirs = new Set(listed);
  const own = set.ids(prefix);
  const ours = new Set(own);
  return {
    extra: own.filter((id) => !theirs.has(id)),
    missing: listed.filter((id) => !ours.has(id)),
  };
}

/** Ids one after the other, as they travel. */
export function joinIds(ids: readonly string[]): Bytes {
  const joined = new Uint8Array(ids.length * ID_BYTES);
  ids.forEach((id, index) => {
    joined.set(fromHex(id) as Bytes, index * ID_BYTES);
  });
  return joined;
}

/** Reads what {@link joinIds} wrote; `undefined` where one is cut, outside of the range, or there twice. */
export function splitIds(prefix: string, joined: Uint8Array): readonly string[] | undefined {
  if (joined.length % ID_BYTES !== 0) return undefined;
  const ids = Array.from({ length: joined.length / ID_BYTES }, (_, index) =>
    toHex(joined.subarray(index * ID_BYTES, (index + 1) * ID_BYTES)),
  );
  const isSound = ids.every((id) => id.startsWith(prefix)) && new Set(ids).size === ids.length;
  return isSound ? ids : undefined;
}
