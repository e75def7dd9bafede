import type { ConnectionTexts } from "../../texts/connectionTexts.js";
import { plural } from "../../texts/plural.js";

export const germanConnectionTexts: ConnectionTexts = {
  title: "Verbindung",
  status: { off: "Aus", joining: "Tritt bei", joined: "Beigetreten", reconnecting: "Verbindet neu" },
  server: "Server",
  room: "Raum",
  peerId: "Deine Peer-ID",
  copyPeerId: "Deine Peer-ID kopieren",
  uptime: "Dabei seit",
  fix: "Was zu tun ist",
  nextTry: (seconds) => `Nächster Versuch in ${seconds}`,
  trying: "Versuch läuft",
  failedTries: (count, formatted) =>
    `${formatted} ${count === 1 ? "Versuch ist" : "Versuche sind"} gescheitert`,
  notice: "Vom Server",
  reconnect: "Neu verbinden",
  disconnect: "Trennen",
  announce: "Sich melden",
  announced: (members) =>
    members === 0
      ? "Niemand ist da, der es hört."
      : `${plural(members, "Mitglied", "Mitgliedern")} gemeldet.`,
  actions: "Aktionen der Verbindung",
};
