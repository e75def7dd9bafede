import type { PeersTexts } from "../../texts/peersTexts.js";
import { plural } from "../../texts/plural.js";

export const germanPeersTexts: PeersTexts = {
  title: "Mitglieder",
  count: (_connected, formatted) => `${formatted} verbunden`,
  state: {
    connected: "Verbunden",
    unreachable: "Unerreichbar",
    asleep: "Schläft",
    connecting: "Verbindet",
  },
  roundTrip: "Umlaufzeit (Median)",
  capabilities: "Fähigkeiten",
  muted: "Stumm",
  restraint: { slowed: "Gebremst", muted: "Zurückgehalten" },
  restraintTerm: "Grenzen",
  restraintReasons: {
    "message-rate": "zu viele Nachrichten",
    "byte-rate": "zu viele Bytes",
    backlog: "mehr, als geprüft werden konnte",
    "unknown-types": "zu viele Nachrichten unbekannter Art",
  },
  restrained: ({ stage, reason, until }) =>
    stage === "slowed"
      ? `${reason}: wird langsamer angenommen, bis ${until}, wenn es ruhig bleibt`
      : `${reason}: seine Nachrichten werden verworfen, bis ${until}, wenn es ruhig bleibt`,
  connecting: "Noch im Aufbau",
  attempts: (attempts) => plural(attempts, "Versuch", "Versuche"),
  mesh: ({ open, expected, dials }) =>
    `${open} von ${expected} Verbindungen${dials === undefined ? "" : `, ${dials} der Anwahlen`}`,
  dialFailures: {
    "dial-timeout": "Keine Antwort in der Frist",
    "dial-rejected": "Das Mitglied hat die Anwahl abgelehnt",
    "dial-superseded": "Eine andere Anwahl trat an ihre Stelle",
    "peer-unavailable": "Das Mitglied war nicht da",
    "link-closed": "Die Verbindung brach im Aufbau ab",
    "handshake-timeout": "Es hat sich nicht rechtzeitig ausgewiesen",
    "handshake-failed": "Es konnte sich nicht ausweisen",
    "protocol-version": "Es spricht eine andere Version",
    "protocol-error": "Es hat das Protokoll verletzt",
    "room-mismatch": "Es ist in einem anderen Raum",
    "peer-refused": "Eine Seite hat die andere abgelehnt",
    "secret-mismatch": "Es kennt das Geheimnis dieses Raums nicht",
    "queue-full": "Zu viel hat gewartet",
    left: "Der Schwarm wurde inzwischen verlassen",
    aborted: "Es wurde abgebrochen",
  },
  keys: "Pfeiltasten, Pos1 und Ende führen von Mitglied zu Mitglied.",
  agent: "Agent",
  copyAgent: "Agenten-ID kopieren",
  peerId: "Peer-ID",
  copyPeerId: "Peer-ID kopieren",
  path: "Weg",
  pathOf: ({ local, remote, protocol }) => `${local} ↔ ${remote}, ${protocol}`,
  roundTripSpread: "Umlaufzeit",
  spread: ({ median, p95 }) => `Median ${median}, 95 % unter ${p95}`,
  jitter: "Schwankung",
  queue: "Warteschlange",
  waiting: (bytes) => `${bytes} warten`,
  traffic: "Verkehr",
  sent: (count, messages, bytes) =>
    `${messages} ${count === 1 ? "Nachricht" : "Nachrichten"} gesendet, ${bytes}`,
  received: (count, messages, bytes) =>
    `${messages} ${count === 1 ? "Nachricht" : "Nachrichten"} empfangen, ${bytes}`,
  connectedSince: "Verbunden seit",
  since: (time, duration) => `${time}, seit ${duration}`,
  goals: "Ziele",
  region: "Region",
  mute: "Stummschalten",
  mutePeer: (peer) => `${peer} stummschalten`,
  unmute: "Wieder hören",
  unmutePeer: (peer) => `${peer} wieder hören`,
  ban: "Aussperren…",
  banPeer: (peer) => `${peer} aussperren…`,
  banQuestion: (peer) =>
    `${peer} aussperren? Jede Verbindung zu diesem Agenten wird geschlossen, und er wird von nun an abgewiesen.`,
  banYes: "Aussperren",
  banNo: "Abbrechen",
  banned: (peer) => `${peer} ist ausgesperrt.`,
  unban: "Zurücknehmen",
  unbanned: (peer) => `${peer} ist nicht mehr ausgesperrt.`,
  empty: {
    off: { what: "Der Schwarm ist aus.", next: "Tritt bei, um zu sehen, wer da ist." },
    joining: {
      what: "Der Raum wird betreten.",
      next: "Mitglieder erscheinen hier, sobald sie sich ausgewiesen haben.",
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
