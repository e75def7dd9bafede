import { type Clock, systemClock } from "../core/clock.js";
import { SignalingServerError } from "./errors.js";
import { resolveLimits, type SignalingLimits } from "./limits.js";
import type { ServerWitnessOptions } from "./witness.js";

/** What {@link SignalingServerOptions.authorize} is asked about. */
export interface AuthorizationRequest {
  /** The id under which the peer connected. Anyone may choose any free id: it proves nothing by itself. */
  readonly peerId: string;
  /** The room to be entered; `undefined` for a plain PeerJS client that relays without having a room. */
  readonly room: string | undefined;
  /** The token of the ROOM-ENTER message or, without a room, PeerJS's `token` option. */
  readonly token: string | undefined;
  /** The browser's Origin header; programs that are no browser have none, or invent one. */
  readonly origin: string | undefined;
  /** The client's network address. */
  readonly address: string;
}

/** The long form of an answer of {@link SignalingServerOptions.authorize}. */
export interface AuthorizationAnswer {
  readonly allow: boolean;
  /** Told to the client when it is refused. */
  readonly reason?: string;
}

/** Decides whether a peer may enter a room or relay messages. See {@link SignalingServerOptions.authorize}. */
export type Authorize = (
  request: AuthorizationRequest,
) => boolean | AuthorizationAnswer | Promise<boolean | AuthorizationAnswer>;

/** How much a log entry matters to an operator. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Takes structured log entries: `event` is a stable name such as `connection-opened`. */
export type Log = (level: LogLevel, event: string, fields: Readonly<Record<string, unknown>>) => void;

/** What a signalling server can be told. Every member is optional. */
export interface SignalingServerOptions {
  /** TCP port; 0 takes any free one. Default 8000. */
  readonly port?: number;
  /**
   * Address to listen on. Default `127.0.0.1`, which `localhost` means too: this machine alone. `0.0.0.0` or
   * `::` opens the server to the network.
   */
  readonly host?: string;
  /** Path under which everything is served; the same as the PeerJS client's `path`. Default `/`. */
  readonly path?: string;
  /** The PeerJS client's `key`. Separates deployments, protects nothing. Default `peerjs`. */
  readonly key?: string;
  /**
   * Origins whose pages may connect, such as `https://app.example.org`. Default: every origin. It keeps the
   * pages of others away, not programs, which can send any Origin or none: for those use `authorize`.
   */
  readonly allowedOrigins?: readonly string[];
  /** Whether `GET {path}{key}/peers` lists all peer ids. Default false. */
  readonly allowDiscovery?: boolean;
  /**
   * How many reverse proxies stand before the server, each of which appends to `X-Forwarded-For`. Default 0:
   * the header is ignored. Too high a number lets clients invent their address.
   */
  readonly trustedProxies?: number;
  /**
   * Asked at every ROOM-ENTER and, for a client that never entered a room, once at its first relayed
   * message. An exception, a time-out (`limits.authorizeTimeoutMs`) and any answer other than `true` or
   * `{ allow: true }` are refusals. Default: everyone is let in.
   */
  readonly authorize?: Authorize;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<SignalingLimits>;
  /** Takes log entries; tokens and message contents are never logged. Default: silence. */
  readonly log?: Log;
  /**
   * Keeps a witness log: who connected, who was refused and why, who entered and left which room; hash-chained and
   * signed, so that `verifyWitness` of `peerswarm` finds what was changed, removed or moved. Default: none.
   */
  readonly witness?: ServerWitnessOptions;
  /** Time, for tests. Default: the system's. */
  readonly clock?: Clock;
}

/** The options with every default filled in. */
export interface ServerSettings {
  readonly port: number;
  readonly host: string;
  /** Starts and ends with a slash. */
  readonly path: string;
  readonly key: string;
  readonly allowedOrigins: ReadonlySet<string> | undefined;
  readonly allowDiscovery: boolean;
  readonly trustedProxies: number;
  readonly authorize: Authorize | undefined;
  readonly limits: SignalingLimits;
  readonly log: Log;
  readonly witness: ServerWitnessOptions | undefined;
  readonly clock: Clock;
}

export const DEFAULT_PORT = 8000;
export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PATH = "/";
export const DEFAULT_KEY = "peerjs";

const MAX_PORT = 65_535;
const MAX_PROXIES = 16;

/**
 * Checks options and fills in the defaults.
 * @throws SignalingServerError `invalid-option`, with the option's name in the text.
 */
export function resolveOptions(options: SignalingServerOptions = {}): ServerSettings {
  return {
    port: wholeNumber("port", options.port ?? DEFAULT_PORT, MAX_PORT),
    host: options.host ?? DEFAULT_HOST,
    path: normalPath(options.path ?? DEFAULT_PATH),
    key: checkedKey(options.key ?? DEFAULT_KEY),
    allowedOrigins: originSet(options.allowedOrigins),
    allowDiscovery: options.allowDiscovery ?? false,
    trustedProxies: wholeNumber("trustedProxies", options.trustedProxies ?? 0, MAX_PROXIES),
    authorize: options.authorize,
    limits: resolveLimits(options.limits),
    log: safeLog(options.log),
    witness: options.witness,
    clock: options.clock ?? systemClock,
  };
}

function wholeNumber(name: string, value: number, largest: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= largest) return value;
  throw new SignalingServerError(
    "invalid-option",
    `The option ${name} is ${String(value)}. Give a whole number from 0 to ${largest}.`,
  );
}

function normalPath(path: string): string {
  if (!/^[A-Za-z0-9/._~-]*$/.test(path)) {
    throw new SignalingServerError(
      "invalid-option",
      `The path ${JSON.stringify(path)} has characters that do not belong in a URL path. ` +
        "Use letters, digits and / . _ ~ - only.",
    );
  }
  const inner = path.split("/").filter((part) => part !== "");
  return inner.length === 0 ? "/" : `/${inner.join("/")}/`;
}

function checkedKey(key: string): string {
  if (/^[A-Za-z0-9._~-]+$/.test(key)) return key;
  throw new SignalingServerError(
    "invalid-option",
    `The key ${JSON.stringify(key)} cannot be part of a URL. Use letters, digits and . _ ~ - only.`,
  );
}

function originSet(origins: readonly string[] | undefined): ReadonlySet<string> | undefined {
  if (origins === undefined) return undefined;
  return new Set(origins.map(checkedOrigin));
}

function checkedOrigin(origin: string): string {
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin;
  throw new SignalingServerError(
    "invalid-option",
    `The origin ${JSON.stringify(origin)} is none that a browser would send. Give scheme, host and, if it ` +
      "is not the default, port, without a path or a final slash: https://app.example.org.",
  );
}

/** A log that throws must not take a connection with it. */
function safeLog(log: Log | undefined): Log {
  if (log === undefined) return () => {};
  return (level, event, fields) => {
    try {
      log(level, event, fields);
    } catch {
      // There is nowhere left to report it.
    }
  };
}
