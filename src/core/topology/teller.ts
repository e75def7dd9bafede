import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { type EndOfLink, measured } from "./measured.js";
import { MAX_TOLD_LINKS } from "./view.js";
import { type LinksMessage, TELL_EVERY_MS, tellable, topologyLinks } from "./wire.js";

// How often it is looked whether something has changed; a change waits this much longer at most.
const LOOK_EVERY_MS = 1000;
/** A round trip that has changed by less than both of these is not told anew. */
const ROUND_TRIP_SHARE = 0.25;
const ROUND_TRIP_CHANGE_MS = 10;

type Links = ReadonlyMap<PeerId, EndOfLink>;

interface Listener {
  isWatching: boolean;
  /** What it has heard; `undefined` before the first message. */
  told: Links | undefined;
  toldCount: number;
  sentAtMs: number;
}

/** Tells those who watch which links we have, and what has changed since. Costs nothing while nobody does. */
export interface Teller {
  /** A peer begins to watch, begins anew because it may have missed something, or ends it. */
  watched(peerId: PeerId, isWatching: boolean): void;
  forget(peerId: PeerId): void;
  rest(): void;
}

export function createTeller(port: ProtocolPort): Teller {
  const { clock } = port.runtime;
  // Also those that watch no more: beginning again and again is no way around the interval.
  const listeners = new Map<PeerId, Listener>();
  let links: Links = new Map();
  let stop: Cancel | undefined;

  const tell = (peerId: PeerId, listener: Listener): void => {
    const nowMs = clock.now();
    if (!listener.isWatching || nowMs - listener.sentAtMs < TELL_EVERY_MS) return;
    const count = port.peers().length;
    if (listener.told === links && listener.toldCount === count) return;
    if (!port.send(peerId, topologyLinks, newsFor(listener.told, links, count))) return;
    Object.assign(listener, { told: links, toldCount: count, sentAtMs: nowMs });
  };

  const look = (): void => {
    stop = undefined;
    links = ownLinks(port, links);
    for (const [peerId, listener] of listeners) tell(peerId, listener);
    lookAgain();
  };

  const lookAgain = (): void => {
    const isWatched = [...listeners.values()].some(({ isWatching }) => isWatching);
    if (isWatched) stop ??= clock.setTimer(LOOK_EVERY_MS, look);
  };

  return {
    watched(peerId, isWatching) {
      const listener = listeners.get(peerId) ?? { sentAtMs: -Infinity, toldCount: 0 };
      const asked: Listener = Object.assign(listener, { isWatching, told: undefined });
      listeners.set(peerId, asked);
      if (!isWatching) return;
      links = ownLinks(port, links);
      tell(peerId, asked);
      lookAgain();
    },
    forget: (peerId) => void listeners.delete(peerId),
    rest() {
      stop?.();
      stop = undefined;
      listeners.clear();
    },
  };
}

/** Those links of ours that we tell; the same objects where nothing has changed that would be told. */
function ownLinks(port: ProtocolPort, before: Links): Links {
  const { peers, quality } = port.snapshot();
  const links = new Map(
    peers.slice(0, MAX_TOLD_LINKS).map((peer) => {
      const end = measured(peer, quality[peer.peerId]);
      const known = before.get(peer.peerId);
      return [peer.peerId, known !== undefined && isAboutSame(known, end) ? known : end];
    }),
  );
  const isSame = links.size === before.size && [...links].every(([to, end]) => before.get(to) === end);
  return isSame ? before : links;
}

function isAboutSame(told: EndOfLink, now: EndOfLink): boolean {
  if (told.isUp !== now.isUp || told.route !== now.route) return false;
  if (told.roundTripMs === undefined || now.roundTripMs === undefined)
    return told.roundTripMs === now.roundTripMs;
  const change = Math.abs(told.roundTripMs - now.roundTripMs);
  return change < Math.max(ROUND_TRIP_CHANGE_MS, told.roundTripMs * ROUND_TRIP_SHARE);
}

function newsFor(told: Links | undefined, links: Links, count: number): LinksMessage {
  const changed = [...links].filter(([to, end]) => told?.get(to) !== end);
  const gone = [...(told?.keys() ?? [])].filter((to) => !links.has(to));
  return {
    isWhole: told === undefined,
    gone,
    count,
    links: changed.map(([to, { isUp, roundTripMs, route }]) => ({
      to,
      isUp,
      roundTripMs: roundTripMs === undefined ? null : tellable(roundTripMs),
      route: route ?? null,
    })),
  };
}
