import type { Cancel } from "../core/clock.js";
import { abortedError, SwarmError } from "../core/errors.js";
import type { Finding } from "../core/finding.js";
import type { PeerId } from "../core/identity/ids.js";
import type {
  Examination,
  ExaminationRequest,
  Link,
  LinkCloseReason,
  Transport,
  TransportContext,
  TransportRoom,
} from "../core/transport/transport.js";
import { connectHosts } from "./memoryLink.js";
import type { MemoryHost, NetworkCore, Seat } from "./networkCore.js";

/** The simulated network as a transport: offer and answer take a latency each, then data flows. */
export function memoryTransport(core: NetworkCore, host: MemoryHost): Transport {
  return {
    name: "memory",
    enter: (context) => enterRoom(core, host, context),
    examine: async ({ part }) => examineNetwork(core, part),
  };
}

function examineNetwork({ server }: NetworkCore, part: ExaminationRequest["part"]): Examination {
  if (part !== "server" || server.isUp) return { findings: [], evidence: [] };
  const down: Finding = {
    code: "server-unreachable",
    severity: "error",
    what: "The simulated signalling server is stopped.",
    fix: "Start it: network.server.start().",
    evidence: [],
  };
  return { findings: [down], evidence: [] };
}

function enterRoom(core: NetworkCore, host: MemoryHost, context: TransportContext): TransportRoom {
  const { room, peerId, events } = context;
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
    server: "memory",
    connect({ signal }) {
      return new Promise((resolve, reject) => {
        const onAbort = (): void => {
          cancel();
          reject(abortedError("Connecting to the simulated server", signal));
        };
        const cancel = core.deliverIn(core.options.latencyMs * 2, () => {
          signal.removeEventListener("abort", onAbort);
          host.run(() => {
            if (!core.server.isUp) {
              return reject(
                new SwarmError("signaling-unreachable", {
                  what: "The simulated signalling server is stopped.",
                }),
              );
            }
            try {
              core.server.enter(seat);
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
    dial: (target, { signal }) => dial(core, seat, target, signal, dials),
    check() {
      if (core.server.isUp && core.server.isSeated(seat)) return;
      events.lost(
        new SwarmError("signaling-lost", { what: "The simulated server does not know this peer." }),
      );
    },
    close() {
      seat.isClosed = true;
      core.server.exit(seat);
      for (const cancel of [...dials]) cancel();
      for (const link of [...seat.links]) link.close("left");
    },
  };
}

function dial(
  core: NetworkCore,
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

    if (!core.server.isUp || !core.server.isSeated(from)) {
      return fail(new SwarmError("signaling-lost", { what: "There is no signalling to dial through." }));
    }
    const to = core.server.seats(from.room).get(target);
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
