import * as v from "valibot";
import { settingsProblems } from "./problems.js";
import type { SettingsChange } from "./settings.js";

/** Where settings are remembered where nobody says otherwise. */
export const SETTINGS_KEY = "peerswarm-settings";
// Sixteen ICE servers with all their addresses are less.
const MAX_CHARACTERS = 65_536;

/** Options of `rememberSettings()`. */
export interface RememberOptions {
  /** In localStorage. Default `peerswarm-settings`. */
  readonly storageKey?: string;
  /**
   * Whether token, secret and credentials are written down as well, readable by whoever uses this browser and by every script of
   * this origin. Default `false`: they are left out, and so are ICE servers where one of them has a credential.
   */
  readonly withSecrets?: boolean;
}

const iceServer = v.strictObject({
  urls: v.union([v.string(), v.array(v.string())]),
  username: v.optional(v.string()),
  credential: v.optional(v.string()),
});
const schema = v.strictObject({
  room: v.optional(v.string()),
  secret: v.optional(v.nullable(v.string())),
  name: v.optional(v.nullable(v.string())),
  url: v.optional(v.string()),
  key: v.optional(v.string()),
  token: v.optional(v.nullable(v.string())),
  iceServers: v.optional(v.array(iceServer)),
  icePolicy: v.optional(v.picklist(["all", "relay"])),
});
type Remembered = v.InferOutput<typeof schema>;

/**
 * Writes settings to localStorage for the next visit, over what was remembered before: what the change leaves out stays. Functions,
 * bytes and what cannot be used are left out. An ICE server without its credential gets the remembered one of the same address
 * and username; where there is none, no ICE servers are remembered, and the app's own hold. `false` where the browser keeps nothing.
 */
export function rememberSettings(change: SettingsChange, options: RememberOptions = {}): boolean {
  const { storageKey = SETTINGS_KEY, withSecrets = false } = options;
  const before = read(storageKey);
  const whole = withUsableIce({ ...before, ...writable(change) }, before.iceServers);
  try {
    localStorage.setItem(storageKey, JSON.stringify(withSecrets ? whole : withoutSecrets(whole)));
    return true;
  } catch {
    return false;
  }
}

/**
 * Settings that were remembered, as a change; empty where there are none, or where somebody has spoilt them.
 * @example
 * const swarm = createSwarm({ room: "lobby" });
 * await swarm.configureSignaling(recallSettings());
 */
export function recallSettings(storageKey: string = SETTINGS_KEY): SettingsChange {
  return read(storageKey) as SettingsChange;
}

/** Nothing is remembered any more. */
export function forgetSettings(storageKey: string = SETTINGS_KEY): void {
  try {
    localStorage.removeItem(storageKey);
  } catch {}
}

function read(storageKey: string): Remembered {
  try {
    const text = localStorage.getItem(storageKey) ?? "";
    if (text.length > MAX_CHARACTERS) return {};
    const parsed = v.safeParse(schema, JSON.parse(text));
    if (!parsed.success) return {};
    return settingsProblems(parsed.output as SettingsChange).length === 0 ? parsed.output : {};
  } catch {
    return {};
  }
}

function writable(change: SettingsChange): Remembered {
  const entries = Object.entries(change).map(([name, value]) => [name, value, { [name]: value }] as const);
  const known = entries.filter(([name, value, alone]) => {
    if (value === undefined || !v.is(schema, alone)) return false;
    return name === "iceServers" || settingsProblems(alone).length === 0;
  });
  return Object.fromEntries(known.map(([name, value]) => [name, value]));
}

type IceServer = v.InferOutput<typeof iceServer>;

function withUsableIce({ iceServers, ...rest }: Remembered, known: readonly IceServer[] = []): Remembered {
  if (iceServers === undefined) return rest;
  const filled = iceServers.map((server) =>
    server.credential === undefined ? (known.find((other) => isSameServer(server, other)) ?? server) : server,
  );
  const isUsable = settingsProblems({ iceServers: filled as readonly RTCIceServer[] }).length === 0;
  return isUsable ? { ...rest, iceServers: filled } : rest;
}

function isSameServer(a: IceServer, b: IceServer): boolean {
  return a.username === b.username && String(a.urls) === String(b.urls);
}

function withoutSecrets({ secret, token, iceServers, ...rest }: Remembered): Remembered {
  const isOpen = iceServers?.every(({ credential }) => credential === undefined) === true;
  return {
    ...rest,
    // That there is none is no secret.
    ...(secret === null && { secret }),
    ...(token === null && { token }),
    ...(isOpen && { iceServers }),
  };
}
