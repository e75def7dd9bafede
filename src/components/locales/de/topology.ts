import type { TopologyTexts } from "../../texts/topologyTexts.js";

const linkWord = (count: number): string => (count === 1 ? "Verbindung" : "Verbindungen");

export const germanTopologyTexts: TopologyTexts = {
  title: "Topologie",
  count: (links, formatted) => `${formatted} ${linkWord(links)}`,
  view: "Wie das Netz gezeigt wird",
  asDrawing: "Zeichnung",
  asTable: "Tabelle",
  drawing: ({ members, links }) => `Das Netz: ${members} Mitglieder, ${links} Verbindungen`,
  keys: "Pfeiltasten, Pos1 und Ende gehen von Mitglied zu Mitglied, die Eingabetaste zeigt seine Verbindungen.",
  you: "Du",
  member: ({ label, state, links, slowest }) =>
    [label, state.toLowerCase(), links, ...(slowest === undefined ? [] : [slowest])].join(", "),
  links: (count, formatted) => `${formatted} ${linkWord(count)}`,
  slowest: (time) => `langsamste ${time}`,
  told: ({ links, named }) =>
    named === undefined ? `Es nennt ${links}.` : `Es gibt ${links} an und nennt davon ${named}.`,
  silent: "Es hat nichts über seine Verbindungen gesagt.",
  choose: "Wähle ein Mitglied, um seine Verbindungen zu sehen.",
  health: {
    good: "Gut",
    slow: "Langsam, über 150 ms",
    bad: "Schlecht, über 400 ms",
    down: "Unterbrochen",
    unknown: "Nicht gemessen",
  },
  standing: {
    own: "Deine, gemessen",
    confirmed: "Beide Enden nennen sie",
    claimed: "Nur ein Ende nennt sie",
  },
  known: { own: "Gemessen", confirmed: "Beiden Enden" },
  claimedBy: (label) => `Nur ${label}`,
  members: "Mitglieder",
  otherEnd: "Verbunden mit",
  healthColumn: "Zustand",
  roundTrip: "Umlaufzeit",
  knownFrom: "Bekannt von",
  relayed: "Über Relais",
  captionAll: "Alle bekannten Verbindungen",
  captionOf: (label) => `Verbindungen von ${label}`,
  more: (count) => `${count} weitere zeigen`,
  crowded: ({ members, drawn }) =>
    drawn === undefined
      ? `Bei ${members} Mitgliedern sind nur deine Verbindungen gezeichnet. Die Tabelle hat die der anderen.`
      : `Von ${members} Mitgliedern sind ${drawn} gezeichnet, nur mit deinen Verbindungen. Die Tabelle hat die der anderen.`,
  strangers: (count, formatted) =>
    count === 1
      ? `${formatted} weitere Verbindung soll zu einem Mitglied führen, das hier nicht bekannt ist.`
      : `${formatted} weitere Verbindungen sollen zu Mitgliedern führen, die hier nicht bekannt sind.`,
  unasked: (count, formatted) =>
    `${formatted} ${count === 1 ? "Mitglied wurde" : "Mitglieder wurden"} nicht nach Verbindungen gefragt: höchstens 64 werden es.`,
  waiting: {
    what: "Die Mitglieder werden nach ihren Verbindungen gefragt.",
    next: "Das Netz erscheint, sobald sie antworten.",
  },
  empty: {
    off: { what: "Der Schwarm ist aus.", next: "Tritt bei, um zu sehen, wer mit wem verbunden ist." },
    joining: {
      what: "Der Raum wird betreten.",
      next: "Das Netz erscheint, sobald Mitglieder gefunden sind.",
    },
    joined: (room) => ({
      what: `In „${room}“ ist noch niemand sonst.`,
      next: "Öffne diese Seite im selben Raum in einem weiteren Tab oder auf einem anderen Gerät.",
    }),
    reconnecting: {
      what: "Niemand ist verbunden.",
      next: "Der Server ist weg, neue Mitglieder sind daher nicht zu finden. Es wird weiter versucht.",
    },
  },
};
