import * as v from "valibot";
import { type Bytes, equalBytes, fromHex } from "../bytes.js";
import { defineBuiltin } from "../protocols/builtin.js";
import type { Letter } from "../wire/letterShape.js";
import type { Book } from "./book.js";
import type { Poll } from "./poll.js";
import { type Equivocation, MAX_OPEN_PROPOSALS, type ProposalId } from "./proposal.js";
import { MAX_ELECTORATE } from "./rule.js";
import { choicesOf } from "./tally.js";

/** What somebody holds of one proposal: a byte for each member of its electorate, none where it holds nothing. */
export type Marks = Bytes;
type Entry = [ProposalId, Marks];

/** Ended votes that are told of on meeting. */
const MAX_TOLD_ENDS = 64;
/** Proposals that one message tells of. */
export const MAX_TOLD: number = MAX_OPEN_PROPOSALS.total + MAX_TOLD_ENDS;
/** Proposals that are asked for in one message. */
export const MAX_WANTED = 64;

const NOTHING = 0;
const TWO_BALLOTS = 255;
const NO_MARKS: Marks = new Uint8Array(0);
const HASH_BYTES = 32;
/** In place of the hash of an end, where there is none because its proposer signed two things. */
const DISGRACED: Bytes = new Uint8Array(0);

const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const marks = v.pipe(
  v.instance(Uint8Array<ArrayBuffer>),
  v.check(({ length }) => length <= MAX_ELECTORATE),
);
const endMark = v.pipe(
  v.instance(Uint8Array<ArrayBuffer>),
  v.check(({ length }) => length === HASH_BYTES || length === DISGRACED.length),
);
const entries = (most: number) => v.pipe(v.array(v.strictTuple([id, marks])), v.maxLength(most));

export const digestSchema = v.strictObject({
  open: entries(MAX_OPEN_PROPOSALS.total),
  ended: v.pipe(v.array(v.strictTuple([id, endMark])), v.maxLength(MAX_TOLD_ENDS)),
});
export const wantSchema = v.strictObject({ wanted: entries(MAX_WANTED) });

/** What its sender knows of votes. */
export type Digest = v.InferOutput<typeof digestSchema>;
/** What its sender holds of votes of which it wants the rest. */
export type Want = v.InferOutput<typeof wantSchema>;

export const voteDigest = defineBuiltin<Digest, Digest>("vote-digest", digestSchema);
export const voteWant = defineBuiltin<Want, Want>("vote-want", wantSchema);

/** What we hold of an open vote. */
export function marksOf({ signed, held }: Poll): Marks {
  const choices = choicesOf(signed.proposal);
  return Uint8Array.from(signed.proposal.electorate, (agentId) => {
    const [first, second] = held.get(agentId) ?? [];
    if (first === undefined) return NOTHING;
    return second === undefined ? 1 + choices.indexOf(first.choice) : TWO_BALLOTS;
  });
}

/** The whole hash: whoever writes two ends can make them alike in a part of it. */
function markOfEnd({ end }: Poll): Bytes {
  return (end?.signed && fromHex(end.signed.hash)) ?? DISGRACED;
}

/** A vote that nobody but we was there for concerns nobody. */
function isOfOthersConcern({ end }: Poll): boolean {
  return end?.reason !== "swarm-unavailable";
}

/** What we tell on meeting; `undefined` where there is nothing. */
export function digestOf({ polls }: Book): Digest | undefined {
  const told = [...polls.values()].filter(isOfOthersConcern);
  const open = told.filter(({ end }) => end === undefined).slice(-MAX_OPEN_PROPOSALS.total);
  const ended = told.filter(({ end }) => end !== undefined);
  ended.sort((a, b) => (b.end?.atMs ?? 0) - (a.end?.atMs ?? 0));
  if (told.length === 0) return undefined;
  return {
    open: open.map((poll): Entry => [poll.signed.proposal.id, marksOf(poll)]),
    ended: ended.slice(0, MAX_TOLD_ENDS).map((poll) => [poll.signed.proposal.id, markOfEnd(poll)]),
  };
}

/** What of a digest we lack. */
export function wantedOf({ polls }: Book, { open, ended }: Digest): readonly Entry[] {
  const wanted: Entry[] = [];
  for (const [id, marks] of open) {
    const poll = polls.get(id);
    if (poll === undefined) wanted.push([id, NO_MARKS]);
    else if (poll.end === undefined && lacks(marksOf(poll), marks)) wanted.push([id, marksOf(poll)]);
  }
  for (const [id, mark] of ended) {
    const poll = polls.get(id);
    if (poll?.end === undefined || isUnlike(poll, mark)) wanted.push([id, NO_MARKS]);
  }
  return wanted;
}

function isUnlike(poll: Poll, mark: Bytes): boolean {
  const ours = markOfEnd(poll);
  return isOfOthersConcern(poll) && ours.length > 0 && !equalBytes(ours, mark);
}

/** Whether `theirs` has something that `ours` has not. */
function lacks(ours: Marks, theirs: Marks): boolean {
  return theirs.some((mark, index) => isNewTo(mark, ours[index] ?? NOTHING));
}

function isNewTo(mark: number, known: number): boolean {
  return mark !== NOTHING && mark !== known && known !== TWO_BALLOTS;
}

/** Letters, by what they are. */
export interface Parcel {
  readonly proposals: readonly Letter[];
  readonly ballots: readonly Letter[];
  readonly ends: readonly Letter[];
}

/** What somebody lacks who holds this much. */
export function parcelFor({ polls }: Book, [id, marks]: Readonly<Entry>): Parcel {
  const poll = polls.get(id);
  if (poll === undefined || !isOfOthersConcern(poll)) return { proposals: [], ballots: [], ends: [] };
  const lettersOf = (what: Equivocation["what"]): Letter[] =>
    poll.evidence.filter((each) => each.what === what).flatMap(({ letters }) => letters);
  if (poll.end !== undefined) {
    const { signed } = poll.end;
    return {
      proposals: lettersOf("proposals"),
      ballots: lettersOf("ballots"),
      ends: [...(signed === undefined ? [] : [signed.letter]), ...lettersOf("ends")],
    };
  }
  const isUnknown = marks.length !== poll.signed.proposal.electorate.length;
  return {
    proposals: isUnknown ? [poll.signed.letter] : [],
    ballots: missingBallots(poll, isUnknown ? NO_MARKS : marks),
    ends: [],
  };
}

function missingBallots(poll: Poll, marks: Marks): readonly Letter[] {
  const ours = marksOf(poll);
  return poll.signed.proposal.electorate.flatMap((agentId, index) =>
    isNewTo(ours[index] ?? NOTHING, marks[index] ?? NOTHING)
      ? (poll.held.get(agentId) ?? []).map(({ letter }) => letter)
      : [],
  );
}
