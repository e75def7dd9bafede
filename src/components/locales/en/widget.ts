import type { WidgetTexts } from "../../texts/widgetTexts.js";

export const englishWidgetTexts: WidgetTexts = {
  peers: (connected, formatted) => (connected === 1 ? "1 peer" : `${formatted} peers`),
  idle: "Idle",
  problems: "This widget is not set up right",
};
