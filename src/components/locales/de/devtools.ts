import type { DevtoolsTexts } from "../../texts/devtoolsTexts.js";

export const germanDevtoolsTexts: DevtoolsTexts = {
  title: "Schwarm-Werkzeuge",
  open: (status, peers) => `Schwarm-Werkzeuge öffnen. ${status}, ${peers} verbunden`,
  close: "Schließen",
  move: "Verschieben",
  resize: "Größe ändern",
  arrowKeys: "Mit den Pfeiltasten; mit Umschalt in größeren Schritten.",
  panels: "Ansichten",
};
