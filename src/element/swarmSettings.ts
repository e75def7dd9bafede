import {
  createSwarm,
  DEFAULT_ROOM,
  type PeerTransportOptions,
  peerTransport,
  type Swarm,
} from "../core/index.js";
import { assertProfile, checkRoom } from "../core/options.js";
import { EMPTY_PROFILE } from "../core/store/snapshot.js";
import { checkIceServers, checkToken } from "../core/transport/checkSettings.js";
import { DEFAULT_ICE_SERVERS, DEFAULT_SIGNALING_URL } from "../core/transport/peerjs/peerTransport.js";
import { parseServerAddress } from "../core/transport/peerjs/serverAddress.js";
import type { Problems } from "./problems.js";

/** What a widget makes its own swarm of, defaults filled in. */
export interface SwarmSettings {
  readonly room: string;
  readonly url: string;
  readonly name: string | undefined;
  readonly identity: "persistent" | "session";
  readonly iceServers: NonNullable<PeerTransportOptions["iceServers"]>;
  /** `null`: none. */
  readonly token: NonNullable<PeerTransportOptions["token"]> | null;
}

/** What no attribute can say, or should. */
export interface GivenSettings {
  readonly iceServers: PeerTransportOptions["iceServers"];
  readonly token: PeerTransportOptions["token"];
}

const IDENTITIES = ["persistent", "session"] as const;
const STUN = /^stuns?:[^\s,]+$/;

/** Reads a widget's attributes. Where one cannot be used, `problems` say so and its default stands here. */
export function readSwarmSettings(
  read: (attribute: string) => string | null,
  given: GivenSettings,
  problems: Problems,
): SwarmSettings {
  const url = read("signaling-url") ?? DEFAULT_SIGNALING_URL;
  const name = read("name") ?? undefined;
  problems.attempt(() => parseServerAddress(url));
  problems.attempt(() => assertProfile({ ...EMPTY_PROFILE, name }));
  const iceServers = given.iceServers ?? readIce(read("ice"), problems) ?? DEFAULT_ICE_SERVERS;
  const token = given.token ?? read("token");
  if (typeof iceServers !== "function") problems.attempt(() => checkIceServers(iceServers));
  if (typeof token === "string") problems.attempt(() => checkToken(token));
  return {
    room: problems.attempt(() => checkRoom(read("room") ?? DEFAULT_ROOM)) ?? DEFAULT_ROOM,
    url,
    name,
    identity: problems.oneOf("identity", read("identity"), IDENTITIES) ?? "persistent",
    iceServers,
    token,
  };
}

function readIce(text: string | null, problems: Problems): readonly RTCIceServer[] | undefined {
  if (text === null) return undefined;
  if (text === "none") return [];
  const urls = text.split(/[\s,]+/).filter((url) => url !== "");
  if (urls.length > 0 && urls.every((url) => STUN.test(url))) return [{ urls }];
  problems.add(
    `ice="${text}" is not known.`,
    'Use "none", or addresses such as "stun:stun.example.org:3478"; TURN, which needs a password, is for the property iceServers.',
  );
  return undefined;
}

/** A widget's own swarm, and what it was made of. */
export interface OwnSwarm {
  readonly swarm: Swarm;
  readonly settings: SwarmSettings;
}

/** The widget's own swarm with these settings: the one it has, where that can be brought to them, or another. */
export function fitSwarm(own: OwnSwarm | undefined, settings: SwarmSettings): OwnSwarm {
  if (own?.settings.identity === settings.identity) {
    adjustSwarm(own.swarm, own.settings, settings);
    return { swarm: own.swarm, settings };
  }
  void own?.swarm.leave();
  const { room, name, identity, url, iceServers, token } = settings;
  // Inert: nothing is opened before it joins.
  return {
    swarm: createSwarm({ room, name, identity, transport: peerTransport({ url, iceServers, token }) }),
    settings,
  };
}

// What fails is the swarm's `reason`, which its panels show.
function adjustSwarm(swarm: Swarm, before: SwarmSettings, now: SwarmSettings): void {
  if (before.name !== now.name) swarm.announce({ name: now.name });
  const change = {
    ...(before.room !== now.room && { room: now.room }),
    ...(before.url !== now.url && { url: now.url }),
    // Another address would drop the token, which the page has given to this widget and not to that server.
    ...((before.token !== now.token || before.url !== now.url) && { token: now.token }),
    ...(!isSameIce(before.iceServers, now.iceServers) && { iceServers: now.iceServers }),
  };
  if (Object.keys(change).length > 0) swarm.configureSignaling(change).catch(() => undefined);
}

const isSameIce = (one: SwarmSettings["iceServers"], other: SwarmSettings["iceServers"]): boolean =>
  one === other || (isList(one) && isList(other) && JSON.stringify(one) === JSON.stringify(other));

const isList = (servers: SwarmSettings["iceServers"]): boolean => typeof servers !== "function";
