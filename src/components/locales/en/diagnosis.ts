import type { DiagnosisTexts } from "../../texts/diagnosisTexts.js";
import { plural } from "../../texts/plural.js";
import { englishEvidence } from "./evidence.js";

export const englishDiagnosisTexts: DiagnosisTexts = {
  title: "Diagnosis",
  state: { running: "Running", well: "Well", impaired: "Impaired", failing: "Failing", error: "Not done" },
  run: "Run diagnosis",
  again: "Run again",
  stop: "Stop",
  probe:
    "Also contact the signalling and ICE servers, although the swarm is off. They see this device’s address.",
  running: "The diagnosis is running.",
  summary: (verdict, findings) =>
    findings === 0
      ? "The diagnosis found nothing."
      : `The diagnosis has ${plural(findings, "finding", "findings")}${verdict === "well" ? ", none of which needs mending" : ""}.`,
  at: "As of",
  copyReport: "Copy the report",
  nothing: "Everything works as it should.",
  findings: "Findings, the gravest first",
  severity: { error: "Error", warning: "Warning", info: "Note" },
  finding: ({ what, fix }) => ({ what, fix }),
  evidence: "Evidence",
  fact: englishEvidence,
  checks: "Checks",
  check: {
    platform: "Platform",
    tab: "This tab",
    storage: "Storage",
    server: "Signalling server",
    paths: "Ways out of this device",
    peers: "Peers",
  },
  checkState: {
    waiting: "Waiting",
    running: "Running",
    passed: "Passed",
    found: "See findings",
    skipped: "Skipped",
    unfinished: "Not finished in time",
  },
  empty: {
    what: "No diagnosis has been run.",
    next: "It looks for what keeps this device from the server and from peers, and touches no open link.",
  },
};
