import type { DiagnosisTexts } from "../../texts/diagnosisTexts.js";
import { plural } from "../../texts/plural.js";
import { germanEvidence } from "./evidence.js";

export const germanDiagnosisTexts: DiagnosisTexts = {
  title: "Diagnose",
  state: {
    running: "Läuft",
    well: "In Ordnung",
    impaired: "Beeinträchtigt",
    failing: "Gestört",
    error: "Nicht gelungen",
  },
  run: "Diagnose starten",
  again: "Noch einmal",
  stop: "Anhalten",
  probe:
    "Auch den Signalisierungs- und die ICE-Server befragen, obwohl der Schwarm aus ist. Sie sehen die Adresse dieses Geräts.",
  running: "Die Diagnose läuft.",
  summary: (verdict, findings) =>
    findings === 0
      ? "Die Diagnose hat nichts gefunden."
      : `Die Diagnose hat ${plural(findings, "Befund", "Befunde")}${verdict === "well" ? "; nichts davon muss behoben werden" : ""}.`,
  at: "Stand",
  copyReport: "Bericht kopieren",
  nothing: "Alles läuft, wie es soll.",
  findings: "Befunde, die schwersten zuerst",
  severity: { error: "Fehler", warning: "Warnung", info: "Hinweis" },
  finding: ({ what, fix }) => ({ what, fix }),
  evidence: "Belege",
  fact: germanEvidence,
  checks: "Prüfungen",
  check: {
    platform: "Plattform",
    tab: "Dieser Tab",
    storage: "Speicher",
    server: "Signalisierungsserver",
    paths: "Wege aus diesem Gerät",
    peers: "Mitglieder",
  },
  checkState: {
    waiting: "Wartet",
    running: "Läuft",
    passed: "Bestanden",
    found: "Siehe Befunde",
    skipped: "Übersprungen",
    unfinished: "Nicht rechtzeitig fertig",
  },
  empty: {
    what: "Noch wurde keine Diagnose gemacht.",
    next: "Sie sucht, was dieses Gerät vom Server und von anderen trennt, und rührt keine offene Verbindung an.",
  },
};
