import { createHash, timingSafeEqual } from "node:crypto";
import type { AddressCounts } from "./address.js";
import type { ServerSettings } from "./options.js";
import type { Registry } from "./registry.js";
import { CLOSE, isPeerId, MAX_PEER_ID_LENGTH, MAX_TOKEN_LENGTH, type WireErrorCode } from "./wire.js";

/** Why a socket is turned away, in the words of PeerJS's protocol. */
export interface Refusal {
  readonly type: "ERROR" | "ID-TAKEN" | "INVALID-KEY";
  readonly code: WireErrorCode;
  readonly message: string;
  readonly closeCode: number;
}

/** Who asks to be let in: from the URL, not yet checked. */
export interface Applicant {
  readonly id: string;
  readonly token: string;
  readonly key: string;
  readonly address: string;
}

/** The id, token and key of a WebSocket URL; what is missing is empty. */
export function readApplicant(query: URLSearchParams, address: string): Applicant {
  const [id = "", token = "", key = ""] = ["id", "token", "key"].map((name) => query.get(name) ?? undefined);
  return { id, token, key, address };
}

/** What stands against letting this socket in, or `undefined`. */
export function refusalOf(
  applicant: Applicant,
  settings: ServerSettings,
  registry: Registry,
  socketsByAddress: AddressCounts,
): Refusal | undefined {
  const { id, token, key } = applicant;
  if (id === "" || token === "" || key === "") return invalid(MISSING);
  if (key !== settings.key) return INVALID_KEY;
  if (!isPeerId(id)) return invalid(BAD_ID);
  if (token.length > MAX_TOKEN_LENGTH) return invalid(LONG_TOKEN);
  const holder = registry.get(id);
  if (holder !== undefined) {
    // A takeover adds no connection, so the limits below do not concern it.
    return isSameSecret(holder.identity.token, token) ? undefined : idTaken(id);
  }
  return crowding(settings, registry.size, socketsByAddress.of(applicant.address));
}

const MISSING = "The id, token or key is missing in the WebSocket's URL. A PeerJS client sends all three.";
const BAD_ID =
  `The id is invalid. Use 1 to ${MAX_PEER_ID_LENGTH} letters and digits, with single dashes, underscores ` +
  "or spaces between them.";
const LONG_TOKEN = `The token is longer than ${MAX_TOKEN_LENGTH} characters.`;

const INVALID_KEY: Refusal = {
  type: "INVALID-KEY",
  code: "invalid-key",
  message: "The key is not this server's. Set the client's \"key\" to the one the server was started with.",
  closeCode: CLOSE.invalidKey,
};

function invalid(message: string): Refusal {
  return { type: "ERROR", code: "invalid-request", message, closeCode: CLOSE.invalidRequest };
}

function idTaken(id: string): Refusal {
  const message = `The id ${id} is taken. Choose another, or connect with the token that holds it.`;
  return { type: "ID-TAKEN", code: "id-taken", message, closeCode: CLOSE.idTaken };
}

function crowding(settings: ServerSettings, inAll: number, ofAddress: number): Refusal | undefined {
  const { maxConnections, maxConnectionsPerAddress } = settings.limits;
  if (inAll >= maxConnections) {
    const message = `The server has ${maxConnections} connections, which is its limit. Try again later.`;
    return { type: "ERROR", code: "server-full", message, closeCode: CLOSE.full };
  }
  if (ofAddress >= maxConnectionsPerAddress) {
    const message =
      `Your address has ${maxConnectionsPerAddress} connections, which is the limit. Close some, or ask the ` +
      "operator for more.";
    return { type: "ERROR", code: "too-many-connections", message, closeCode: CLOSE.full };
  }
  return undefined;
}

/** Takes the same time wherever two secrets differ. */
function isSameSecret(first: string, second: string): boolean {
  return timingSafeEqual(digest(first), digest(second));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
