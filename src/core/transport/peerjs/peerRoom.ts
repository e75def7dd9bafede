import { SwarmError, toSwarmError } from "../../errors.js";
import { isPeerId, type PeerId } from "../../identity/ids.js";
import {
  LINK_CLOSE_REASONS,
  type Link,
  type LinkCloseReason,
  type TransportContext,
  type TransportRoom,
} from "../transport.js";
import { type Broker, createBroker, type IncomingOffer } from "./broker.js";
import { createOfferGate } from "./offerGate.js";
import type { DataConnection } from "./peerjs.js";
import { createPeerLink, type PeerLink } from "./peerLink.js";
import { createRendezvousRoster } from "./rendezvousRoster.js";
import type { Roster, RosterEvents } from "./roster.js";
import type { ServerAddress } from "./serverAddress.js";
import { createServerRoster } from "./serverRoster.js";
import type { RestartMessage, SideMessage } from "./signalMessage.js";

export interface PeerRoomOptions {
  readonly context: TransportContext;
  readonly address: ServerAddress;
  readonly key: string;
  readonly token: () => Promise<string | undefined>;
  /** Fetches ICE servers anew where the app gave a function. */
  readonly refreshIce: () => Promise<void>;
  readonly rtcConfiguration: () => RTCConfiguration;
}

/** A room whose members signal through PeerJS and link through WebRTC. */
export interface PeerRoom extends TransportRoom {
  iceChanged(): void;
}

interface PendingDial {
  readonly peerId: PeerId;
  readonly fail: (error: SwarmError) => void;
}

