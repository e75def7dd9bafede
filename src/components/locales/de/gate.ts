import type { GateTexts } from "../../texts/gateTexts.js";

export const germanGateTexts: GateTexts = {
  title: "Dem Schwarm beitreten?",
  intro: (room) =>
    `Wer beitritt, verbindet diesen Browser direkt mit den anderen Mitgliedern von „${room}“. Bis dahin wird nichts geöffnet oder gesendet.`,
  exposes: "Sie werden sehen",
  exposesAddress: "Deine IP-Adresse. Auch der Signalisierungsserver sieht sie.",
  exposesCapabilities: (capabilities) => `Was du anbietest: ${capabilities}.`,
  exposesNoCapabilities: "Was du anbietest: nichts ist angegeben.",
  remembered: "Deine Wahl bleibt in diesem Browser gemerkt, bis du gehst.",
  notRemembered: "Beim nächsten Mal wirst du wieder gefragt.",
  join: "Schwarm beitreten",
  failed: "Der Beitritt ist nicht gelungen",
  retry: "Noch einmal",
  joining: (room) => `Beitritt zu „${room}“`,
  joined: (room) => `Du bist in „${room}“`,
  reconnecting: (room) => `Verbindet neu mit „${room}“`,
  disconnected: (room) => `Getrennt von „${room}“`,
  leave: "Verlassen",
  bar: "Mitgliedschaft",
};
