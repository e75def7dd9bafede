import type { WidgetTexts } from "../../texts/widgetTexts.js";

export const germanWidgetTexts: WidgetTexts = {
  peers: (connected, formatted) => (connected === 1 ? "1 Mitglied" : `${formatted} Mitglieder`),
  idle: "Ruhig",
  problems: "Dieses Widget ist nicht richtig eingerichtet",
};
