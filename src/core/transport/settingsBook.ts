import { SwarmError } from "../errors.js";
import { checkIceServers, checkKey, checkToken } from "./checkSettings.js";
import type { IceServerView, KeptIceServer, SignalingChange, TransportSettings } from "./transport.js";

interface NamedIceServer {
  readonly id: string;
  readonly server: RTCIceServer;
}

/** Settings of a transport, complete. They never leave it. */
export interface SettingsInForce {
  readonly url: string;
  readonly key: string;
  readonly token: NonNullable<SignalingChange["token"]> | undefined;
  readonly iceServers:
    | readonly NamedIceServer[]
    | Extract<SignalingChange["iceServers"], (...nothing: never) => unknown>;
  readonly icePolicy: RTCIceTransportPolicy;
}

/** What is in force in a transport, what would be after a change, and what of it everyone may see. */
export interface SettingsBook {
  readonly current: SettingsInForce;
  /** The same object until something else is in force. */
  readonly view: TransportSettings;
  /** What would hold: `current` itself where nothing is different. @throws SwarmError `invalid-option` */
  after(change: SignalingChange): SettingsInForce;
  put(settings: SettingsInForce): void;
}

/** @throws SwarmError `invalid-option` */
export function createSettingsBook(
  first: SignalingChange & { readonly url: string; readonly iceServers: SignalingChange["iceServers"] & {} },
): SettingsBook {
  let lastId = 0;

  const named = (
    servers: readonly (RTCIceServer | KeptIceServer)[],
    known: SettingsInForce["iceServers"],
  ): readonly NamedIceServer[] => {
    checkIceServers(servers);
    return servers.map((server) =>
      "keep" in server ? kept(server.keep, known) : { id: `ice-${++lastId}`, server },
    );
  };

  const changed = (settings: SettingsInForce, change: SignalingChange): SettingsInForce => {
    const { url = settings.url, key = settings.key, icePolicy = settings.icePolicy } = change;
    // What was given for one server is not another one's to see.
    const inherited = isSameServer(url, settings.url) ? settings.token : undefined;
    const token = change.token === undefined ? inherited : (change.token ?? undefined);
    const given = change.iceServers ?? settings.iceServers;
    if (change.key !== undefined) checkKey(key);
    if (typeof change.token === "string") checkToken(change.token);
    const iceServers =
      given === settings.iceServers || typeof given === "function"
        ? (given as SettingsInForce["iceServers"])
        : named(given as readonly (RTCIceServer | KeptIceServer)[], settings.iceServers);
    const next = { url, key, token, iceServers, icePolicy };
    return areSame(settings, next) ? settings : next;
  };

  const none: SettingsInForce = {
    url: first.url,
    key: "peerjs",
    token: undefined,
    iceServers: [],
    icePolicy: "all",
  };
  let current = changed(none, first);
  let view = viewOf(current);
  return {
    get current() {
      return current;
    },
    get view() {
      return view;
    },
    after: (change) => changed(current, change),
    put(settings) {
      if (settings === current) return;
      current = settings;
      view = viewOf(settings);
    },
  };
}

/** The ICE servers in force as a browser takes them, fetched where the app gave a function. */
export async function iceServersOf({ iceServers }: SettingsInForce): Promise<readonly RTCIceServer[]> {
  return typeof iceServers === "function" ? iceServers() : iceServers.map(({ server }) => server);
}

/** The token to show now, fetched where the app gave a function. */
export async function tokenOf({ token }: SettingsInForce): Promise<string | undefined> {
  return typeof token === "function" ? token() : token;
}

function isSameServer(url: string, other: string): boolean {
  return url === other || (URL.canParse(url) && URL.canParse(other) && originOf(url) === originOf(other));
}

function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function areSame(a: SettingsInForce, b: SettingsInForce): boolean {
  const { iceServers, ...rest } = a;
  const names = Object.keys(rest) as (keyof typeof rest)[];
  return names.every((name) => a[name] === b[name]) && areSameServers(iceServers, b.iceServers);
}

function areSameServers(a: SettingsInForce["iceServers"], b: SettingsInForce["iceServers"]): boolean {
  if (typeof a === "function" || typeof b === "function") return a === b;
  return a.length === b.length && a.every(({ id }, place) => id === b[place]?.id);
}

function kept(id: string, known: SettingsInForce["iceServers"]): NamedIceServer {
  const found = typeof known === "function" ? undefined : known.find((server) => server.id === id);
  if (found !== undefined) return found;
  throw new SwarmError("invalid-option", {
    what: `No ICE server in force is called "${id}".`,
    why: "The list has changed since it was read.",
    fix: "Read the settings again, and keep servers that are there.",
  });
}

function viewOf({ url, key, token, iceServers, icePolicy }: SettingsInForce): TransportSettings {
  return {
    url,
    key,
    hasToken: token !== undefined,
    iceServers: typeof iceServers === "function" ? undefined : iceServers.map(iceServerView),
    icePolicy,
  };
}

function iceServerView({ id, server }: NamedIceServer): IceServerView {
  const { urls, username, credential } = server;
  return { id, urls: [urls].flat(), username, hasCredential: Boolean(credential) };
}
