import { plural } from "../../texts/plural.js";
import type { TransfersTexts } from "../../texts/transfersTexts.js";

export const germanTransfersTexts: TransfersTexts = {
  title: "Übertragungen",
  count: (active, formatted) => (active === 0 ? "" : `${formatted} unterwegs`),
  list: "Übertragungen, neueste zuerst",
  measured:
    "Größen sind Summen von Teilen, die nicht einzeln behalten werden; Raten sind Mittelwerte der letzten Sekunden.",
  unnamed: "Datei ohne Namen",
  state: {
    waiting: "Wartet",
    hashing: "Wird vorbereitet",
    offered: "Angeboten",
    active: "Unterwegs",
    paused: "Angehalten",
    done: "Fertig",
    refused: "Abgelehnt",
    failed: "Gescheitert",
    cancelled: "Abgebrochen",
  },
  direction: { sent: "Gesendet", received: "Empfangen" },
  peer: { sent: "an", received: "von" },
  progress: (done, total) => `${done} von ${total}`,
  progressOf: (name) => `Fortschritt von ${name}`,
  rate: (bytes) => `${bytes}/s`,
  timeLeft: (duration) => `noch ${duration}`,
  offers: (count) => `${plural(count, "Datei wird", "Dateien werden")} dir angeboten.`,
  accept: "Annehmen",
  acceptFile: (name) => `${name} annehmen`,
  refuse: "Ablehnen",
  refuseFile: (name) => `${name} ablehnen`,
  refusedByHand: "Sie ist nicht erwünscht.",
  cancel: "Abbrechen",
  cancelFile: (name) => `${name} abbrechen`,
  save: "Speichern",
  saveFile: (name) => `${name} speichern`,
  empty: {
    what: "Noch wurde keine Datei gesendet oder angeboten.",
    next: "Dateien gehen geradewegs von Browser zu Browser, und jeder Teil wird geprüft.",
  },
};
