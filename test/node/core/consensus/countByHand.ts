import type { Outcome, VotingRule } from "peerswarm";

/** What an agent said: a choice, two different ones, or nothing. */
export type Said = string | "two things" | undefined;

export interface HandQuestion {
  readonly rule: VotingRule;
  readonly electorate: readonly string[];
  readonly options: readonly string[];
}

/** Counts by the text of the documentation, in whole numbers, sharing nothing with the library. */
export function countByHand(
  { rule, electorate, options }: HandQuestion,
  said: (agent: string) => Said,
): { readonly outcome: Outcome; readonly winner: string | undefined } {
  const weight = (agent: string): number =>
    rule.kind === "weighted" && rule.weights !== undefined && agent in rule.weights
      ? rule.weights[agent]!
      : 1;
  const sum = (isMeant: (answer: Said) => boolean): number =>
    electorate.reduce((total, agent) => (isMeant(said(agent)) ? total + weight(agent) : total), 0);
  const isVote = (answer: Said): boolean => answer !== undefined && answer !== "two things";
  const all = sum(() => true);
  const silent = sum((answer) => answer === undefined);
  const voted = sum(isVote);
  const percent = Math.round((rule.threshold ?? 0.5) * 100);
  const meets = (count: number): boolean => {
    if (count + count <= all) return false;
    if (rule.kind === "two-thirds") return count * 3 >= all * 2;
    if (rule.kind === "unanimous") return count === all;
    return rule.kind === "majority" || count * 100 >= all * percent;
  };
  const isQuorum = (count: number): boolean => all > 0 && count * 100 >= all * Math.round(rule.quorum * 100);
  const candidates = options.length > 0 ? options : ["yes"];
  const of = (choice: string): number => sum((answer) => answer === choice);
  const vetoers = rule.veto === true ? electorate : rule.veto === false ? [] : rule.veto;
  const none = (outcome: Outcome) => ({ outcome, winner: undefined });

  if (!isQuorum(voted + silent)) return none("no-quorum");
  if (electorate.some((agent) => vetoers.includes(agent) && said(agent) === "no")) return none("rejected");
  if (!candidates.some((choice) => meets(of(choice) + silent))) return none("rejected");
  if (!isQuorum(voted)) return none("no-quorum");
  const winner = candidates.find((choice) => meets(of(choice)));
  return winner === undefined ? none("expired") : { outcome: "approved", winner };
}

/** Every way in which those who are silent could still answer, silence included. */
export function* completions(
  question: HandQuestion,
  said: (agent: string) => Said,
): Generator<(agent: string) => Said> {
  const silent = question.electorate.filter((agent) => said(agent) === undefined);
  const answers: Said[] = [
    ...(question.options.length > 0 ? question.options : ["yes"]),
    "no",
    "abstain",
    undefined,
  ];
  for (let number = 0; number < answers.length ** silent.length; number++) {
    const added = new Map(
      silent.map((agent, place) => [
        agent,
        answers[Math.floor(number / answers.length ** place) % answers.length],
      ]),
    );
    yield (agent) => added.get(agent) ?? said(agent);
  }
}
