import { plural } from "../../texts/plural.js";
import type { SettingsTexts } from "../../texts/settingsTexts.js";

export const englishSettingsTexts: SettingsTexts = {
  title: "Settings",
  form: "Settings of the connection",
  name: "Your name",
  nameHint: "What others see beside your agent id. Anyone can take any name.",
  room: "Room",
  server: "Signalling server",
  serverHint: "An http or https address.",
  secret: "Room secret",
  token: "Token for the server",
  key: "Server key",
  keyHint: "“peerjs” where the server has no other.",
  isSet: "Set, not shown",
  isNotSet: "None",
  secretHint: "Only those who know it get in. It is never sent, and never shown here.",
  tokenHint: "For servers that ask for one. It is never shown here.",
  removeSecret: "Remove the secret",
  removeToken: "Remove the token",
  access: "Token and key",
  ice: "Ways to others: STUN and TURN",
  iceHint:
    "STUN servers tell this device its public address. TURN servers pass data on where no direct way leads.",
  iceFetched: "The app fetches its servers by itself. Those that you add take their place.",
  iceNone: "None: only devices in the same network are reached.",
  iceServer: (place, kind) => `Server ${place}: ${kind}`,
  kind: { stun: "STUN", turn: "TURN", unknown: "new" },
  urls: "Addresses",
  urlsHint: "For example stun:stun.example.org:3478; several are separated by spaces.",
  username: "Username",
  credential: "Credential",
  retype: "The credential has to be typed again: it is kept only for the server as it was.",
  add: "Add a server",
  removeIce: "Remove",
  remove: (place) => `Remove server ${place}`,
  relayOnly: "Use TURN servers only",
  relayHint: "Others then do not see this device’s address; every byte takes the way through the server.",
  relayWithoutTurn:
    "There is no TURN server in the list, so nobody could be reached. Add one, or leave direct ways open.",
  problem: ({ message }) => message,
  testServer: "Test server",
  testIce: "Test",
  testIceServer: (place) => `Test server ${place}`,
  stopTest: "Stop test",
  testExposes: "The swarm is off. A test contacts the servers, and they see this device’s address.",
  testState: {
    running: "Testing",
    well: "Works",
    impaired: "Does not work",
    failing: "Does not work",
    error: "Not tested",
  },
  answered: (duration) => `Answered after ${duration}.`,
  welcome: "It would let you into the room.",
  remember: "Remember in this browser",
  rememberSecrets: "Token, secret and credentials too",
  rememberHint:
    "Unencrypted: whoever uses this browser, and every script of this site, can read what is remembered. Without token, secret and credentials you type these again the next time.",
  effect: {
    nothing: "Nothing is changed.",
    later: "It holds from the next join on.",
    rejoin: (from, to) =>
      from.server === to.server && from.room === to.room
        ? `You leave “${from.room}” and join it again: links to others are closed and made anew.`
        : from.server === to.server
          ? `You leave “${from.room}” and join “${to.room}”: links to others are closed.`
          : `You leave “${from.room}” on ${from.server} and join “${to.room}” on ${to.server}: links to others are closed.`,
    token: "You stay where you are. The token is shown at the next connection to the server.",
    ice: "You stay where you are. New links use it at once, open ones when they have to be restored.",
    name: "You stay where you are. Others see the new name at once.",
  },
  problems: (count) => `${plural(count, "entry", "entries")} cannot be used yet.`,
  apply: "Apply",
  revert: "Revert",
  applying: "Applying",
  stop: "Stop",
  stopped: "Stopped. The settings are as they were.",
  applied: (room, isOff) =>
    isOff ? `Applied. It holds from the next join on, in “${room}”.` : `Applied. You are in “${room}”.`,
  failed: "The settings are as they were, and what you typed is still here.",
  notRemembered: "This browser keeps nothing for this page, so it is not remembered.",
};
