import { SwarmError, textOf } from "../../errors.js";
import { createSettingsBook, iceServersOf, type SettingsInForce, tokenOf } from "../settingsBook.js";
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
export interface PeerTransportOptions extends SignalingChange {
  readonly iceServers?:
    | readonly RTCIceServer[]
    | (() => readonly RTCIceServer[] | Promise<readonly RTCIceServer[]>);
}

/**
 * Peers find each other through a PeerJS signalling server (ours, or any PeerServer) and link over WebRTC.
 * Making one has no side effect.
 * @throws SwarmError `invalid-option` where `url`, `key`, `token` or `iceServers` cannot be used
 * @example
 * const transport = peerTransport({
 *   url: "https://signal.example.org",
 *   iceServers: async () => (await fetch("/turn-credentials")).json(),
 * });
 */
export function peerTransport(options: PeerTransportOptions = {}): Transport {
  const book = createSettingsBook({
    ...withWholeUrl({ ...options, url: options.url ?? DEFAULT_SIGNALING_URL }),
    iceServers: options.iceServers ?? DEFAULT_ICE_SERVERS,
  });
  let iceServers: readonly RTCIceServer[] = [];
  let iceFetchedAtMs = -Infinity;
  const rooms = new Set<PeerRoom>();

  const refreshIce = async (): Promise<void> => {
    const { current } = book;
    const isFetched = typeof current.iceServers === "function";
    if (isFetched && performance.now() - iceFetchedAtMs < ICE_REFRESH_MS) return;
    const servers = await fetchIce(current);
    // Others may be in force by now.
    if (book.current !== current) return refreshIce();
    iceServers = servers;
    iceFetchedAtMs = performance.now();
  };

  const rtcConfiguration = (): RTCConfiguration => ({
    iceServers: [...iceServers],
    iceTransportPolicy: book.current.icePolicy,
  });

  const put = (next: SettingsInForce): void => {
    const { iceServers: before, icePolicy } = book.current;
    book.put(next);
    if (next.iceServers === before && next.icePolicy === icePolicy) return;
    iceFetchedAtMs = -Infinity;
    void refreshIce()
      .then(() => rooms.forEach((room) => void room.iceChanged()))
      .catch(() => undefined);
  };

  return {
    name: "peerjs",
    settings: () => book.view,
    enter(context) {
      const room = createDeferredRoom({
        context,
        address: parseServerAddress(book.current.url),
        key: book.current.key,
        token: () => fetchToken(book.current),
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
      const before = book.current;
      const next = book.after(withWholeUrl(change));
      put(next);
      return {
        needsRejoin: next.url !== before.url || next.key !== before.key,
        undo() {
          if (book.current === next) put(before);
        },
      };
    },
    async examine(request) {
      const settings = book.after(withWholeUrl(request.change ?? {}));
      const { examine } = await request.runtime.track(import("./examine.js"));
      return examine(request, {
        address: parseServerAddress(settings.url),
        key: settings.key,
        token: () => fetchToken(settings),
        rtcConfiguration: async () => ({
          iceServers: [...(await fetchIce(settings))],
          iceTransportPolicy: settings.icePolicy,
        }),
      });
    },
  };
}

function withWholeUrl<Change extends SignalingChange>(change: Change): Change {
  return change.url === undefined ? change : { ...change, url: parseServerAddress(change.url).url };
}

async function fetchToken(settings: SettingsInForce): Promise<string | undefined> {
  try {
    return await tokenOf(settings);
  } catch (cause) {
    throw new SwarmError("signaling-unreachable", {
      what: "The function that was given as token failed.",
      why: textOf(cause),
      fix: "It has to return the token; it is called again at the next try.",
      cause,
    });
  }
}

async function fetchIce(settings: SettingsInForce): Promise<readonly RTCIceServer[]> {
  try {
    return await iceServersOf(settings);
  } catch (cause) {
    throw new SwarmError("signaling-rejected", {
      what: "The function that was given as iceServers failed.",
      why: textOf(cause),
      fix: "It has to return an array of RTCIceServer; it is called again at the next try.",
      cause,
    });
  }
}
