import type { CertificateFault, Equivocation, Outcome, OutcomeReason, RuleName } from "../../core/index.js";
import type { ProposalFilter } from "../consensus/proposalState.js";
import { englishConsensusTexts } from "../locales/en/consensus.js";
import { useTextsOf } from "./TextsProvider.js";

/** A rule to vote by, as far as it is shown; numbers and shares are formatted. */
export interface RuleWords {
  readonly kind: RuleName;
  /** Weight of the whole electorate: without weights, its members. */
  readonly total: string;
  /** How much of that has to vote. */
  readonly quorum: string;
  /** Of a weighted rule, the share that has to say the same. */
  readonly threshold: string | undefined;
  readonly veto: "everyone" | "some" | "nobody";
}

/** Texts of {@link ConsensusPanel}. */
export interface ConsensusTexts {
  readonly title: string;
  readonly count: (open: number, formatted: string) => string;
  readonly list: string;
  /** For screen readers: what the filter chooses. */
  readonly show: string;
  readonly filter: Readonly<Record<ProposalFilter, string>>;
  readonly noneSuch: string;
  /** Of which votes the counts are, and where the ballots behind a tally are. */
  readonly counted: string;
  /** For screen readers, when ballots have come: how it stands; weights are formatted. */
  readonly standing: (
    subject: string,
    weights: readonly { readonly choice: string; readonly weight: string }[],
    pending: string,
  ) => string;
  /** For screen readers, when it is over. */
  readonly ended: (subject: string, state: string) => string;
  /** For screen readers: how many votes wait for a ballot. */
  readonly waiting: (count: number) => string;
  readonly state: Readonly<Record<Outcome | "open" | "unresolved", string>>;
  readonly reason: Readonly<Record<OutcomeReason, string>>;
  readonly unresolved: string;
  readonly won: (option: string) => string;
  readonly timeLeft: (duration: string) => string;
  /** Before the proposer's name. */
  readonly by: string;
  readonly rule: string;
  readonly ruleWords: (rule: RuleWords) => string;
  readonly group: string;
  readonly groupOf: { readonly region: string; readonly capability: string };
  readonly openedAt: string;
  readonly endedAt: string;
  readonly rationale: string;
  /** Names of the choices that every vote has; options are shown as they are. */
  readonly choice: Readonly<Record<"yes" | "no" | "abstain", string>>;
  readonly pending: string;
  /** Before the least weight that meets the rule. */
  readonly needed: string;
  readonly equivocated: string;
  readonly ballots: string;
  readonly weight: (weight: string) => string;
  readonly vote: (subject: string) => string;
  readonly voteFor: (choice: string, subject: string) => string;
  readonly ownBallot: (choice: string) => string;
  readonly noVote: string;
  readonly withdraw: string;
  readonly withdrawProposal: (subject: string) => string;
  readonly evidence: string;
  readonly evidenceOf: Readonly<Record<Equivocation["what"], string>>;
  readonly evidenceAfterEnd: string;
  readonly certificate: string;
  readonly noCertificate: string;
  readonly copyCertificate: string;
  readonly download: string;
  readonly downloadCertificate: (subject: string) => string;
  readonly verify: string;
  readonly verifyCertificate: (subject: string) => string;
  readonly verified: (outcome: string, ballots: number) => string;
  readonly notVerified: (fault: string) => string;
  readonly faults: Readonly<Record<CertificateFault, string>>;
  readonly propose: string;
  readonly form: string;
  readonly kind: string;
  readonly subject: string;
  readonly risk: string;
  readonly submit: string;
  readonly close: string;
  readonly id: string;
  readonly copyId: string;
  readonly empty: { readonly what: string; readonly next: string };
}

export function useConsensusTexts(): ConsensusTexts {
  return useTextsOf("consensus", englishConsensusTexts);
}
