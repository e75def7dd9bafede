import type { ActivityTexts } from "../../texts/activityTexts.js";

export const germanActivityTexts: ActivityTexts = {
  title: "Aktivität",
  count: (count) => (count === 0 ? "" : `letzte ${count}`),
  waiting: (count) => `${count} neuere`,
  list: "Letzte Nachrichten, neueste zuerst",
  direction: { sent: "Gesendet", received: "Empfangen" },
  peer: { sent: "an", received: "von" },
  empty: {
    what: "Über die Verbindungen ist noch keine Nachricht gegangen.",
    next: "Jede, die gesendet oder zugestellt wird, erscheint hier, die neueste zuerst.",
  },
};
