import type { WitnessTexts } from "../../texts/witnessTexts.js";

export const germanWitnessTexts: WitnessTexts = {
  title: "Zeugenprotokoll",
  count: (records, formatted) => `${formatted} ${records === 1 ? "Eintrag" : "Einträge"}`,
  head: "Letzter Hash",
  copyHead: "Letzten Hash kopieren",
  signed: "Unterschrieben",
  unsigned: "noch nichts",
  signedThrough: (signed, records) => `${signed} von ${records}`,
  trimmed: "Weggeworfen",
  trimmedRecords: (count, formatted) =>
    count === 1 ? `${formatted} Eintrag, der älteste` : `${formatted} Einträge, die ältesten`,
  actions: "Aktionen des Protokolls",
  verify: "Prüfen",
  verifying: "Wird geprüft…",
  export: "Als .jsonl ausgeben",
  intact: (records, formatted, signed) =>
    `Das Protokoll ist unversehrt: ${formatted} ${records === 1 ? "Eintrag" : "Einträge"}, ${signed === undefined ? "keiner davon unterschrieben" : `unterschrieben bis Nummer ${signed}`}.`,
  broken: (line, fault) => `Das Protokoll ist nicht unversehrt. Zeile ${line}: ${fault}.`,
  faults: {
    malformed: "sie ist nicht zu lesen",
    "content-changed": "ihr Inhalt wurde geändert",
    "chain-broken": "sie folgt nicht auf die Zeile davor",
    "checkpoint-broken": "sie unterschreibt eine andere Geschichte",
    "signature-invalid": "ihre Unterschrift stimmt nicht",
    "other-session": "sie gehört zu einer anderen Sitzung",
  },
  filter: "Zeigen",
  allKinds: "alle Arten",
  noneOfKind: "Unter den letzten 50 Einträgen ist keiner dieser Art.",
  kind: (kind) => kind.replaceAll("_", " "),
  list: "Letzte Einträge, neueste zuerst",
  number: (index) => `Nr. ${index}`,
  detail: "Einzelheiten",
  hash: "Hash",
  copyHash: "Hash kopieren",
  previous: "Hash davor",
  empty: {
    what: "Noch ist nichts aufgezeichnet.",
    next: "Vom Beitritt an wird hier alles festgehalten, was dieses Mitglied tut und sieht, mit Hash und Unterschrift.",
  },
};
