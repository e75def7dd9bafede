import {
  createSwarm,
  type FileOffer,
  type Link,
  type ReceivedFile,
  type Swarm,
  type SwarmError,
  type TransferSnapshot,
  type TransferTarget,
  type Transport,
} from "peerswarm";
import {
  type MemoryHost,
  type MemoryNetwork,
  type MemoryNetworkOptions,
  memoryNetwork,
} from "peerswarm/testing";
import { trackedIdentity } from "../../../../src/testing/memoryHost.js";
import { gather } from "../support.js";

/** A swarm in a tab whose links can be cut from below. */
export interface Member {
  readonly host: MemoryHost;
  readonly swarm: Swarm;
  /** Links that are open, as the transport made them. */
  links(): readonly Link[];
}

/** `host.transport`, with its links in sight. */
export function watched(transport: Transport, links: Set<Link>): Transport {
  const keep = (link: Link): Link => {
    links.add(link);
    return link;
  };
  return {
    ...transport,
    enter(context) {
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

export function member(
  host: MemoryHost,
  { identity = "session", ...options }: Parameters<MemoryHost["swarm"]>[0] = {},
): Member {
  const links = new Set<Link>();
  const swarm = createSwarm({
    name: host.name,
    ...options,
    // Simulated time waits for what it signs.
    identity: typeof identity === "object" ? trackedIdentity(identity, host.runtime) : identity,
    transport: watched(host.transport, links),
    runtime: host.runtime,
  });
  return { host, swarm, links: () => [...links].filter((link) => link.state !== "closed") };
}

/** Two connected swarms. */
export async function pair(options: MemoryNetworkOptions = {}) {
  const network = memoryNetwork({ latencyMs: 10, bytesPerSecond: 4_000_000, ...options });
  const [ada, bob] = [member(network.host("ada")), member(network.host("bob"))];
  await gather(network, [ada.swarm, bob.swarm]);
  return { network, ada, bob };
}

/** Bytes that differ everywhere, the same for the same seed. */
export function content(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = seed * 2654435761;
  for (let index = 0; index < size; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** What a member has received, in order, and what went wrong. */
export interface Reception {
  readonly offers: FileOffer[];
  readonly files: ReceivedFile[];
  readonly errors: SwarmError[];
}

/** Accepts everything into one kind of target. */
export function receiveAll(swarm: Swarm, into: () => TransferTarget = () => "memory"): Reception {
  const reception: Reception = { offers: [], files: [], errors: [] };
  swarm.onFile(async (offer) => {
    reception.offers.push(offer);
    await offer.accept({ into: into() }).then(
      (file) => reception.files.push(file),
      (error: SwarmError) => reception.errors.push(error),
    );
  });
  return reception;
}

export function transfers(swarm: Swarm): readonly TransferSnapshot[] {
  return swarm.store.getSnapshot().transfers;
}

export function transferOf(swarm: Swarm, id = transfers(swarm).at(-1)?.id): TransferSnapshot {
  const transfer = transfers(swarm).find((candidate) => candidate.id === id);
  if (transfer === undefined) throw new Error(`There is no transfer ${id}.`);
  return transfer;
}

export async function bytesOf({ content }: ReceivedFile): Promise<Uint8Array> {
  return content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : (content as Uint8Array);
}

/** Counts the bytes of chunk frames that a host sends. */
export function countChunkBytes(host: MemoryHost): () => number {
  let bytes = 0;
  const before = host.tamper;
  host.tamper = (message, lane) => {
    if (lane === "bulk" && message[0] === 4) bytes += message.length;
    return before === undefined ? message : before(message, lane);
  };
  return () => bytes;
}

export type { MemoryNetwork };
