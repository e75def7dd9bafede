import type { DevtoolsTexts } from "../../texts/devtoolsTexts.js";

export const englishDevtoolsTexts: DevtoolsTexts = {
  title: "Swarm devtools",
  open: (status, peers) => `Open the swarm devtools. ${status}, ${peers} connected`,
  close: "Close",
  move: "Move",
  resize: "Resize",
  arrowKeys: "With the arrow keys; with Shift in larger steps.",
  panels: "Panels",
};
