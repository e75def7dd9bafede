import { SwarmError } from "../errors.js";
import { checkName, checkRoom } from "../options.js";
import { secretBytes } from "../secret/roomSecret.js";
import { checkIceServer, checkIceServers, checkKey, checkToken } from "../transport/checkSettings.js";
import { parseServerAddress } from "../transport/peerjs/serverAddress.js";
import type { SettingsChange } from "./settings.js";

/** A value of a {@link SettingsChange} that cannot be used. */
export interface SettingsProblem {
  readonly field: "room" | "secret" | "name" | "url" | "key" | "token" | "iceServers";
  /** Which ICE server, by its place in the list. */
  readonly place: number | undefined;
  /** An `invalid-option` that says what, why and how to mend it. */
  readonly error: SwarmError;
}

/**
 * Everything that stands against a change, before it is made; empty where nothing does. For forms: `configureSignaling()`
 * checks by itself and throws the first one.
 * @example
 * for (const { field, error } of settingsProblems({ room: "" })) console.log(field, error.message);
 */
export function settingsProblems(change: SettingsChange): readonly SettingsProblem[] {
  const { room, secret, name, url, key, token, iceServers } = change;
  const found: SettingsProblem[] = [];
  const look = (field: SettingsProblem["field"], check: () => unknown, place?: number): void => {
    try {
      check();
    } catch (error) {
      if (!(error instanceof SwarmError)) throw error;
      found.push({ field, place, error });
    }
  };
  if (url !== undefined) look("url", () => parseServerAddress(url));
  if (room !== undefined) look("room", () => checkRoom(room));
  if (secret != null) look("secret", () => secretBytes(secret));
  if (typeof name === "string") look("name", () => checkName(name));
  if (typeof token === "string") look("token", () => checkToken(token));
  if (key !== undefined) look("key", () => checkKey(key));
  if (iceServers === undefined || typeof iceServers === "function") return found;
  for (const [place, server] of iceServers.entries())
    if (!("keep" in server)) look("iceServers", () => checkIceServer(server), place);
  if (!found.some(({ field }) => field === "iceServers"))
    look("iceServers", () => checkIceServers(iceServers));
  return found;
}
