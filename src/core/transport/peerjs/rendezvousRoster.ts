import { toBase32, utf8 } from "../../bytes.js";
import type { Cancel } from "../../clock.js";
import { abortedError, SwarmError } from "../../errors.js";
import type { PeerId } from "../../identity/ids.js";
import type { Runtime } from "../../runtime.js";
import { sha256 } from "../../sha256.js";
import type { Broker } from "./broker.js";
import { claimRendezvous, type Holding, MEMBER_LIMIT_MS } from "./rendezvousHolding.js";
import type { Roster, RosterEvents } from "./roster.js";
import type { ServerAddress } from "./serverAddress.js";

/**
 * Well-known ids of a room, tried in this order. More than one, because a holder whose network vanished keeps
 * its id taken for up to 90 s.
 */
const SLOTS = [0, 1, 2] as const;
const REFRESH_MS = 4000;
const REPLY_LIMIT_MS = 3000;
// Members that lose their holder at once must not all claim its place at once.
const HANDOVER_JITTER_MS = 300;

export interface RendezvousRosterOptions {
  readonly broker: Broker;
  readonly address: ServerAddress;
  readonly key: string;
  readonly room: string;
  readonly peerId: PeerId;
  readonly runtime: Runtime;
  readonly events: RosterEvents;
}

/**
 * Rooms on a server that knows none, such as a stock PeerServer: one member holds a well-known id and keeps
 * the list of members; when it goes, another one takes the id over. Whoever holds it can only list peers:
 * each of them still has to prove itself.
 */
export function createRendezvousRoster(options: RendezvousRosterOptions): Roster {
  const { broker, events, peerId, runtime } = options;
  const { clock } = runtime;
  const slotIds = SLOTS.map((slot) => rendezvousId(options.room, slot));
  let holding: Holding | undefined;
  let followed: string | undefined;
  let missedReplies = 0;
  let cancelNext: Cancel | undefined;
  let asked: { readonly id: string; readonly heard: () => void } | undefined;
  let isActive = false;
  let generation = 0;

  const schedule = (delayMs: number, run: () => void): void => {
    cancelNext?.();
    cancelNext = isActive ? clock.setTimer(delayMs, run) : undefined;
  };

  /** Finds a holder or becomes one. */
  const settle = async (): Promise<void> => {
    const current = ++generation;
    for (const [slot, id] of slotIds.entries()) {
      const claimed = await claimRendezvous(options, id, () => holderLost(claimed));
      if (current !== generation || !isActive) return claimed?.close();
      if (claimed !== undefined) return hold(claimed, slot);
      if (await asksAndHears(id)) return current === generation ? follow(id) : undefined;
      if (current !== generation || !isActive) return;
    }
    throw new SwarmError("signaling-rejected", {
      what: `The room "${options.room}" cannot be found on ${options.address.url}.`,
      why: "Its well-known ids are taken and nobody answers there; members may have vanished a moment ago.",
      fix: "It is tried again by itself; a peerswarm server (npx peerswarm-server) does not have this problem.",
    });
  };

  const retry = (): void => {
    if (!isActive || !broker.isOpen) return;
    settle().catch(() => schedule(REFRESH_MS, retry));
  };

  // --- as the holder --------------------------------------------------------------------------

  const hold = (held: Holding, slot: number): void => {
    holding = held;
    followed = undefined;
    held.onMembers = (members) => events.members(members.filter((id) => id !== peerId));
    held.keep(peerId);
    events.members([]);
    // A lower slot wins in the end, so that two holders find each other.
    if (slot > 0) schedule(MEMBER_LIMIT_MS, () => void mergeDown());
  };

  const mergeDown = async (): Promise<void> => {
    const held = holding;
    const lowest = slotIds[0] as string;
    if (held === undefined) return;
    if (await asksAndHears(lowest)) {
      held.handOver();
      holding = undefined;
      return follow(lowest);
    }
    schedule(MEMBER_LIMIT_MS, () => void mergeDown());
  };

  const holderLost = (lost: Holding | undefined): void => {
    if (lost === undefined || holding !== lost) return;
    holding = undefined;
    schedule(runtime.random() * HANDOVER_JITTER_MS, retry);
  };

  // --- as a member ----------------------------------------------------------------------------

  const asksAndHears = (id: string): Promise<boolean> =>
    new Promise((resolve) => {
      const done = (isHeard: boolean): void => {
        cancel();
        asked = undefined;
        resolve(isHeard);
      };
      const cancel = clock.setTimer(REPLY_LIMIT_MS, () => done(false));
      asked = { id, heard: () => done(true) };
      broker.sendSide(id, { kind: "room-enter" });
    });

  const follow = (id: string): void => {
    followed = id;
    missedReplies = 0;
    schedule(REFRESH_MS, refresh);
  };

  const refresh = (): void => {
    if (followed === undefined) return;
    if (++missedReplies > 2) {
      followed = undefined;
      return retry();
    }
    broker.sendSide(followed, { kind: "room-enter" });
    schedule(REFRESH_MS, refresh);
  };

  return {
    enter(signal) {
      isActive = true;
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          generation++;
          reject(abortedError("Entering the room", signal));
        };
        signal.addEventListener("abort", onAbort, { once: true });
        settle()
          .then(resolve, reject)
          .finally(() => signal.removeEventListener("abort", onAbort));
      });
    },
    readServer: () => false,
    readSide(from, message) {
      // Anybody can hold one of the other well-known ids.
      if (from !== followed && from !== asked?.id) return false;
      if (message.kind === "room-members") {
        missedReplies = 0;
        if (from === asked?.id) asked.heard();
        if (holding === undefined) events.members(message.members.filter((id) => id !== peerId));
        return true;
      }
      if (message.kind === "room-handover" && followed === from) {
        followed = undefined;
        schedule(runtime.random() * HANDOVER_JITTER_MS, retry);
      }
      return true;
    },
    suspend() {
      isActive = false;
      generation++;
      cancelNext?.();
      // The well-known id has its own socket, which may live on: whoever asks us there is still answered.
      followed = undefined;
      holding?.close();
      holding = undefined;
    },
    leave() {
      isActive = false;
      generation++;
      cancelNext?.();
      if (followed !== undefined) broker.sendSide(followed, { kind: "room-leave" });
      holding?.handOver();
      holding = undefined;
      followed = undefined;
    },
  };
}

/** The well-known id of a room: its hash, so that any name fits and no name is told to the server. */
export function rendezvousId(room: string, slot: number): string {
  const hash = sha256(utf8(`peerswarm rendezvous\0${room}`));
  return `peerswarm-room-${toBase32(hash.slice(0, 15))}-${slot}`;
}
