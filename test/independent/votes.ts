import { hex, isSame, refuseUnless, text } from "./bytes.js";
import { type Letter, type SignedLetter, verifyLetter } from "./letters.js";
import { packValue, unpackValue } from "./messagePack.js";
import { keyOf } from "./names.js";
import { sha256 } from "./signatures.js";

/** What a certificate proves. */
export interface Proven {
  readonly id: string;
  readonly subject: string;
  readonly proposer: string;
  readonly electorate: readonly string[];
  readonly outcome: string;
  readonly winner: string | null;
  /** What each agent signed; two things of who equivocated. */
  readonly said: ReadonlyMap<string, readonly string[]>;
}

type Fields = Record<string, unknown>;

interface Rule {
  readonly kind: string;
  readonly quorum: number;
  readonly veto: readonly string[];
  weightOf(agent: string): number;
  readonly threshold: number;
}

function fieldsOf(value: unknown, ...names: string[]): Fields {
  refuseUnless(typeof value === "object" && value !== null && !Array.isArray(value), "not a map");
  refuseUnless(Object.keys(value).sort().join() === names.sort().join(), "other fields");
  return value as Fields;
}

function texts(value: unknown): string[] {
  refuseUnless(
    Array.isArray(value) && value.every((each) => typeof each === "string"),
    "not a list of texts",
  );
  return value as string[];
}

function letterOf(value: unknown, type: string): { letter: Letter; body: Uint8Array } {
  refuseUnless(Array.isArray(value) && value.length === 2, "not a pair");
  const [body, signature] = value as unknown[];
  refuseUnless(body instanceof Uint8Array && signature instanceof Uint8Array, "not a signed letter");
  refuseUnless(signature.length === 64, "not a signature");
  const signed: SignedLetter = { body, signature };
  const letter = verifyLetter(signed);
  refuseUnless(letter.type === type && letter.to === null, `not a ${type}`);
  return { letter, body };
}

function ruleOf(value: unknown, electorate: readonly string[]): Rule {
  const isWeighted = (value as Fields).kind === "weighted";
  const given = Object.keys(value as object);
  const optional = ["weights", "threshold"].filter((name) => isWeighted && given.includes(name));
  const { kind, quorum, veto, weights, threshold } = fieldsOf(value, "kind", "quorum", "veto", ...optional);
  refuseUnless(["majority", "two-thirds", "unanimous", "weighted"].includes(kind as string), "no such rule");
  refuseUnless(typeof quorum === "number" && quorum >= 0 && quorum <= 1, "no quorum");
  const table = new Map(Object.entries((weights ?? {}) as Record<string, number>));
  for (const weight of table.values())
    refuseUnless(Number.isSafeInteger(weight) && weight >= 0 && weight <= 1_000_000, "no weight");
  const share = threshold ?? 0.5;
  refuseUnless(typeof share === "number" && share >= 0.5 && share <= 1, "no threshold");
  return {
    kind: kind as string,
    quorum,
    veto: typeof veto === "boolean" ? (veto ? electorate : []) : texts(veto),
    weightOf: (agent) => table.get(agent) ?? 1,
    threshold: share,
  };
}

interface Election {
  readonly rule: Rule;
  readonly electorate: readonly string[];
  readonly options: readonly string[];
  readonly said: ReadonlyMap<string, readonly string[]>;
}

