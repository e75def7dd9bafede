import {
  createSwarm,
  importIdentity,
  type Lane,
  type LaneName,
  type Link,
  type Swarm,
  type SwarmOptions,
  type Transport,
} from "peerswarm";
import type { MemoryHost } from "peerswarm/testing";
import { trackedIdentity } from "../../../src/testing/memoryHost.js";

/** A link as a wire-tapper knows it who also knows its channel binding. */
export interface RecordedLink {
  readonly id: string;
  readonly dialler: string;
  readonly answerer: string;
  readonly binding: Uint8Array;
}

export interface RecordedFrame {
  readonly link: string;
  readonly from: string;
  readonly to: string;
  readonly lane: LaneName;
  readonly bytes: Uint8Array;
}

/** Everything that was sent on the links of the recorded tabs, in the order of sending. */
export interface Tape {
  readonly links: Map<string, RecordedLink>;
  readonly frames: RecordedFrame[];
}

function tapped(link: Link, self: string, tape: Tape): Link {
  const [dialler, answerer] = link.isInitiator ? [self, link.peerId] : [link.peerId, self];
  tape.links.set(link.id, { id: link.id, dialler, answerer, binding: link.channelBinding.slice() });
  const tap = (lane: Lane): Lane => ({
    name: lane.name,
    get queuedBytes() {
      return lane.queuedBytes;
    },
    send(message) {
      lane.send(message);
      const { id, peerId } = link;
      tape.frames.push({ link: id, from: self, to: peerId, lane: lane.name, bytes: message.slice() });
    },
    drained: (options) => lane.drained(options),
    receive: (listener) => lane.receive(listener),
  });
  const { control, bulk, datagram } = link.lanes;
  const lanes = { control: tap(control), bulk: tap(bulk), datagram: tap(datagram) };
  return new Proxy(link, {
    get(target, key) {
      if (key === "lanes") return lanes;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function recordingTransport(transport: Transport, tape: Tape): Transport {
  return {
    name: transport.name,
    enter(context) {
      const keep = (link: Link): Link => tapped(link, context.peerId, tape);
      const room = transport.enter({
        ...context,
        events: {
          ...context.events,
          incoming: (dial) =>
            context.events.incoming({
              peerId: dial.peerId,
              accept: async (options) => keep(await dial.accept(options)),
              reject: (reason) => dial.reject(reason),
            }),
        },
      });
      return { ...room, dial: async (peerId, options) => keep(await room.dial(peerId, options)) };
    },
  };
}

/** A swarm in a tab whose frames are recorded; its key is that of `seed`. */
export async function recordedSwarm(
  host: MemoryHost,
  seed: Uint8Array<ArrayBuffer>,
  tape: Tape,
  options: SwarmOptions = {},
): Promise<Swarm> {
  return createSwarm({
    identity: trackedIdentity(await importIdentity(seed), host.runtime),
    name: host.name,
    ...options,
    transport: recordingTransport(host.transport, tape),
    runtime: host.runtime,
  });
}
