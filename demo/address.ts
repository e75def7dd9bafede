/**
 * What the page's address says: `?room=lobby`, `?identity=persistent` (default session), `?server=` with another
 * signalling server than that of `npm start`, and `?ice=none`, which keeps to this machine's network instead of asking
 * STUN servers for a public address.
 */
export interface Address {
  readonly room: string;
  readonly serverUrl: string;
  readonly identity: "session" | "persistent";
  readonly hasIceServers: boolean;
}

const DEFAULT_ROOM = "lobby";
const DEFAULT_SERVER_URL = import.meta.env.VITE_SIGNALING_URL ?? "http://localhost:8000";

export function readAddress(): Address {
  const query = new URLSearchParams(location.search);
  return {
    room: query.get("room") || DEFAULT_ROOM,
    serverUrl: query.get("server") || DEFAULT_SERVER_URL,
    identity: query.get("identity") === "persistent" ? "persistent" : "session",
    hasIceServers: query.get("ice") !== "none",
  };
}

/** This page's address with another value in its query. */
export function addressWith(name: "room" | "identity", value: string): string {
  const url = new URL(location.href);
  url.searchParams.set(name, value);
  return url.href;
}
