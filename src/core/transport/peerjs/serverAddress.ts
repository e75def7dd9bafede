import { SwarmError } from "../../errors.js";
import { withoutLogin } from "../withoutLogin.js";

/** Name by which the public PeerJS cloud is asked for. */
export const PEERJS_CLOUD = "peerjs-cloud";
const PEERJS_CLOUD_URL = "https://0.peerjs.com";

/** A signalling server's address in the parts that PeerJS takes. */
export interface ServerAddress {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly secure: boolean;
}

/** @throws SwarmError `invalid-option` */
export function parseServerAddress(text: string): ServerAddress {
  const url = parseUrl(text === PEERJS_CLOUD ? PEERJS_CLOUD_URL : text);
  const isSecure = url?.protocol === "https:" || url?.protocol === "wss:";
  if (url === undefined || !(isSecure || url.protocol === "http:" || url.protocol === "ws:")) {
    throw new SwarmError("invalid-option", {
      what: `"${withoutLogin(text)}" is not the address of a signalling server.`,
      why: "It has to be an http or https URL.",
      fix: `Pass something like "http://localhost:8000", or "${PEERJS_CLOUD}" for the public PeerJS cloud.`,
    });
  }
  const path = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`;
  return {
    url: `${isSecure ? "https" : "http"}://${url.host}${url.pathname.replace(/\/$/, "")}`,
    host: url.hostname,
    port: url.port === "" ? (isSecure ? 443 : 80) : Number(url.port),
    path,
    secure: isSecure,
  };
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** WebSocket address of one id on a server, as PeerServer and ours read it. */
export function socketUrl(address: ServerAddress, key: string, id: string, token: string): string {
  const query = new URLSearchParams({ key, id, token, version: "peerswarm" });
  const scheme = address.secure ? "wss" : "ws";
  return `${scheme}://${address.host}:${address.port}${address.path}peerjs?${query}`;
}
