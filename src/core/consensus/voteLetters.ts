import * as v from "valibot";
import { type Bytes, toHex, utf8 } from "../bytes.js";
import type { AgentId } from "../identity/ids.js";
import { publicKeyOf } from "../identity/ids.js";
import { sha256 } from "../sha256.js";
import { type LetterContent, peekLetter } from "../wire/letter.js";
import { type Letter, letterSchema, MAX_LETTER_BYTES } from "../wire/letterShape.js";
import type { BallotChoice, Outcome } from "./outcome.js";
import { PROPOSAL_LIMITS, type Proposal, type ProposalId, VOTE_TIMEOUT_RANGE_MS } from "./proposal.js";
import { proposalIdOf } from "./proposalId.js";
import { MAX_ELECTORATE, ruleSchema } from "./rule.js";

/** A proposal with the letter that says so. */
export interface SignedProposal {
  readonly proposal: Proposal;
  readonly room: string;
  /** SHA-256 of the letter's body, base16: what ballots name. */
  readonly hash: string;
  readonly letter: Letter;
}

/** One ballot with the letter that says so. */
export interface SignedBallot {
  readonly proposalId: ProposalId;
  /** `hash` of the proposal that its voter saw. */
  readonly proposalHash: string;
  readonly agentId: AgentId;
  readonly choice: BallotChoice;
  readonly room: string;
  readonly letter: Letter;
}

/** Why a vote was ended when it was. */
export type EndCause = "decided" | "deadline" | "withdrawn";

/** The end of a vote as its proposer signed it: what it claims, and what it rests on. */
export interface SignedEnd {
  readonly proposal: SignedProposal;
  /** One of each agent that voted, two different ones of who equivocated. */
  readonly ballots: readonly SignedBallot[];
  readonly cause: EndCause;
  readonly outcome: Outcome;
  readonly winner: BallotChoice | undefined;
  readonly from: AgentId;
  readonly room: string;
  /** SHA-256 of the letter's body, base16. */
  readonly hash: string;
  readonly letter: Letter;
}

const PROPOSAL_TYPE = "swarm/proposal";
const BALLOT_TYPE = "swarm/ballot";
const END_TYPE = "swarm/certificate";

// A ballot without its room and choice, in the longest forms that its parts can have.
const BALLOT_BYTES = 400;
const BYTES_PER_UNIT = 3;
// What a letter has around it in a certificate.
const PAIR_BYTES = 8;
// Names and framing of an end, and room to spare.
const END_BYTES = 1024;
const HASH_BYTES = 32;

const text = (length: number) => v.pipe(v.string(), v.maxLength(length));
const option = v.pipe(v.string(), v.minLength(1), v.maxLength(PROPOSAL_LIMITS.optionLength));
const agentId = v.pipe(
  v.string(),
  v.check((id) => publicKeyOf(id) !== undefined),
);
const groupName = v.pipe(v.string(), v.minLength(1), v.maxLength(128));

/** What a proposal says besides who made it. */
export const proposalSchema = v.strictObject({
  kind: v.pipe(text(PROPOSAL_LIMITS.kindLength), v.minLength(1)),
  subject: v.pipe(text(PROPOSAL_LIMITS.subjectLength), v.minLength(1)),
  rationale: text(PROPOSAL_LIMITS.rationaleLength),
  risk: v.picklist(["low", "medium", "high"]),
  options: v.pipe(
    v.array(option),
    v.maxLength(PROPOSAL_LIMITS.options),
    v.check(
      (options) => options.length !== 1 && areDistinct(options),
      "Options are two or more, all different.",
    ),
    v.check(
      (options) => !options.some((name) => ["yes", "no", "abstain"].includes(name)),
      "yes, no and abstain are no options.",
    ),
  ),
  rule: ruleSchema,
  timeoutMs: v.pipe(
    v.number(),
    v.safeInteger(),
    v.minValue(VOTE_TIMEOUT_RANGE_MS.least),
    v.maxValue(VOTE_TIMEOUT_RANGE_MS.most),
  ),
  electorate: v.pipe(
    v.array(agentId),
    v.minLength(1),
    v.maxLength(MAX_ELECTORATE),
    v.check(
      (ids) => ids.every((id, index) => index === 0 || (ids[index - 1] as string) < id),
      "Sorted, once each.",
    ),
  ),
  group: v.nullable(
    v.union([v.strictObject({ region: groupName }), v.strictObject({ capability: groupName })]),
  ),
});

/** What travels of a proposal. */
export type ProposalPayload = v.InferOutput<typeof proposalSchema>;

const ballotSchema = v.strictTuple([
  v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  v.pipe(
    v.instance(Uint8Array<ArrayBuffer>),
    v.check(({ length }) => length === HASH_BYTES),
  ),
  option,
]);

const pairSchema = v.strictTuple([v.instance(Uint8Array<ArrayBuffer>), v.instance(Uint8Array<ArrayBuffer>)]);
const endSchema = v.strictObject({
  proposal: pairSchema,
  ballots: v.pipe(v.array(pairSchema), v.maxLength(2 * MAX_ELECTORATE)),
  cause: v.picklist(["decided", "deadline", "withdrawn"]),
  outcome: v.picklist(["approved", "rejected", "no-quorum", "expired"]),
  winner: v.nullable(option),
});

function areDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

/** What every letter of a vote has in common. */
interface Address {
  readonly id: string;
  readonly room: string;
  readonly from: AgentId;
  readonly nowMs: number;
}

function letterOf(type: string, payload: unknown, { nowMs, ...address }: Address): LetterContent {
  return {
    ...address,
    type,
    to: undefined,
    sequence: 0,
    writtenAtMs: Math.floor(nowMs),
    // Proofs do not get old.
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    payload,
  };
}

/** The letter that makes a proposal; the caller signs it. */
export function proposalLetter(payload: ProposalPayload, address: Address): LetterContent {
  return letterOf(PROPOSAL_TYPE, payload, address);
}

/** The letter that casts a ballot. */
export function ballotLetter(
  { proposal, hash }: SignedProposal,
  choice: BallotChoice,
  address: Address,
): LetterContent {
  return letterOf(BALLOT_TYPE, [proposal.id, bytesOfHash(hash), choice], address);
}

/** The letter that ends a vote. */
export function endLetter(
  end: Pick<SignedEnd, "proposal" | "ballots" | "cause" | "outcome" | "winner">,
  address: Address,
): LetterContent {
  const { proposal, ballots, cause, outcome, winner } = end;
  const payload = {
    proposal: pairOf(proposal.letter),
    ballots: ballots.map(({ letter }) => pairOf(letter)),
    cause,
    outcome,
    winner: winner ?? null,
  };
  return letterOf(END_TYPE, payload, address);
}

function bytesOfHash(hash: string): Bytes {
  return Uint8Array.from({ length: HASH_BYTES }, (_, i) => Number.parseInt(hash.slice(2 * i, 2 * i + 2), 16));
}

const pairOf = ({ body, signature }: Letter): readonly [Bytes, Bytes] => [body, signature];

function letterOfPair([body, signature]: readonly [Bytes, Bytes]): Letter | undefined {
  const parsed = v.safeParse(letterSchema, { body, signature });
  return parsed.success ? parsed.output : undefined;
}

/** Most bytes that a ballot on this takes in a certificate. */
function ballotBudget(room: string, choice: number): number {
  return BALLOT_BYTES + utf8(room).length + BYTES_PER_UNIT * choice;
}

/** Whether the end of this vote fits into a letter, whatever its voters do. */
export function canEnd({ proposal, room, letter }: SignedProposal): boolean {
  const longest = Math.max("abstain".length, ...proposal.options.map(({ length }) => length));
  const ballots = 2 * proposal.electorate.length * ballotBudget(room, longest);
  return END_BYTES + letter.body.length + 2 * utf8(room).length + ballots <= MAX_LETTER_BYTES;
}

function peekVoteLetter(letter: Letter, type: string): LetterContent | undefined {
  const content = peekLetter(letter);
  return content?.type === type && content.to === undefined ? content : undefined;
}

/** Reads a proposal without checking who signed it; `undefined` where it is not one. */
export function readProposal(letter: Letter): SignedProposal | undefined {
  const content = peekVoteLetter(letter, PROPOSAL_TYPE);
  const parsed = v.safeParse(proposalSchema, content?.payload);
  if (content === undefined || !parsed.success) return undefined;
  const { group, ...said } = parsed.output;
  const { from: proposer, room } = content;
  const id = proposalIdOf(proposer, content.id);
  const proposal: Proposal = { ...said, id, proposer, group: group ?? undefined };
  return { proposal, room, hash: toHex(sha256(letter.body)), letter };
}

/** Reads a ballot without checking who signed it; `undefined` where it is not one. */
export function readBallot(letter: Letter): SignedBallot | undefined {
  const content = peekVoteLetter(letter, BALLOT_TYPE);
  const parsed = v.safeParse(ballotSchema, content?.payload);
  if (content === undefined || !parsed.success) return undefined;
  const [proposalId, hash, choice] = parsed.output;
  const { from, room } = content;
  // What could not go into a certificate is no ballot.
  const bytes = letter.body.length + letter.signature.length + PAIR_BYTES;
  if (bytes > ballotBudget(room, choice.length)) return undefined;
  return { proposalId, proposalHash: toHex(hash), agentId: from, choice, room, letter };
}

/** Reads an end without checking who signed it and what is in it; `undefined` where it is not one. */
export function readEnd(letter: Letter): SignedEnd | undefined {
  const content = peekVoteLetter(letter, END_TYPE);
  const parsed = v.safeParse(endSchema, content?.payload);
  if (content === undefined || !parsed.success) return undefined;
  const { proposal: pair, ballots: pairs, cause, outcome, winner } = parsed.output;
  const proposalLetter = letterOfPair(pair);
  const proposal = proposalLetter && readProposal(proposalLetter);
  if (proposal === undefined) return undefined;
  const ballots: SignedBallot[] = [];
  for (const each of pairs) {
    const ballot = letterOfPair(each);
    const read = ballot && readBallot(ballot);
    if (read === undefined) return undefined;
    ballots.push(read);
  }
  const { from, room } = content;
  const hash = toHex(sha256(letter.body));
  return { proposal, ballots, cause, outcome, winner: winner ?? undefined, from, room, hash, letter };
}
