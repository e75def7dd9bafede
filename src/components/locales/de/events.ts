import type { EventsTexts } from "../../texts/eventsTexts.js";

export const germanEventsTexts: EventsTexts = {
  show: (what) => `${what}: die Ereignisse dahinter zeigen`,
  title: (what) => `Hinter „${what}“`,
  close: "Schließen",
  loadFailed:
    "Die Ereignisse konnten nicht geladen werden. Bitte noch einmal, sobald das Netz wieder da ist.",
  list: "Ereignisse, neueste zuerst",
  keptOf({ kept, keptCount, counted, isComplete }) {
    if (keptCount === 0) {
      if (isComplete) return "Davon ist noch nichts geschehen.";
      return counted === undefined
        ? "Davon ist nichts mehr aufbewahrt, falls es etwas gab."
        : `Von ${counted} ist keines mehr aufbewahrt: sie sind nur gezählt.`;
    }
    if (isComplete)
      return keptCount === 1 ? "Das einzige, und es ist aufbewahrt." : `Alle ${kept} sind aufbewahrt.`;
    return counted === undefined
      ? `${kept} sind noch aufbewahrt. Es können mehr gewesen sein.`
      : `${kept} von ${counted} sind noch aufbewahrt. Die anderen sind nur gezählt.`;
  },
  frozen: (time) => `Stand ${time}; was später kommt, wartet.`,
  showNewer: (count) => `${count} neuere zeigen`,
  linkBytes:
    "Bytes auf Verbindungen sind eine Summe: außer diesen Nachrichten enthält sie Unterschriften, Handschläge und Teile von Dateien, die nicht einzeln aufbewahrt werden.",
  average:
    "Ein Mittel von 10 s über alle Bytes auf den Verbindungen: außer diesen Nachrichten enthält es Unterschriften, Handschläge und Teile von Dateien, die nicht einzeln aufbewahrt werden.",
  direction: { sent: "Gesendet", received: "Empfangen", dropped: "Verworfen" },
  peer: { sent: "an", received: "von", dropped: "Mitglied" },
};
