import type { ActivityTexts } from "../../texts/activityTexts.js";

export const englishActivityTexts: ActivityTexts = {
  title: "Activity",
  count: (count) => `last ${count}`,
  matches: ({ shown, hidden }) => `${shown} shown, ${hidden} hidden`,
  waiting: (count) => `${count} newer`,
  list: "Last messages, newest first",
  filters: "Filter the activity",
  search: "Search type, peer or reason",
  directionChoice: "Direction",
  allDirections: "Every direction",
  originChoice: "Whose messages",
  allOrigins: "App and swarm",
  origin: { app: "App only", swarm: "Swarm only" },
  peerChoice: "Peer",
  allPeers: "Every peer",
  pause: "Pause",
  nothingMatches: "Nothing matches.",
  hidden: (count, formatted) =>
    count === 1 ? "The one message is hidden by the filter." : `All ${formatted} are hidden by the filter.`,
  clear: "Clear the filter",
  empty: {
    what: "No message has gone over the links yet.",
    next: "Each one that is sent, delivered or dropped appears here, newest first.",
  },
};
