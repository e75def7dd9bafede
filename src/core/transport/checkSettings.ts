import { SwarmError } from "../errors.js";
import type { KeptIceServer } from "./transport.js";
import { withoutLogin } from "./withoutLogin.js";

const MAX_KEY_LENGTH = 128;
/** What a peerswarm server reads of a token. */
const MAX_TOKEN_LENGTH = 4096;
const MAX_ICE_SERVERS = 16;
const MAX_ICE_URLS = 8;

// RFC 7064 and RFC 7065; a host is a name, an IPv4 address, or an IPv6 address in brackets.
const HOST = String.raw`(\[[0-9a-f:.]+\]|[^\s:/?#@[\]]+)(:\d{1,5})?`;
const STUN_URL = new RegExp(`^stuns?:${HOST}$`, "i");
const TURN_URL = new RegExp(String.raw`^turns?:${HOST}(\?transport=(udp|tcp))?$`, "i");

/** @throws SwarmError `invalid-option` */
export function checkKey(key: string): void {
  if (/^[\w.~-]+$/.test(key) && key.length <= MAX_KEY_LENGTH) return;
  throw new SwarmError("invalid-option", {
    what: "This is not the key of a signalling server.",
    why: `It is a part of the server's path: 1 to ${MAX_KEY_LENGTH} letters, digits and the characters - . _ ~.`,
    fix: 'Use the key that the server was started with; "peerjs" where nobody chose one.',
  });
}

/** @throws SwarmError `invalid-option` */
export function checkToken(token: string): void {
  if (token.length > 0 && token.length <= MAX_TOKEN_LENGTH) return;
  throw new SwarmError("invalid-option", {
    what: `The token has ${token.length} characters.`,
    why: `Servers read 1 to ${MAX_TOKEN_LENGTH}.`,
    fix: "Use the token as the server's operator gave it, or null for none.",
  });
}

/** @throws SwarmError `invalid-option`; credentials are in no error */
export function checkIceServers(servers: readonly (RTCIceServer | KeptIceServer)[]): void {
  if (servers.length > MAX_ICE_SERVERS) {
    throw new SwarmError("invalid-option", {
      what: `There are ${servers.length} ICE servers.`,
      why: `Browsers ask every one of them for each link; at most ${MAX_ICE_SERVERS} are taken.`,
      fix: "One STUN server and one or two TURN servers are enough.",
    });
  }
  for (const server of servers) if (!("keep" in server)) checkIceServer(server);
}

/** @throws SwarmError `invalid-option`; credentials are in no error */
export function checkIceServer({ urls, username, credential }: RTCIceServer): void {
  const all = [urls].flat();
  if (all.length === 0 || all.length > MAX_ICE_URLS) {
    throw new SwarmError("invalid-option", {
      what: `An ICE server has ${all.length} addresses.`,
      why: `It has 1 to ${MAX_ICE_URLS}, all of the same server.`,
      fix: "Give its addresses, or leave the server out.",
    });
  }
  for (const url of all) if (!STUN_URL.test(url) && !TURN_URL.test(url)) throw invalidIceUrl(url);
  const turn = all.find((url) => TURN_URL.test(url));
  if (turn !== undefined && !(username && credential)) throw missingCredential(turn);
}

function invalidIceUrl(url: string): SwarmError {
  return new SwarmError("invalid-option", {
    what: `"${withoutLogin(url)}" is not the address of an ICE server.`,
    why: "It begins with stun:, turn: or turns:, then come host and port, without slashes.",
    fix: 'Write something like "stun:stun.example.org:3478" or "turns:turn.example.org:443?transport=tcp".',
  });
}

function missingCredential(url: string): SwarmError {
  return new SwarmError("invalid-option", {
    what: `${url} has no username or no credential.`,
    why: "Browsers refuse a TURN server without them.",
    fix: "Give both, as the TURN server's operator made them.",
  });
}
