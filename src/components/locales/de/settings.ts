import { plural } from "../../texts/plural.js";
import type { SettingsTexts } from "../../texts/settingsTexts.js";

export const germanSettingsTexts: SettingsTexts = {
  title: "Einstellungen",
  form: "Einstellungen der Verbindung",
  name: "Dein Name",
  nameHint: "Andere sehen ihn neben deiner Agenten-ID. Jeder kann sich jeden Namen geben.",
  room: "Raum",
  server: "Signalisierungsserver",
  serverHint: "Eine Adresse mit http oder https.",
  secret: "Geheimnis des Raums",
  token: "Token für den Server",
  key: "Schlüssel des Servers",
  keyHint: "„peerjs“, wo der Server keinen anderen hat.",
  isSet: "Gesetzt, wird nicht gezeigt",
  isNotSet: "Keines",
  secretHint: "Nur wer es kennt, kommt hinein. Es wird nie gesendet und hier nie gezeigt.",
  tokenHint: "Für Server, die eines verlangen. Es wird hier nie gezeigt.",
  removeSecret: "Geheimnis entfernen",
  removeToken: "Token entfernen",
  access: "Token und Schlüssel",
  ice: "Wege zu anderen: STUN und TURN",
  iceHint:
    "STUN-Server sagen diesem Gerät seine öffentliche Adresse. TURN-Server reichen Daten weiter, wo kein direkter Weg hinführt.",
  iceFetched: "Die App holt sich ihre Server selbst. Die du hinzufügst, treten an deren Stelle.",
  iceNone: "Keine: nur Geräte im selben Netz sind erreichbar.",
  iceServer: (place, kind) => `Server ${place}: ${kind}`,
  kind: { stun: "STUN", turn: "TURN", unknown: "neu" },
  urls: "Adressen",
  urlsHint: "Zum Beispiel stun:stun.example.org:3478; mehrere mit Leerzeichen dazwischen.",
  username: "Benutzername",
  credential: "Kennwort",
  retype: "Das Kennwort muss noch einmal eingegeben werden: Es gilt nur für den Server, wie er war.",
  add: "Server hinzufügen",
  removeIce: "Entfernen",
  remove: (place) => `Server ${place} entfernen`,
  relayOnly: "Nur TURN-Server benutzen",
  relayHint: "Andere sehen dann die Adresse dieses Geräts nicht; jedes Byte nimmt den Weg über den Server.",
  relayWithoutTurn:
    "In der Liste ist kein TURN-Server, also wäre niemand zu erreichen. Füge einen hinzu, oder lass direkte Wege offen.",
  problem: ({ message }) => message,
  testServer: "Server prüfen",
  testIce: "Prüfen",
  testIceServer: (place) => `Server ${place} prüfen`,
  stopTest: "Prüfung anhalten",
  testExposes:
    "Der Schwarm ist aus. Eine Prüfung befragt die Server, und sie sehen die Adresse dieses Geräts.",
  testState: {
    running: "Prüft",
    well: "Geht",
    impaired: "Geht nicht",
    failing: "Geht nicht",
    error: "Nicht geprüft",
  },
  answered: (duration) => `Antwort nach ${duration}.`,
  welcome: "Er würde dich in den Raum lassen.",
  remember: "In diesem Browser merken",
  rememberSecrets: "Auch Token, Geheimnis und Kennwörter",
  rememberHint:
    "Unverschlüsselt: Wer diesen Browser benutzt, und jedes Skript dieser Website, kann lesen, was gemerkt ist. Ohne Token, Geheimnis und Kennwörter gibst du diese beim nächsten Mal wieder ein.",
  effect: {
    nothing: "Nichts ändert sich.",
    later: "Es gilt ab dem nächsten Beitritt.",
    rejoin: (from, to) =>
      from.server === to.server && from.room === to.room
        ? `Du verlässt „${from.room}“ und trittst wieder bei: Verbindungen zu anderen werden geschlossen und neu geknüpft.`
        : from.server === to.server
          ? `Du verlässt „${from.room}“ und trittst „${to.room}“ bei: Verbindungen zu anderen werden geschlossen.`
          : `Du verlässt „${from.room}“ auf ${from.server} und trittst „${to.room}“ auf ${to.server} bei: Verbindungen zu anderen werden geschlossen.`,
    token: "Du bleibst, wo du bist. Das Token wird bei der nächsten Verbindung zum Server gezeigt.",
    ice: "Du bleibst, wo du bist. Neue Verbindungen benutzen es sofort, offene, wenn sie wiederhergestellt werden.",
    name: "Du bleibst, wo du bist. Andere sehen den neuen Namen sofort.",
  },
  problems: (count) => `${plural(count, "Eintrag kann", "Einträge können")} so noch nicht benutzt werden.`,
  apply: "Anwenden",
  revert: "Zurücksetzen",
  applying: "Wird angewendet",
  stop: "Anhalten",
  stopped: "Angehalten. Die Einstellungen sind, wie sie waren.",
  applied: (room, isOff) =>
    isOff
      ? `Angewendet. Es gilt ab dem nächsten Beitritt, in „${room}“.`
      : `Angewendet. Du bist in „${room}“.`,
  failed: "Die Einstellungen sind, wie sie waren, und was du eingegeben hast, ist noch da.",
  notRemembered: "Dieser Browser behält nichts für diese Seite, also ist es nicht gemerkt.",
};
