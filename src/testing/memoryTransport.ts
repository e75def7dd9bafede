import type { Cancel } from "../core/clock.js";
import { abortedError, SwarmError } from "../core/errors.js";
import type { PeerId } from "../core/identity/ids.js";
import { parseServerAddress } from "../core/transport/peerjs/serverAddress.js";
import { createSettingsBook, type SettingsBook, tokenOf } from "../core/transport/settingsBook.js";
import type {
  Link,
  LinkCloseReason,
  SignalingChange,
  Transport,
  TransportContext,
  TransportRoom,
} from "../core/transport/transport.js";
import { examineNetwork } from "./examineNetwork.js";
import { connectHosts } from "./memoryLink.js";
import type { MemoryHost, MemoryServer, NetworkCore, Seat } from "./networkCore.js";

/** Address of the simulated server that every tab begins with. */
export const MEMORY_URL = "memory";

/** The simulated network as a transport: offer and answer take a latency each, then data flows. */
export function memoryTransport(core: NetworkCore, host: MemoryHost): Transport {
  const book = createSettingsBook({ url: MEMORY_URL, iceServers: [] });
  return {
    name: "memory",
    settings: () => book.view,
    enter: (context) => enterRoom(core, host, context, book),
    configure(change) {
      const before = book.current;
      const next = book.after(withWholeUrl(change));
      book.put(next);
      return {
        needsRejoin: next.url !== before.url || next.key !== before.key,
        undo() {
          if (book.current === next) book.put(before);
        },
      };
    },
    // What cannot be made is refused by rejection.
    examine: async (request) => examineNetwork(core, request, book.after(withWholeUrl(request.change ?? {}))),
  };
}

function withWholeUrl(change: SignalingChange): SignalingChange {
  const { url } = change;
  return url === undefined || url === MEMORY_URL ? change : { ...change, url: parseServerAddress(url).url };
}

function enterRoom(
  core: NetworkCore,
  host: MemoryHost,
  context: TransportContext,
  book: SettingsBook,
): TransportRoom {
  const { room, peerId, events } = context;
  const { url } = book.current;
  const server = core.serverAt(url);
  const seat: Seat = {
    host,
    room,
    peerId,
    events,
    known: new Set(),
    links: new Set(),
    isClosed: false,
    arrivesMs: 0,
  };
  const dials = new Set<Cancel>();

  return {
    server: url,
    async connect({ signal }) {
      const token = await core.tracker.track(tokenOf(book.current));
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          cancel();
          reject(abortedError("Connecting to the simulated server", signal));
        };
        const cancel = core.deliverIn(core.options.latencyMs * 2, () => {
          signal.removeEventListener("abort", onAbort);
          host.run(() => {
            if (server?.isUp !== true) {
              return reject(
                new SwarmError("signaling-unreachable", {
                  what: "The simulated signalling server is stopped.",
                }),
              );
            }
            if (server.authorize?.({ room, token }) === false) return reject(unauthorized(room));
            try {
              server.enter(seat);
              resolve();
            } catch (error) {
              reject(error);
            }
          });
        });
        if (signal.aborted) onAbort();
        else signal.addEventListener("abort", onAbort, { once: true });
      });
    },
    dial: (target, { signal }) => dial(core, server, seat, target, signal, dials),
    check() {
      if (server?.isUp === true && server.isSeated(seat)) return;
      events.lost(
        new SwarmError("signaling-lost", { what: "The simulated server does not know this peer." }),
      );
    },
    close() {
      seat.isClosed = true;
      server?.exit(seat);
      for (const cancel of [...dials]) cancel();
      for (const link of [...seat.links]) link.close("left");
    },
  };
}

function unauthorized(room: string): SwarmError {
  return new SwarmError("unauthorized", {
    what: `The simulated signalling server does not let us into "${room}".`,
    why: "It wants another token.",
    fix: "Use a token that it takes.",
  });
}

function dial(
  core: NetworkCore,
  server: MemoryServer | undefined,
  from: Seat,
  target: PeerId,
  signal: AbortSignal,
  dials: Set<Cancel>,
): Promise<Link> {
  return new Promise((resolve, reject) => {
    let isOver = false;
    const finish = (settle: () => void): void => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener("abort", onAbort);
      dials.delete(onAbort);
      settle();
    };
    const onAbort = (): void => finish(() => reject(abortedError(`The dial to ${target}`, signal)));
    const fail = (error: SwarmError): void => tell(core, from, () => finish(() => reject(error)));
    signal.addEventListener("abort", onAbort);
    dials.add(onAbort);
    if (signal.aborted) return onAbort();

    if (server?.isUp !== true || !server.isSeated(from)) {
      return fail(new SwarmError("signaling-lost", { what: "There is no signalling to dial through." }));
    }
    const to = server.seats(from.room).get(target);
    if (to === undefined) {
      return fail(unavailableError(target));
    }
    tell(core, to, () => {
      // An offer that is on its way cannot be called back, not even by an abort.
      if (to.isClosed) return fail(unavailableError(target));
      to.events.incoming({
        peerId: from.peerId,
        accept: ({ signal: answerSignal }) =>
          answer(core, from, to, answerSignal, (link) => {
            if (isOver) return link.close("superseded");
            keep(from, link);
            finish(() => resolve(link));
          }),
        reject: (reason: LinkCloseReason) =>
          fail(
            new SwarmError("dial-rejected", {
              what: `${target} rejected the dial.`,
              why: `Reason: ${reason}.`,
            }),
          ),
      });
    });
  });
}

function answer(
  core: NetworkCore,
  from: Seat,
  to: Seat,
  signal: AbortSignal,
  onOpen: (initiatorEnd: Link) => void,
): Promise<Link> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortedError(`The answer to ${from.peerId}`, signal));
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    tell(core, from, () => {
      // Without a path the answer goes nowhere, and both sides wait until they give up.
      if (signal.aborted || to.isClosed || !core.hasPath(from.host, to.host)) return;
      const pair = connectHosts(core, [from.host, from.peerId], [to.host, to.peerId]);
      keep(to, pair.answerer);
      onOpen(pair.initiator);
      to.host.run(() => {
        signal.removeEventListener("abort", onAbort);
        resolve(pair.answerer);
      });
    });
  });
}

function keep(seat: Seat, link: Link): void {
  seat.links.add(link);
  link.onStateChange((state) => {
    if (state === "closed") seat.links.delete(link);
  });
}

function unavailableError(target: PeerId): SwarmError {
  return new SwarmError("peer-unavailable", { what: `${target} is not in the room any more.` });
}

/** Signalling to one seat: delayed, in order, and only while its tab runs. */
export function tell(core: NetworkCore, seat: Seat, message: () => void): void {
  const nowMs = core.clock.now();
  const arrivesMs = Math.max(
    seat.arrivesMs,
    nowMs + core.options.latencyMs + core.options.jitterMs * core.random.next(),
  );
  seat.arrivesMs = arrivesMs;
  core.deliverIn(arrivesMs - nowMs, () =>
    seat.host.run(() => {
      if (!seat.isClosed) message();
    }),
  );
}
