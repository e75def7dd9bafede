import type { ProposalSnapshot } from "../../core/index.js";
import { formatCount, formatPercent } from "../parts/format.js";
import type { RuleWords } from "../texts/consensusTexts.js";

/** The rule of a proposal in numbers that mean something for its electorate. */
export function ruleWordsOf({ rule, tally, electorate }: ProposalSnapshot, locale: string): RuleWords {
  const { kind, quorum, veto, threshold } = rule;
  return {
    kind,
    total: formatCount(tally.total, locale),
    quorum: formatCount(Math.ceil(quorum * tally.total), locale),
    threshold: threshold === undefined ? undefined : formatPercent(threshold, locale),
    veto: vetoOf(veto, electorate.length),
  };
}

function vetoOf(veto: ProposalSnapshot["rule"]["veto"], members: number): RuleWords["veto"] {
  if (typeof veto === "boolean") return veto && members > 0 ? "everyone" : "nobody";
  return veto.length === 0 ? "nobody" : "some";
}
