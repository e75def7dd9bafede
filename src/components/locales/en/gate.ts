import type { GateTexts } from "../../texts/gateTexts.js";

export const englishGateTexts: GateTexts = {
  title: "Join the swarm?",
  intro: (room) =>
    `Joining connects this browser directly with the other members of “${room}”. Until then nothing is opened or sent.`,
  exposes: "They will see",
  exposesAddress: "Your IP address. The signalling server sees it too.",
  exposesCapabilities: (capabilities) => `What you offer: ${capabilities}.`,
  exposesNoCapabilities: "What you offer: nothing is declared.",
  remembered: "Your choice is remembered in this browser until you leave.",
  notRemembered: "You will be asked again the next time.",
  join: "Join swarm",
  failed: "Joining did not work",
  retry: "Try again",
  joining: (room) => `Joining “${room}”`,
  joined: (room) => `You are in “${room}”`,
  reconnecting: (room) => `Reconnecting to “${room}”`,
  disconnected: (room) => `Disconnected from “${room}”`,
  leave: "Leave",
  bar: "Membership",
};
