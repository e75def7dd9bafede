import * as v from "valibot";
import type { FindingCode } from "../../finding.js";
import type { Examination, ExaminationRequest } from "../transport.js";
import { askPage, type PageAnswer } from "./askPage.js";
import { askSocket, type SocketAnswer } from "./askSocket.js";
import type { ExaminedSettings } from "./examine.js";

interface Cause {
  readonly code: FindingCode;
  readonly what: string;
  readonly fix: string;
}

// What a stock PeerServer says instead of the word that PeerJS's protocol has for it.
const STOCK_INVALID_KEY = "Invalid key provided";
const FULL: ReadonlySet<string | undefined> = new Set(["server-full", "too-many-connections"]);

/** Asks the signalling server what it is, by HTTP and as a PeerJS client would. */
export async function examineServer(
  request: ExaminationRequest,
  settings: ExaminedSettings,
): Promise<Examination> {
  const limited = limit(request);
  try {
    const { address } = settings;
    const wanted = await wantedRoom(request, settings);
    const [page, socket] = await Promise.all([
      askPage(`${address.url}/`, limited),
      askSocket(settings, wanted, limited),
    ]);
    const evidence = [page.evidence, socket.evidence, ...(socket.entry === undefined ? [] : [socket.entry])];
    const cause =
      refusalOf(socket) ??
      entryRefusalOf(socket) ??
      (socket.type === "OPEN" ? undefined : await causeOf(page, socket, settings, limited));
    return { findings: cause === undefined ? [] : [{ ...cause, severity: "error", evidence }], evidence };
  } finally {
    limited.end();
  }
}

async function wantedRoom({ room }: ExaminationRequest, { token }: ExaminedSettings) {
  return room === undefined ? undefined : { room, token: await token() };
}

/** The request with a signal that its own time ends, too: a silent server is a finding like others. */
function limit({ runtime, signal, timeoutMs }: ExaminationRequest) {
  const own = new AbortController();
  const onAbort = (): void => own.abort(signal.reason);
  const cancel = runtime.clock.setTimer(timeoutMs, onAbort);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  const end = (): void => {
    cancel();
    signal.removeEventListener("abort", onAbort);
  };
  return { runtime, signal: own.signal, end };
}

function refusalOf({ type, code, evidence }: SocketAnswer): Cause | undefined {
  if (type === "INVALID-KEY" || (type === "ERROR" && evidence.said === STOCK_INVALID_KEY)) return WRONG_KEY;
  if (type === "ERROR" && FULL.has(code)) return SERVER_FULL;
  return type === "ERROR" || type === "ID-TAKEN" ? SERVER_REFUSED : undefined;
}

function entryRefusalOf({ entry, code }: SocketAnswer): Cause | undefined {
  if (entry?.answer !== "refused") return undefined;
  if (code === "unauthorized") return TOKEN_REFUSED;
  return code === "room-full" || FULL.has(code) ? ROOM_FULL : SERVER_REFUSED;
}

/** The WebSocket came to nothing: what answers there instead? */
async function causeOf(
  page: PageAnswer,
  { evidence }: SocketAnswer,
  { address }: ExaminedSettings,
  request: Pick<ExaminationRequest, "runtime" | "signal">,
): Promise<Cause> {
  if (!page.isAnswered && !evidence.isOpen) return UNREACHABLE;
  if (isSignalingServer(page)) return WEBSOCKET_BLOCKED;
  if (page.evidence.status === 403 && /\borigin\b/i.test(page.text)) return ORIGIN_REFUSED;
  if (page.text.includes("This server's path is ")) return WRONG_PATH;
  if (address.path === "/") return NOT_A_SERVER;
  const { origin } = new URL(address.url);
  return isSignalingServer(await askPage(`${origin}/`, request)) ? WRONG_PATH : NOT_A_SERVER;
}

const infoSchema = v.union([
  v.object({ server: v.literal("peerswarm") }),
  v.object({ name: v.literal("PeerJS Server") }),
]);

function isSignalingServer({ text }: PageAnswer): boolean {
  try {
    return v.is(infoSchema, JSON.parse(text));
  } catch {
    return false;
  }
}

export const UNREACHABLE: Cause = {
  code: "server-unreachable",
  what: "Nothing answers at the signalling server's address.",
  fix: "Start the server (npx peerswarm-server), and check address and port, firewall, and that the page may connect: https pages need an https server, and a Content-Security-Policy has to allow it.",
};
const NOT_A_SERVER: Cause = {
  code: "not-a-signaling-server",
  what: "Something answers at the signalling server's address, but it is no PeerJS signalling server.",
  fix: "Check host, port and path of peerTransport({ url }): it has to lead to a peerswarm-server or a PeerServer.",
};
const WRONG_PATH: Cause = {
  code: "wrong-path",
  what: "The signalling server answers, but not under this path.",
  fix: "Give peerTransport({ url }) the path that the server was started with.",
};
const WRONG_KEY: Cause = {
  code: "wrong-key",
  what: "The signalling server has another key.",
  fix: "Give peerTransport({ key }) the key that the server was started with.",
};
const ORIGIN_REFUSED: Cause = {
  code: "origin-refused",
  what: "The signalling server takes no connections from pages of this origin.",
  fix: "Add this page's origin to the server's allowedOrigins.",
};
const WEBSOCKET_BLOCKED: Cause = {
  code: "websocket-blocked",
  what: "The signalling server answers by HTTP, but no WebSocket to it opens.",
  fix: "Let proxies and firewalls on the way pass WebSockets (the Upgrade header).",
};
const SERVER_FULL: Cause = {
  code: "server-full",
  what: "The signalling server has all the connections that it takes, in all or from this address.",
  fix: "Close other tabs, try again later, or ask the operator to raise the limit.",
};
export const TOKEN_REFUSED: Cause = {
  code: "token-refused",
  what: "The signalling server answers, but would not let us into this room: it wants a valid token.",
  fix: "See what it said; ask its operator for a token, or fetch a fresh one.",
};
export const ROOM_FULL: Cause = {
  code: "room-full",
  what: "The signalling server answers, but this room has no place left.",
  fix: "Use another room, or ask the operator to raise the limit.",
};
const SERVER_REFUSED: Cause = {
  code: "server-refused",
  what: "The signalling server refuses connections like ours.",
  fix: "See what it said; check that it is a peerswarm-server or a PeerServer.",
};
