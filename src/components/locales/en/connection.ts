import type { ConnectionTexts } from "../../texts/connectionTexts.js";
import { plural } from "../../texts/plural.js";

export const englishConnectionTexts: ConnectionTexts = {
  title: "Connection",
  status: { off: "Off", joining: "Joining", joined: "Joined", reconnecting: "Reconnecting" },
  server: "Server",
  room: "Room",
  peerId: "Your peer id",
  copyPeerId: "Copy your peer id",
  uptime: "Uptime",
  fix: "What to do",
  nextTry: (seconds) => `Next try in ${seconds}`,
  trying: "Trying now",
  failedTries: (count, formatted) => `${formatted} ${count === 1 ? "try has" : "tries have"} failed`,
  notice: "From the server",
  reconnect: "Reconnect",
  disconnect: "Disconnect",
  announce: "Announce presence",
  announced: (members) =>
    members === 0 ? "Nobody is here to be told." : `Announced to ${plural(members, "member", "members")}.`,
  actions: "Connection actions",
};