export function createPeerRoom(options: PeerRoomOptions): PeerRoom {
  const { context, address } = options;
  const { events, peerId, room, runtime } = context;
  const members = new Set<PeerId>();
  const links = new Map<string, PeerLink>();
  const dials = new Map<string, PendingDial>();
  const gate = createOfferGate(runtime.clock);
  let roster: Roster | undefined;
  let isClosed = false;

  const broker: Broker = createBroker({
    peerId,
    address,
    key: options.key,
    rtcConfiguration: options.rtcConfiguration,
    runtime,
    events: {
      lost(error) {
        roster?.suspend();
        events.lost(error);
      },
      offer: (offer) => incoming(offer),
      side: (from, message) => readSide(from, message),
      server(message) {
        if (roster?.readServer(message) !== true) events.violation(undefined, "unknown-signal");
      },
      unreachable(absent) {
        for (const dial of [...dials.values()])
          if (dial.peerId === absent) dial.fail(unavailableError(dial.peerId));
      },
      violation: events.violation,
    },
  });

  // --- who is in the room ---------------------------------------------------------------------

  const came = (member: PeerId): void => {
    if (member === peerId || members.has(member) || isClosed) return;
    members.add(member);
    events.listed(member);
  };
  const left = (member: PeerId): void => {
    if (members.delete(member) && !isClosed) events.unlisted(member);
  };
  const rosterEvents: RosterEvents = {
    members(present) {
      const now = new Set(present);
      for (const member of [...members]) if (!now.has(member)) left(member);
      for (const member of now) came(member);
    },
    came,
    left,
    notice: events.notice,
  };

  const createRoster = (): Roster =>
    broker.keepsRooms
      ? createServerRoster({ broker, room, peerId, token: options.token, events: rosterEvents })
      : createRendezvousRoster({
          broker,
          address,
          key: options.key,
          room,
          peerId,
          runtime,
          events: rosterEvents,
        });

  const violate = (from: string, code: string): void =>
    events.violation(isPeerId(from) ? from : undefined, code);

  const readSide = (from: string, message: SideMessage): void => {
    if (roster?.readSide(from, message) === true) return;
    if (message.kind.startsWith("room-")) return violate(from, "foreign-room-word");
    if (message.kind === "dial-rejected") return rejected(from, message);
    if (!message.kind.startsWith("restart-")) return;
    const restart = message as RestartMessage;
    const link = links.get(restart.connectionId);
    if (link === undefined) return;
    if (link.peerId === from) link.handleRestart(restart);
    else violate(from, "foreign-link-word");
  };

  const rejected = (
    from: string,
    { connectionId, reason }: Extract<SideMessage, { kind: "dial-rejected" }>,
  ): void => {
    const dial = dials.get(connectionId);
    if (dial === undefined) return;
    if (dial.peerId !== from) return violate(from, "foreign-link-word");
    const known = LINK_CLOSE_REASONS.find((candidate) => candidate === reason) ?? "refused";
    if (known === "left") return dial.fail(unavailableError(from));
    dial.fail(
      new SwarmError("dial-rejected", { what: `${from} rejected the dial.`, why: `Reason: ${known}.` }),
    );
  };

  // --- links ----------------------------------------------------------------------------------

  const createLink = (connection: DataConnection, remote: PeerId, isInitiator: boolean): PeerLink => {
    const link = createPeerLink({
      connection,
      peerId: remote,
      isInitiator,
      clock: runtime.clock,
      async freshConfiguration() {
        await options.refreshIce();
        return options.rtcConfiguration();
      },
      sendRestart: (message) => void broker.sendSide(remote, message),
      onViolation: (code) => events.violation(remote, code),
      onStep: events.step,
      onClosed: (closed) => links.delete(closed.id),
    });
    links.set(link.id, link);
    return link;
  };

  const incoming = (offer: IncomingOffer): void => {
    const reject = (reason: LinkCloseReason): void => {
      broker.sendSide(offer.peerId, { kind: "dial-rejected", connectionId: offer.connectionId, reason });
    };
    // Our socket outlives our stay a little, and without a word the other side would wait for its time-out.
    if (isClosed) return reject("left");
    // PeerJS tells connections of different peers apart, our table and the other end do not.
    if (links.has(offer.connectionId)) return violate(offer.peerId, "repeated-offer");
    if (!gate.passes(offer.peerId)) return violate(offer.peerId, "offer-flood");
    events.incoming({
      peerId: offer.peerId,
      async accept({ signal }): Promise<Link> {
        const connection = offer.answer();
        if (connection === undefined) throw unavailableError(offer.peerId);
        return createLink(connection, offer.peerId, false).opened(signal);
      },
      reject,
    });
  };

  const dial = async (target: PeerId, signal: AbortSignal): Promise<Link> => {
    await options.refreshIce();
    // Only what was there when the room was left is closed with it.
    if (isClosed) throw new SwarmError("left", { what: "The room was left before the dial began." });
    const connection = broker.dial(target);
    if (connection === undefined) {
      throw new SwarmError("signaling-lost", {
        what: `${target} cannot be dialled.`,
        why: "There is no connection to the signalling server.",
      });
    }
    const link = createLink(connection, target, true);
    try {
      return await new Promise<Link>((resolve, reject) => {
        dials.set(link.id, { peerId: target, fail: reject });
        link.opened(signal).then(resolve, reject);
      });
    } catch (error) {
      link.closeNow("superseded");
      throw error;
    } finally {
      dials.delete(link.id);
    }
  };

  return {
    server: address.url,
    async connect({ signal }) {
      await options.refreshIce();
      await broker.connect(signal);
      roster?.suspend();
      // The server may have changed from one kind to the other behind the same address.
      roster = createRoster();
      await roster.enter(signal);
    },
    dial: (target, { signal }) =>
      dial(target, signal).catch((error: unknown) => {
        throw toSwarmError(error, "internal", `${target} could not be dialled.`);
      }),
    check: () => broker.check(),
    iceChanged() {
      for (const link of [...links.values()]) link.setConfiguration(options.rtcConfiguration());
    },
    close({ immediately = false } = {}) {
      isClosed = true;
      roster?.leave();
      const open = [...links.values()];
      for (const link of open) {
        if (immediately) link.closeNow("left");
        else link.close("left");
      }
      if (immediately) return broker.close();
      // PeerJS closes its connections with its socket: links that still tell their reason come first.
      runtime.clock.setTimer(CLOSE_LINGER_MS, () => broker.close());
    },
  };
}

const CLOSE_LINGER_MS = 400;

function unavailableError(peerId: PeerId): SwarmError {
  return new SwarmError("peer-unavailable", {
    what: `${peerId} is not connected to the signalling server.`,
    why: "It has just left, or is reconnecting.",
    fix: "It is tried again as long as the room lists it.",
  });
}
