import type { SignalingChange, Transport } from "../transport.js";

/** Options of {@link peerTransport}. */
export interface PeerTransportOptions extends SignalingChange {}

export function peerTransport(_options: PeerTransportOptions = {}): Transport {
  return {
    name: "peerjs",
    enter: () => {
      throw new Error("not there yet");
    },
  };
}
