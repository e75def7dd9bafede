import * as v from "valibot";
import { type Bytes, equalBytes, fromHex, toHex } from "../bytes.js";
import { platformEd25519 } from "../identity/ed25519.js";
import type { AgentId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import { decodeValue } from "../wire/decodeValue.js";
import { openLetter } from "../wire/letter.js";
import { type Letter, letterSchema } from "../wire/letterShape.js";
import { encodeValue } from "../wire/payload.js";
import { ballotsOf, type EndFault, type JudgedEnd, judgeEnd } from "./judgement.js";
import type { BallotChoice, Outcome, OutcomeReason, Tally } from "./outcome.js";
import type { Certificate, Proposal } from "./proposal.js";
import { type RuleName, resolveRule, type VotingRule } from "./rule.js";
import { countBallots } from "./tally.js";
import { readEnd, type SignedEnd } from "./voteLetters.js";

/** Why a certificate proves nothing. */
export type CertificateFault =
  | EndFault
  | "malformed"
  | "bad-signature"
  | "another-electorate"
  | "another-rule";

/** What a certificate proves; of one that proves nothing, why. */
export type CertificateVerdict =
  | {
      readonly isValid: true;
      readonly room: string;
      readonly proposal: Proposal;
      readonly outcome: Outcome;
      readonly reason: OutcomeReason;
      readonly winner: BallotChoice | undefined;
      readonly tally: Tally;
      /** Who voted what, each ballot signed by its agent. */
      readonly ballots: readonly { readonly agentId: AgentId; readonly choice: BallotChoice }[];
      /** Who signed two different ballots, both of them in the certificate: they count as none. */
      readonly equivocated: readonly AgentId[];
    }
  | { readonly isValid: false; readonly fault: CertificateFault };

/** What is expected of a certificate. */
export interface CertificateExpectation {
  /**
   * Who had to be asked: exactly these agents. `as-proposed` believes the proposer, who could have asked its own
   * inventions.
   */
  readonly roster: readonly AgentId[] | "as-proposed";
  /** By which rule; default whatever the proposer chose. */
  readonly rule?: RuleName | Partial<VotingRule>;
}

/**
 * Reads an end and checks every signature in it; its count is for the caller to judge. The proposer's comes first, so
 * that nobody else makes us check hundreds.
 */
export async function openEnd(
  end: SignedEnd,
  runtime: Pick<Runtime, "ed25519">,
): Promise<SignedEnd | undefined> {
  const isSigned = async (letter: Letter): Promise<boolean> =>
    (await openLetter(letter, runtime)) !== undefined;
  if (!(await isSigned(end.letter)) || !(await isSigned(end.proposal.letter))) return undefined;
  const ballots = await Promise.all(end.ballots.map(({ letter }) => isSigned(letter)));
  return ballots.every(Boolean) ? end : undefined;
}

/**
 * Verifies the proof of an outcome on its own, without a swarm or a network: every signature, who may vote, and
 * that the outcome follows from the ballots.
 * @throws SwarmError `invalid-option` where `rule` is none
 * @example
 * const verdict = await verifyCertificate(certificate, { roster: maintainers });
 * if (verdict.isValid && verdict.outcome === "approved") release(verdict.proposal.subject);
 */
export async function verifyCertificate(
  certificate: Certificate,
  { roster, rule }: CertificateExpectation,
): Promise<CertificateVerdict> {
  const expectedRule = rule === undefined ? undefined : resolveRule(rule);
  const parsed = v.safeParse(letterSchema, certificate);
  const end = parsed.success ? readEnd(parsed.output) : undefined;
  if (end === undefined) return invalid("malformed");
  if ((await openEnd(end, { ed25519: platformEd25519 })) === undefined) return invalid("bad-signature");
  const judged = judgeEnd(end);
  if (typeof judged === "string") return invalid(judged);
  const { proposal } = end.proposal;
  if (roster !== "as-proposed" && !isSameSet(roster, proposal.electorate))
    return invalid("another-electorate");
  if (expectedRule !== undefined && !isSameRule(expectedRule, proposal.rule)) return invalid("another-rule");
  return describe(end, judged);
}

function invalid(fault: CertificateFault): CertificateVerdict {
  return { isValid: false, fault };
}

function describe(
  { room, proposal: { proposal } }: SignedEnd,
  { held, verdict }: JudgedEnd,
): CertificateVerdict {
  const single = [...held.values()].filter(({ length }) => length === 1);
  return {
    isValid: true,
    room,
    proposal,
    ...verdict,
    tally: countBallots(proposal, ballotsOf(held)),
    ballots: single.map(([{ agentId, choice }]) => ({ agentId, choice })),
    equivocated: [...held].filter(([, { length }]) => length === 2).map(([agentId]) => agentId),
  };
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(a);
  return set.size === b.length && b.every((each) => set.has(each));
}

function isSameRule(a: VotingRule, b: VotingRule): boolean {
  const vetoOf = ({ veto }: VotingRule): unknown => (typeof veto === "boolean" ? veto : [...veto].sort());
  const weightsOf = ({ weights = {} }: VotingRule): unknown => Object.entries(weights).sort();
  const formOf = (rule: VotingRule): string =>
    JSON.stringify([rule.kind, rule.quorum, rule.threshold ?? null, vetoOf(rule), weightsOf(rule)]);
  return formOf(a) === formOf(b);
}

/** A certificate as bytes, to be kept or sent. */
export function certificateToBytes({ body, signature }: Certificate): Bytes {
  return encodeValue([body, signature]);
}

/** Reads what {@link certificateToBytes} wrote, and nothing else; what it proves is for `verifyCertificate` to say. */
export function certificateFromBytes(bytes: Uint8Array): Certificate | undefined {
  const pair = decodeValue(bytes)?.value;
  if (!Array.isArray(pair) || pair.length !== 2) return undefined;
  const [body, signature] = pair as unknown[];
  const parsed = v.safeParse(letterSchema, { body, signature });
  // One certificate has one form: no byte of it can be changed unseen.
  if (!parsed.success || !equalBytes(certificateToBytes(parsed.output), bytes)) return undefined;
  return { body: parsed.output.body.slice(), signature: parsed.output.signature.slice() };
}

const jsonSchema = v.strictObject({
  peerswarm: v.literal("certificate"),
  version: v.literal(1),
  body: v.string(),
  signature: v.string(),
});

/** A certificate as JSON text, its parts in base16. */
export function certificateToJson({ body, signature }: Certificate): string {
  const fields = { peerswarm: "certificate", version: 1, body: toHex(body), signature: toHex(signature) };
  return JSON.stringify(fields, undefined, 2);
}

/** Reads what {@link certificateToJson} wrote; `undefined` for anything else. */
export function certificateFromJson(text: string): Certificate | undefined {
  const parsed = v.safeParse(jsonSchema, jsonOf(text));
  if (!parsed.success) return undefined;
  const [body, signature] = [fromHex(parsed.output.body), fromHex(parsed.output.signature)];
  const letter = v.safeParse(letterSchema, { body, signature });
  return letter.success ? letter.output : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
