import type { CommonTexts } from "../../texts/commonTexts.js";

export const englishCommonTexts: CommonTexts = {
  unknown: "–",
  copied: "Copied",
  copyFailed: "Could not copy",
  byteUnits: ["B", "KB", "MB", "GB"],
  you: "you",
  risk: { low: "Low risk", medium: "Medium risk", high: "High risk" },
  keys: "Arrow keys, Home and End move from row to row.",
};
