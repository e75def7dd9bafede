import type { TopologyTexts } from "../../texts/topologyTexts.js";

const linkWord = (count: number): string => (count === 1 ? "link" : "links");

export const englishTopologyTexts: TopologyTexts = {
  title: "Topology",
  count: (links, formatted) => `${formatted} ${linkWord(links)}`,
  view: "How the mesh is shown",
  asDrawing: "Drawing",
  asTable: "Table",
  drawing: ({ members, links }) => `The mesh: ${members} members, ${links} links`,
  keys: "Arrow keys, Home and End move from member to member, Enter shows its links.",
  you: "You",
  member: ({ label, state, links, slowest }) =>
    [label, state.toLowerCase(), links, ...(slowest === undefined ? [] : [slowest])].join(", "),
  links: (count, formatted) => `${formatted} ${linkWord(count)}`,
  slowest: (time) => `slowest ${time}`,
  told: ({ links, named }) =>
    named === undefined
      ? `It says that it has ${links}.`
      : `It says that it has ${links}, and names ${named}.`,
  silent: "It has said nothing of its links.",
  choose: "Choose a member to see its links.",
  health: {
    good: "Good",
    slow: "Slow, over 150 ms",
    bad: "Bad, over 400 ms",
    down: "Down",
    unknown: "Not measured",
  },
  standing: { own: "Yours, measured", confirmed: "Both ends say so", claimed: "Only one end says so" },
  known: { own: "Measured", confirmed: "Both ends" },
  claimedBy: (label) => `Only ${label}`,
  members: "Members",
  otherEnd: "Linked with",
  healthColumn: "Health",
  roundTrip: "Round trip",
  knownFrom: "Known from",
  relayed: "Relayed",
  captionAll: "All links that are known",
  captionOf: (label) => `Links of ${label}`,
  more: (count) => `Show ${count} more`,
  crowded: ({ members, drawn }) =>
    drawn === undefined
      ? `With ${members} members only your own links are drawn. The table has those of the others.`
      : `Of ${members} members ${drawn} are drawn, with your own links only. The table has those of the others.`,
  strangers: (count, formatted) =>
    `${formatted} more ${count === 1 ? "link is" : "links are"} said to lead to members that are not known here.`,
  unasked: (count, formatted) =>
    `${formatted} ${count === 1 ? "member was" : "members were"} not asked for links: at most 64 are.`,
  waiting: { what: "Asking the members for their links.", next: "The mesh appears as they answer." },
  empty: {
    off: { what: "The swarm is off.", next: "Join it to see who is linked with whom." },
    joining: { what: "Entering the room.", next: "The mesh appears as soon as members have been found." },
    joined: (room) => ({
      what: `Nobody else is in “${room}” yet.`,
      next: "Open this page in another tab or on another device, in the same room.",
    }),
    reconnecting: {
      what: "No peer is connected.",
      next: "The server is away, so new members cannot be found. It is being tried again.",
    },
  },
};
