import type { RuleName } from "../../../core/index.js";
import type { ConsensusTexts, RuleWords } from "../../texts/consensusTexts.js";
import { plural } from "../../texts/plural.js";

const SHARES: Readonly<Record<RuleName, (total: string) => string>> = {
  majority: (total) => `mehr als die Hälfte von ${total}`,
  "two-thirds": (total) => `zwei Drittel von ${total}`,
  unanimous: (total) => `alle ${total}`,
  weighted: (total) => `mehr als die Hälfte eines Gewichts von ${total}`,
};

function germanRule({ kind, total, quorum, threshold, veto }: RuleWords): string {
  const share = threshold === undefined ? SHARES[kind](total) : `${threshold} eines Gewichts von ${total}`;
  const vetoes = { everyone: "; jedes Nein ist ein Veto", some: "; manche haben ein Veto", nobody: "" };
  return `${share}; Quorum ${quorum}${vetoes[veto]}`;
}

export const germanConsensusTexts: ConsensusTexts = {
  title: "Abstimmungen",
  count: (open, formatted) => (open === 0 ? "" : `${formatted} offen`),
  list: "Anträge, offene zuerst",
  show: "Welche Anträge",
  filter: { all: "Alle", open: "Offen", ended: "Beendet" },
  noneSuch: "Davon gibt es keine.",
  counted:
    "Gezählt sind die aufgeführten Abstimmungen: alle offenen und die letzten beendeten. Die Stimmen stehen in den Einzelheiten.",
  standing: (subject, weights, pending) =>
    `${subject}: ${weights.map(({ choice, weight }) => `${choice} ${weight}`).join(", ")}; ${pending} nicht gestimmt.`,
  ended: (subject, state) => `${subject}: ${state}.`,
  waiting: (count) =>
    count === 0 ? "" : `${plural(count, "Abstimmung wartet", "Abstimmungen warten")} auf deine Stimme.`,
  state: {
    open: "Offen",
    unresolved: "Ungeklärt",
    approved: "Angenommen",
    rejected: "Abgelehnt",
    "no-quorum": "Kein Quorum",
    expired: "Abgelaufen",
    unavailable: "Nicht möglich",
  },
  reason: {
    "rule-met": "die Regel war erfüllt",
    "out-of-reach": "sie war nicht mehr zu erfüllen",
    veto: "es gab ein Veto",
    withdrawn: "zurückgezogen von der antragstellenden Seite",
    deadline: "die Zeit war um",
    "swarm-unavailable": "niemand sonst war da, um zu stimmen",
    "proposer-equivocated": "die antragstellende Seite unterschrieb zweierlei",
  },
  unresolved: "Die Zeit ist um, und wie es ausging, wurde nicht gesagt.",
  won: (option) => `„${option}“ hat gewonnen`,
  timeLeft: (duration) => `noch ${duration}`,
  by: "von",
  rule: "Regel",
  ruleWords: germanRule,
  group: "Gefragt",
  groupOf: { region: "die Region", capability: "alle mit" },
  openedAt: "Eröffnet",
  endedAt: "Beendet",
  rationale: "Begründung",
  choice: { yes: "Ja", no: "Nein", abstain: "Enthaltung" },
  pending: "Nicht gestimmt",
  needed: "Nötig",
  equivocated: "Sagten zweierlei",
  ballots: "Stimmen",
  weight: (weight) => `Gewicht ${weight}`,
  vote: (subject) => `Deine Stimme zu ${subject}`,
  voteFor: (choice, subject) => `${choice}: ${subject}`,
  ownBallot: (choice) => `Du hast gestimmt: ${choice}`,
  noVote: "Du hast hier keine Stimme.",
  withdraw: "Zurückziehen",
  withdrawProposal: (subject) => `${subject} zurückziehen`,
  evidence: "Unterschrieb zwei verschiedene",
  evidenceOf: { ballots: "Stimmen", proposals: "Anträge unter einer ID", ends: "Ergebnisse" },
  evidenceAfterEnd: "nach dem Ende gefunden",
  certificate: "Zertifikat",
  noCertificate: "Hier ist keines.",
  copyCertificate: "Zertifikat kopieren",
  download: "Herunterladen",
  downloadCertificate: (subject) => `Zertifikat von ${subject} herunterladen`,
  verify: "Prüfen",
  verifyCertificate: (subject) => `Zertifikat von ${subject} prüfen`,
  verified: (outcome, ballots) =>
    `Es gilt: ${outcome}, durch ${plural(ballots, "unterschriebene Stimme", "unterschriebene Stimmen")}.`,
  notVerified: (fault) => `Es gilt nicht: ${fault}.`,
  faults: {
    malformed: "es ist nicht zu lesen",
    "bad-signature": "eine Unterschrift darin stammt nicht von ihrem Agenten",
    "wrong-proposer": "unterschrieben hat, wer den Antrag nicht gestellt hat",
    "wrong-room": "es ist aus einem anderen Raum",
    "stray-ballot": "darin ist die Stimme eines Agenten, der nicht gefragt war",
    "ballot-for-another-proposal": "darin ist eine Stimme zu etwas anderem",
    "not-a-choice": "darin ist eine Stimme für etwas, das nicht zur Wahl stand",
    "repeated-ballot": "eine Stimme ist zweimal darin",
    "outcome-does-not-follow": "sein Ergebnis folgt nicht aus seinen Stimmen",
    "another-electorate": "gefragt waren andere Agenten",
    "another-rule": "es folgt einer anderen Regel",
  },
  propose: "Vorschlagen…",
  form: "Neuer Antrag",
  kind: "Art",
  subject: "Gegenstand",
  risk: "Risiko",
  submit: "Zur Abstimmung stellen",
  close: "Abbrechen",
  id: "Antrags-ID",
  copyId: "Antrags-ID kopieren",
  empty: {
    what: "Noch wurde nichts zur Abstimmung gestellt.",
    next: "Schlage etwas vor: jeder dann verbundene Agent hat eine Stimme, und das Ergebnis wird unterschrieben.",
  },
};
