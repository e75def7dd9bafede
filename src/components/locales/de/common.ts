import type { CommonTexts } from "../../texts/commonTexts.js";

export const germanCommonTexts: CommonTexts = {
  unknown: "–",
  copied: "Kopiert",
  copyFailed: "Kopieren nicht möglich",
  byteUnits: ["B", "KB", "MB", "GB"],
  you: "du",
  risk: { low: "Geringes Risiko", medium: "Mittleres Risiko", high: "Hohes Risiko" },
  keys: "Pfeiltasten, Pos1 und Ende führen von Zeile zu Zeile.",
};
