import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { SignalingServerError } from "./errors.js";
import { DEFAULT_LIMITS, LIMIT_NAMES, type SignalingLimits } from "./limits.js";
import {
  DEFAULT_HOST,
  DEFAULT_KEY,
  DEFAULT_PATH,
  DEFAULT_PORT,
  type LogLevel,
  resolveOptions,
  type SignalingServerOptions,
} from "./options.js";

/** What a command line asks for. */
export type Command =
  | { readonly kind: "help" | "version" }
  | { readonly kind: "mistake"; readonly message: string }
  | {
      readonly kind: "serve";
      readonly options: SignalingServerOptions;
      /** The least level that is logged; `undefined` logs nothing. */
      readonly logLevel: LogLevel | undefined;
      /** Folder for the witness log of this run; `undefined` keeps none. */
      readonly witnessFolder: string | undefined;
    };

const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

const FLAGS: ParseArgsOptionsConfig = {
  port: { type: "string" },
  host: { type: "string" },
  path: { type: "string" },
  key: { type: "string" },
  "allow-origin": { type: "string", multiple: true },
  "allow-discovery": { type: "boolean" },
  "trusted-proxies": { type: "string" },
  log: { type: "string" },
  witness: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
  ...Object.fromEntries(LIMIT_NAMES.map((name) => [flagOf(name), { type: "string" as const }])),
};

/** The text of `--help`. */
export const USAGE: string = `peerswarm-server [options]

Introduces WebRTC peers to each other: PeerJS's protocol, and rooms.

  --port <n>                  port, 0 for any free one (default ${DEFAULT_PORT})
  --host <address>            where to listen (default ${DEFAULT_HOST}; 0.0.0.0 for the whole network)
  --path <path>               path under which everything is served (default ${DEFAULT_PATH})
  --key <key>                 the clients' PeerJS key (default ${DEFAULT_KEY})
  --allow-origin <origin>     let only pages of this origin connect; may be repeated (default: all)
  --allow-discovery           answer PeerJS's request for the list of all peers
  --trusted-proxies <n>       reverse proxies in front that set X-Forwarded-For (default 0)
  --log <level>               JSON lines on standard error: ${LOG_LEVELS.join(", ")} (default: none)
  --witness <folder>          keep a signed, hash-chained record of each run there (default: none)
  -h, --help                  this text
  -v, --version               the version

Limits, each a whole number:
${LIMIT_NAMES.map((name) => `  ${`--${flagOf(name)} <n>`.padEnd(36)} (default ${DEFAULT_LIMITS[name]})`).join("\n")}
`;

/** Reads a command line, without the program's own name. Never throws. */
export function parseCommand(argv: readonly string[]): Command {
  try {
    const { values } = parseArgs({ args: [...argv], options: FLAGS, strict: true, allowPositionals: false });
    if (values.help === true) return { kind: "help" };
    if (values.version === true) return { kind: "version" };
    return toServe(values as Values);
  } catch (error) {
    return { kind: "mistake", message: error instanceof Error ? error.message : String(error) };
  }
}

type Values = Readonly<Record<string, string | boolean | string[] | undefined>>;

function toServe(values: Values): Command {
  const limits: Partial<Record<keyof SignalingLimits, number>> = {};
  for (const name of LIMIT_NAMES) {
    const limit = numberOf(values, flagOf(name));
    if (limit !== undefined) limits[name] = limit;
  }
  const options: SignalingServerOptions = {
    ...given("port", numberOf(values, "port")),
    ...given("host", textOf(values, "host")),
    ...given("path", textOf(values, "path")),
    ...given("key", textOf(values, "key")),
    ...given("allowedOrigins", values["allow-origin"] as string[] | undefined),
    ...given("trustedProxies", numberOf(values, "trusted-proxies")),
    allowDiscovery: values["allow-discovery"] === true,
    limits,
  };
  resolveOptions(options);
  return {
    kind: "serve",
    options,
    logLevel: logLevelOf(textOf(values, "log")),
    witnessFolder: textOf(values, "witness"),
  };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [Key in Name]?: Value });
}

function textOf(values: Values, flag: string): string | undefined {
  const value = values[flag];
  if (value === "") throw mistake(`--${flag} has an empty value. Give one or leave the flag away.`);
  return value as string | undefined;
}

function numberOf(values: Values, flag: string): number | undefined {
  const text = textOf(values, flag);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw mistake(`--${flag} is "${text}". Give a whole number.`);
  return Number(text);
}

function logLevelOf(text: string | undefined): LogLevel | undefined {
  if (text === undefined) return undefined;
  const level = LOG_LEVELS.find((known) => known === text);
  if (level === undefined) throw mistake(`--log is "${text}". Give one of ${LOG_LEVELS.join(", ")}.`);
  return level;
}

function mistake(message: string): SignalingServerError {
  return new SignalingServerError("invalid-option", message);
}

function flagOf(limit: string): string {
  return limit.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A log function that writes entries of at least this level as JSON lines. */
export function jsonLog(
  least: LogLevel | undefined,
  write: (line: string) => void,
): NonNullable<SignalingServerOptions["log"]> {
  if (least === undefined) return () => {};
  return (level, event, fields) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
    write(`${JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }, errorText)}\n`);
  };
}

function errorText(_key: string, value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}
