import { SwarmError, textOf } from "../../errors.js";
import type { SignalingChange, Transport } from "../transport.js";
import { createDeferredRoom } from "./deferredRoom.js";
import type { PeerRoom } from "./peerRoom.js";
import { parseServerAddress } from "./serverAddress.js";

/** Signalling server of a swarm that names none: the one that `npx peerswarm-server` starts. */
export const DEFAULT_SIGNALING_URL = "http://localhost:8000";

/** STUN servers that tell a peer its public address; they see that address and nothing else. */
export const DEFAULT_ICE_SERVERS: readonly RTCIceServer[] = [
  { urls: "stun:stun.l.google.com:19302" },
  { urls: "stun:stun.cloudflare.com:3478" },
];

// TURN credentials live for minutes to hours; fetching them for each dial would flood their server.
const ICE_REFRESH_MS = 5 * 60_000;

/**
 * Options of {@link peerTransport}: signalling server and ICE. Defaults: `http://localhost:8000`, key
 * `peerjs`, no token, public STUN servers (pass `iceServers: []` for none), ICE policy `all`. The public PeerJS
 * cloud is used only when asked for with `url: "peerjs-cloud"`.
 */
export interface PeerTransportOptions extends SignalingChange {}

/**
 * Peers find each other through a PeerJS signalling server (ours, or any PeerServer) and link over WebRTC.
 * Making one has no side effect.
 * @throws SwarmError `invalid-option` where `url` is not an address
 * @example
 * const transport = peerTransport({
 *   url: "https://signal.example.org",
 *   iceServers: async () => (await fetch("/turn-credentials")).json(),
 * });
 */
export function peerTransport(options: PeerTransportOptions = {}): Transport {
  let settings = options;
  let address = parseServerAddress(options.url ?? DEFAULT_SIGNALING_URL);
  let iceServers: readonly RTCIceServer[] = DEFAULT_ICE_SERVERS;
  let iceFetchedAtMs = -Infinity;
  const rooms = new Set<PeerRoom>();

  const refreshIce = async (): Promise<void> => {
    const given = settings.iceServers ?? DEFAULT_ICE_SERVERS;
    if (typeof given !== "function") {
      iceServers = given;
      return;
    }
    if (performance.now() - iceFetchedAtMs < ICE_REFRESH_MS) return;
    try {
      iceServers = await given();
      iceFetchedAtMs = performance.now();
    } catch (cause) {
      throw new SwarmError("signaling-rejected", {
        what: "The function that was given as iceServers failed.",
        why: textOf(cause),
        fix: "It has to return an array of RTCIceServer; it is called again at the next try.",
        cause,
      });
    }
  };

  const rtcConfiguration = (): RTCConfiguration => ({
    iceServers: [...iceServers],
    iceTransportPolicy: settings.icePolicy ?? "all",
  });

  const token = async (): Promise<string | undefined> => {
    const { token: given } = settings;
    return (typeof given === "function" ? await given() : given) ?? undefined;
  };

  return {
    name: "peerjs",
    enter(context) {
      const room = createDeferredRoom({
        context,
        address,
        key: settings.key ?? "peerjs",
        token,
        refreshIce,
        rtcConfiguration,
      });
      rooms.add(room);
      return {
        ...room,
        close(closeOptions) {
          rooms.delete(room);
          room.close(closeOptions);
        },
      };
    },
    configure(change) {
      const next = parseServerAddress(change.url ?? settings.url ?? DEFAULT_SIGNALING_URL);
      const needsRejoin =
        next.url !== address.url || (change.key !== undefined && change.key !== settings.key);
      settings = { ...settings, ...change };
      address = next;
      if (change.iceServers !== undefined || change.icePolicy !== undefined) {
        iceFetchedAtMs = -Infinity;
        void refreshIce()
          .then(() => rooms.forEach((room) => void room.iceChanged()))
          .catch(() => undefined);
      }
      return needsRejoin ? "rejoin" : "live";
    },
    async examine(request) {
      const { examine } = await request.runtime.track(import("./examine.js"));
      return examine(request, {
        address,
        key: settings.key ?? "peerjs",
        async rtcConfiguration() {
          await refreshIce();
          return rtcConfiguration();
        },
      });
    },
  };
}