/** The outcome by the table of the documentation, or null where the vote is still open. */
function outcomeOf(
  { rule, electorate, options, said }: Election,
  isOver: boolean,
): [string, string | null] | null {
  let [all, voted, silent] = [0, 0, 0];
  const votes = new Map<string, number>();
  for (const agent of electorate) {
    const weight = rule.weightOf(agent);
    const answers = said.get(agent) ?? [];
    all += weight;
    if (answers.length === 0) silent += weight;
    if (answers.length !== 1) continue;
    voted += weight;
    votes.set(answers[0] as string, (votes.get(answers[0] as string) ?? 0) + weight);
  }
  const isEnough = (weight: number): boolean =>
    weight > all - weight &&
    (rule.kind !== "two-thirds" || weight * 3 >= all * 2) &&
    (rule.kind !== "unanimous" || weight === all) &&
    weight / all >= rule.threshold;
  const isQuorum = (weight: number): boolean => all > 0 && weight / all >= rule.quorum;
  const candidates = (options.length === 0 ? ["yes"] : options).map(
    (name) => [name, votes.get(name) ?? 0] as const,
  );
  if (!isQuorum(voted + silent)) return ["no-quorum", null];
  if (rule.veto.some((agent) => electorate.includes(agent) && said.get(agent)?.join() === "no"))
    return ["rejected", null];
  if (!candidates.some(([, weight]) => isEnough(weight + silent))) return ["rejected", null];
  const winner = candidates.find(([, weight]) => isEnough(weight));
  const mayStillVeto = rule.veto.some((agent) => electorate.includes(agent) && !said.has(agent));
  if (winner !== undefined && isQuorum(voted) && (isOver || !mayStillVeto)) return ["approved", winner[0]];
  if (!isOver) return null;
  return [isQuorum(voted) ? "expired" : "no-quorum", null];
}

/** Verifies a certificate: `bin`s of the end's body and signature in an array, and all that is in it. */
export function verifyCertificate(bytes: Uint8Array, roster: readonly string[]): Proven {
  const pair = unpackValue(bytes);
  refuseUnless(isSame(packValue(pair), bytes), "not the one form of a certificate");
  const { letter: end } = letterOf(pair, "swarm/certificate");
  const {
    proposal: proposalPair,
    ballots,
    cause,
    outcome,
    winner,
  } = fieldsOf(end.payload, "proposal", "ballots", "cause", "outcome", "winner");
  const { letter: proposal, body } = letterOf(proposalPair, "swarm/proposal");
  refuseUnless(end.from === proposal.from && end.room === proposal.room, "ended by somebody else");
  const question = fieldsOf(
    proposal.payload,
    "kind",
    "subject",
    "rationale",
    "risk",
    "options",
    "rule",
    "timeoutMs",
    "electorate",
    "group",
  );
  const electorate = texts(question.electorate);
  const options = texts(question.options);
  refuseUnless(
    electorate.every(
      (agent, place) => keyOf(agent).length === 32 && (place === 0 || electorate[place - 1]! < agent),
    ),
    "an electorate out of order",
  );
  refuseUnless([...roster].sort().join() === electorate.join(), "another electorate");
  const rule = ruleOf(question.rule, electorate);
  const id = hex(sha256(text(`peerswarm/1 proposal\0${proposal.from}\0${proposal.id}`))).slice(0, 32);
  const choices = [...(options.length === 0 ? ["yes"] : options), "no", "abstain"];
  const said = new Map<string, readonly string[]>();
  refuseUnless(Array.isArray(ballots), "no ballots");
  for (const each of ballots as unknown[]) {
    const { letter: ballot } = letterOf(each, "swarm/ballot");
    refuseUnless(ballot.room === proposal.room && Array.isArray(ballot.payload), "not a ballot of this room");
    refuseUnless(ballot.payload.length === 3, "not a ballot");
    const [of, hash, choice] = ballot.payload as unknown[];
    refuseUnless(
      of === id && hash instanceof Uint8Array && isSame(hash, sha256(body)),
      "a ballot on something else",
    );
    refuseUnless(electorate.includes(ballot.from), "a ballot of a stranger");
    refuseUnless(typeof choice === "string" && choices.includes(choice), "no choice");
    const before = said.get(ballot.from) ?? [];
    refuseUnless(before.length < 2 && !before.includes(choice), "a ballot twice");
    said.set(ballot.from, [...before, choice]);
  }
  if (cause === "withdrawn")
    refuseUnless(outcome === "rejected" && winner === null, "not what withdrawal is");
  else {
    refuseUnless(cause === "decided" || cause === "deadline", "no cause");
    const counted = outcomeOf({ rule, electorate, options, said }, cause === "deadline");
    refuseUnless(
      counted !== null && counted[0] === outcome && counted[1] === winner,
      "the outcome does not follow",
    );
  }
  return {
    id,
    subject: question.subject as string,
    proposer: proposal.from,
    electorate,
    outcome: outcome as string,
    winner: winner as string | null,
    said,
  };
}
