import type { RuleName } from "../../../core/index.js";
import type { ConsensusTexts, RuleWords } from "../../texts/consensusTexts.js";
import { plural } from "../../texts/plural.js";

const SHARES: Readonly<Record<RuleName, (total: string) => string>> = {
  majority: (total) => `more than half of ${total}`,
  "two-thirds": (total) => `two thirds of ${total}`,
  unanimous: (total) => `all ${total}`,
  weighted: (total) => `more than half of a weight of ${total}`,
};

function englishRule({ kind, total, quorum, threshold, veto }: RuleWords): string {
  const share = threshold === undefined ? SHARES[kind](total) : `${threshold} of a weight of ${total}`;
  const vetoes = { everyone: "; any no is a veto", some: "; some have a veto", nobody: "" };
  return `${share}; quorum ${quorum}${vetoes[veto]}`;
}

export const englishConsensusTexts: ConsensusTexts = {
  title: "Consensus",
  count: (open, formatted) => (open === 0 ? "" : `${formatted} open`),
  list: "Proposals, open ones first",
  show: "Which proposals",
  filter: { all: "All", open: "Open", ended: "Ended" },
  noneSuch: "There is none of these.",
  counted:
    "Counts are of the votes listed: all that are open and the latest that ended. Each one’s detail has its ballots.",
  standing: (subject, weights, pending) =>
    `${subject}: ${weights.map(({ choice, weight }) => `${choice} ${weight}`).join(", ")}; ${pending} not voted.`,
  ended: (subject, state) => `${subject}: ${state}.`,
  waiting: (count) => (count === 0 ? "" : `${plural(count, "vote waits", "votes wait")} for your ballot.`),
  state: {
    open: "Open",
    unresolved: "Unresolved",
    approved: "Approved",
    rejected: "Rejected",
    "no-quorum": "No quorum",
    expired: "Expired",
    unavailable: "Unavailable",
  },
  reason: {
    "rule-met": "the rule was met",
    "out-of-reach": "it could not be met any more",
    veto: "there was a veto",
    withdrawn: "its proposer withdrew it",
    deadline: "its time was over",
    "swarm-unavailable": "nobody else was there to vote",
    "proposer-equivocated": "its proposer signed two different things",
  },
  unresolved: "Its time is over, and its proposer has not told how it ended.",
  won: (option) => `“${option}” won`,
  timeLeft: (duration) => `${duration} left`,
  by: "by",
  rule: "Rule",
  ruleWords: englishRule,
  group: "Asked",
  groupOf: { region: "the region", capability: "those with" },
  openedAt: "Opened",
  endedAt: "Ended",
  rationale: "Rationale",
  choice: { yes: "Yes", no: "No", abstain: "Abstain" },
  pending: "Not voted",
  needed: "Needed",
  equivocated: "Said two things",
  ballots: "Ballots",
  weight: (weight) => `weight ${weight}`,
  vote: (subject) => `Your ballot on ${subject}`,
  voteFor: (choice, subject) => `${choice}: ${subject}`,
  ownBallot: (choice) => `You voted: ${choice}`,
  noVote: "You have no vote on this.",
  withdraw: "Withdraw",
  withdrawProposal: (subject) => `Withdraw ${subject}`,
  evidence: "Signed two different",
  evidenceOf: { ballots: "ballots", proposals: "proposals under one id", ends: "ends" },
  evidenceAfterEnd: "found after the end",
  certificate: "Certificate",
  noCertificate: "There is none here.",
  copyCertificate: "Copy the certificate",
  download: "Download",
  downloadCertificate: (subject) => `Download the certificate of ${subject}`,
  verify: "Verify",
  verifyCertificate: (subject) => `Verify the certificate of ${subject}`,
  verified: (outcome, ballots) =>
    `It holds: ${outcome}, by ${plural(ballots, "signed ballot", "signed ballots")}.`,
  notVerified: (fault) => `It does not hold: ${fault}.`,
  faults: {
    malformed: "it cannot be read",
    "bad-signature": "a signature in it is not that of its agent",
    "wrong-proposer": "somebody else than the proposer signed it",
    "wrong-room": "it is of another room",
    "stray-ballot": "there is a ballot of an agent that was not asked",
    "ballot-for-another-proposal": "there is a ballot on something else",
    "not-a-choice": "there is a ballot for what could not be chosen",
    "repeated-ballot": "a ballot is in it twice",
    "outcome-does-not-follow": "its outcome does not follow from its ballots",
    "another-electorate": "other agents were asked",
    "another-rule": "it follows another rule",
  },
  propose: "Propose…",
  form: "New proposal",
  kind: "Kind",
  subject: "Subject",
  risk: "Risk",
  submit: "Put to the vote",
  close: "Cancel",
  id: "Proposal id",
  copyId: "Copy the proposal id",
  empty: {
    what: "Nothing has been put to the vote yet.",
    next: "Propose something: every agent that is connected then has one ballot, and the outcome is signed.",
  },
};
