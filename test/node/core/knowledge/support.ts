import type { KnowledgeHit, Swarm } from "peerswarm";
import { type MemoryNetwork, type MemoryNetworkOptions, memoryNetwork } from "peerswarm/testing";
import { createDevice, type Device } from "../mailbox/support.js";
import { connectedPeers, dropped, inTime, leaveNothing, until } from "../support.js";

export type DeviceOptions = NonNullable<Parameters<typeof createDevice>[2]>;

export interface Gathering {
  readonly network: MemoryNetwork;
  readonly devices: Device[];
  /** The value of a promise that simulated time brings. */
  done<T>(promise: Promise<T>): Promise<T>;
  /** Everyone leaves, and nothing is left. */
  leave(): Promise<void>;
}

/** Agents in one room, all linked. */
export async function gathering(
  count: number,
  options: readonly DeviceOptions[] = [],
  networkOptions: MemoryNetworkOptions = {},
): Promise<Gathering> {
  const network = memoryNetwork(networkOptions);
  const devices: Device[] = [];
  for (let index = 0; index < count; index++)
    devices.push(await createDevice(network, `agent-${index}`, options[index] ?? {}));
  for (const device of devices) await device.open();
  await linked(network, devices);
  return {
    network,
    devices,
    done: (promise) => inTime(network, promise, 120_000),
    leave: () =>
      leaveNothing(
        network,
        devices.filter(({ host }) => !host.isCrashed).map(({ swarm }) => swarm),
      ),
  };
}

export async function linked(network: MemoryNetwork, devices: readonly Device[]): Promise<void> {
  const isComplete = ({ swarm }: Device): boolean => connectedPeers(swarm).length === devices.length - 1;
  await until(network, () => devices.every(isComplete), 180_000, 500);
  await network.settle();
}

export function namesOf(hits: readonly KnowledgeHit[]): (string | undefined)[] {
  return hits.map((hit) => (hit.kind === "artifact" ? hit.artifact.title : hit.reflection.task));
}

/** Content that repeats nowhere, the same for the same seed. */
export function bytesOf(length: number, seed = 1): Uint8Array {
  const content = new Uint8Array(length);
  for (let index = 0, state = seed; index < length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    content[index] = state >>> 16;
  }
  return content;
}

export function viewOf({ swarm }: { readonly swarm: Swarm }) {
  return swarm.store.getSnapshot().knowledge;
}

/** What a device dropped, apart from what partitions do to dials and to answers. */
export function droppedBy({ swarm }: { readonly swarm: Swarm }): Record<string, number> {
  const isOfKnowledge = (code: string): boolean => !/^(connect:|gap:|knowledge-stray)/.test(code);
  return Object.fromEntries(Object.entries(dropped(swarm)).filter(([code]) => isOfKnowledge(code)));
}
