import type * as PeerJs from "peerjs";
import { SwarmError } from "../../errors.js";

/** The part of PeerJS's socket that we stand in front of. It is public in the code and hidden in the types. */
export interface PeerSocket {
  send(message: unknown): void;
  on(event: "message", listener: (message: unknown) => void): void;
  listeners(event: "message"): ((message: unknown) => void)[];
  removeAllListeners(event: "message"): void;
}

export type Peer = Omit<PeerJs.Peer, "socket" | "getConnection"> & {
  readonly socket: PeerSocket;
  getConnection(peerId: string, connectionId: string): DataConnection | null;
};
export type DataConnection = PeerJs.DataConnection;
export type PeerOptions = PeerJs.PeerOptions;
export type PeerError = PeerJs.PeerError<string>;

/** Loads PeerJS on first use: importing it probes an RTCPeerConnection, which nothing may do before `join()`. */
export async function loadPeer(): Promise<new (id: string, options: PeerOptions) => Peer> {
  if (typeof RTCPeerConnection === "undefined" || typeof WebSocket === "undefined") {
    throw new SwarmError("unsupported-platform", {
      what: "This platform has no WebRTC.",
      why: "RTCPeerConnection or WebSocket is missing.",
      fix: "Run it in a browser, or give Node a WebRTC implementation before join().",
    });
  }
  const { Peer } = await import("peerjs");
  return Peer as unknown as new (
    id: string,
    options: PeerOptions,
  ) => Peer;
}
