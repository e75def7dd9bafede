import type {
  IceServerView,
  KeptIceServer,
  SettingsChange,
  SettingsView,
  SwarmError,
} from "../../core/index.js";
import { settingsProblems } from "../../core/index.js";

/** An ICE server as it stands in the form. */
export interface IceRow {
  /** Tells rows apart as long as they are shown. */
  readonly rowKey: string;
  /** The server in force that it began as. */
  readonly origin: IceServerView | undefined;
  /** Addresses, with spaces or commas between them. */
  readonly urls: string;
  readonly username: string;
  /** Empty: the one of the origin, which nobody knows here. */
  readonly credential: string;
}

/** Everything that the form shows. */
export interface Draft {
  /** Empty: none. */
  readonly name: string;
  readonly room: string;
  readonly url: string;
  readonly key: string;
  /** Write-only: empty leaves what is there. */
  readonly secret: string;
  readonly token: string;
  readonly removesSecret: boolean;
  readonly removesToken: boolean;
  readonly iceRows: readonly IceRow[];
  readonly isRelayOnly: boolean;
}

/** What was typed and is not in force; what is absent follows what is in force. */
export type Edits = Partial<Draft>;

/** What is in force, as far as a form can know it. */
export interface InForce {
  readonly name: string | undefined;
  readonly room: string;
  readonly settings: SettingsView;
}

export function draftOf({ name, room, settings }: InForce, edits: Edits): Draft {
  const { transport } = settings;
  return {
    name: name ?? "",
    room,
    url: transport?.url ?? "",
    key: transport?.key ?? "",
    secret: "",
    token: "",
    removesSecret: false,
    removesToken: false,
    iceRows: (transport?.iceServers ?? []).map(rowOf),
    isRelayOnly: transport?.icePolicy === "relay",
    ...edits,
  };
}

export function rowOf(origin: IceServerView): IceRow {
  const { id, urls, username = "" } = origin;
  return { rowKey: id, origin, urls: urls.join(" "), username, credential: "" };
}

/** What has to change for the draft to be in force; empty where nothing has. */
export function changeOf(inForce: InForce, draft: Draft): SettingsChange {
  const { room, settings } = inForce;
  const { transport } = settings;
  const [newRoom, url, key] = [draft.room.trim(), draft.url.trim(), draft.key.trim()];
  return {
    ...nameChange(inForce, draft),
    ...(newRoom !== room && { room: newRoom }),
    ...secretChange(draft),
    ...(transport !== undefined && {
      ...(url !== transport.url && { url }),
      ...(key !== transport.key && { key }),
      ...tokenChange(draft),
      ...(isOtherList(transport.iceServers, draft.iceRows) && { iceServers: draft.iceRows.map(serverOf) }),
      ...(draft.isRelayOnly !== (transport.icePolicy === "relay") && {
        icePolicy: draft.isRelayOnly ? "relay" : "all",
      }),
    }),
  };
}

function nameChange(inForce: InForce, draft: Draft): Pick<SettingsChange, "name"> {
  const name = draft.name.trim();
  if (name === (inForce.name ?? "").trim()) return {};
  return { name: name === "" ? null : name };
}

function secretChange({ secret, removesSecret }: Draft): Pick<SettingsChange, "secret"> {
  if (secret !== "") return { secret };
  return removesSecret ? { secret: null } : {};
}

function tokenChange({ token, removesToken }: Draft): Pick<SettingsChange, "token"> {
  if (token !== "") return { token };
  return removesToken ? { token: null } : {};
}

/** An ICE server that was touched is another one: its credential has to be typed again. */
export function serverOf(row: IceRow): RTCIceServer | KeptIceServer {
  const { origin } = row;
  if (origin !== undefined && isUntouched(row, origin)) return { keep: origin.id };
  const [username, credential] = [row.username.trim(), row.credential];
  return {
    urls: urlsOf(row),
    ...(username !== "" && { username }),
    ...(credential !== "" && { credential }),
  };
}

function isUntouched({ urls, username, credential }: IceRow, origin: IceServerView): boolean {
  const before = rowOf(origin);
  return urls.trim() === before.urls && username.trim() === before.username && credential === "";
}

export function urlsOf({ urls }: Pick<IceRow, "urls">): string[] {
  return urls.split(/[\s,]+/).filter((url) => url !== "");
}

function isOtherList(servers: readonly IceServerView[] | undefined, rows: readonly IceRow[]): boolean {
  // Those that the app fetches hold until somebody names others.
  if (servers === undefined) return rows.length > 0;
  const keeps = (row: IceRow, place: number): boolean => {
    const server = serverOf(row);
    return "keep" in server && server.keep === servers[place]?.id;
  };
  return rows.length !== servers.length || !rows.every(keeps);
}

/** Kind of an ICE server, as its first address says. */
export function kindOf(row: Pick<IceRow, "urls">): "stun" | "turn" | "unknown" {
  const [first = ""] = urlsOf(row);
  if (/^turns?:/i.test(first)) return "turn";
  return /^stuns?:/i.test(first) ? "stun" : "unknown";
}

/** What stands against a change, by the field that it is shown at; rows of ICE servers go by their key. */
export type Problems = ReadonlyMap<string, SwarmError | "relay-without-turn">;

export function problemsOf(
  change: SettingsChange,
  { iceRows, isRelayOnly }: Draft,
  { settings }: InForce,
): Problems {
  const problems = new Map<string, SwarmError | "relay-without-turn">();
  for (const { field, place, error } of settingsProblems(change)) {
    const name = place === undefined ? field : (iceRows[place]?.rowKey ?? field);
    if (!problems.has(name)) problems.set(name, error);
  }
  const touchesIce = change.iceServers !== undefined || change.icePolicy !== undefined;
  const areFetched = settings.transport?.iceServers === undefined && iceRows.length === 0;
  const isHopeless = isRelayOnly && !areFetched && !iceRows.some((row) => kindOf(row) === "turn");
  if (touchesIce && isHopeless) problems.set("isRelayOnly", "relay-without-turn");
  return problems;
}

/** What becomes of us when a change is made. */
export type Effect = "nothing" | "later" | "rejoin" | "token" | "ice" | "name";

export function effectOf(change: SettingsChange, isOff: boolean): Effect {
  const { room, secret, url, key, token, iceServers, icePolicy } = change;
  if (Object.keys(change).length === 0) return "nothing";
  if (isOff) return "later";
  if ([room, secret, url, key].some((value) => value !== undefined)) return "rejoin";
  if (iceServers !== undefined || icePolicy !== undefined) return "ice";
  return token === undefined ? "name" : "token";
}

/** All that can be written down for the next visit, credentials that were typed included. */
export function rememberableOf(inForce: InForce, draft: Draft): SettingsChange {
  const { name, url, key, room, isRelayOnly, iceRows } = draft;
  const isFetched = inForce.settings.transport?.iceServers === undefined && iceRows.length === 0;
  const servers = iceRows.map(({ username, credential, ...row }) => ({
    urls: urlsOf(row),
    ...(username.trim() !== "" && { username: username.trim() }),
    ...(credential !== "" && { credential }),
  }));
  return {
    // That there is none is kept where somebody took it away: else the app gives one.
    ...(name.trim() === "" ? nameChange(inForce, draft) : { name: name.trim() }),
    room: room.trim(),
    ...secretChange(draft),
    ...(inForce.settings.transport !== undefined && {
      url: url.trim(),
      key: key.trim(),
      ...tokenChange(draft),
      ...(!isFetched && { iceServers: servers }),
      icePolicy: isRelayOnly ? "relay" : "all",
    }),
  };
}
