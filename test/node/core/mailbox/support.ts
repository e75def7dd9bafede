import { createIdentity, type Identity, type Swarm, type SwarmOptions } from "peerswarm";
import type { MemoryHost, MemoryNetwork } from "peerswarm/testing";
import { inTime } from "../support.js";

/** One agent on one device: its tab can crash or reload; key and storage stay. */
export interface Device {
  readonly identity: Identity;
  readonly agentId: string;
  host: MemoryHost;
  swarm: Swarm;
  /** Payloads that its handlers got, in order, over all reloads. */
  readonly heard: unknown[];
  /** Ids of its letters that were reported as expired. */
  readonly expired: string[];
  /** Opens a new tab with the storage of the last one, and joins. */
  open(): Promise<void>;
  crash(): void;
}

export async function createDevice(
  network: MemoryNetwork,
  name: string,
  options: SwarmOptions & { readonly onNote?: (payload: unknown) => void | Promise<void> } = {},
): Promise<Device> {
  const { runtime } = network.host(name);
  // The network's own crypto, so that simulated time waits for it.
  const identity = await createIdentity({ ed25519: await runtime.ed25519(), track: runtime.track });
  const { onNote, ...swarmOptions } = options;
  const heard: unknown[] = [];
  const expired: string[] = [];
  const inNewTab = (storage?: MemoryHost["storage"]): { host: MemoryHost; swarm: Swarm } => {
    const host = network.host(name, storage === undefined ? {} : { storage });
    const swarm = host.swarm({ ...swarmOptions, identity });
    swarm.on("note", (payload) => {
      heard.push(payload);
      return onNote?.(payload);
    });
    swarm.events.on("message-expired", ({ id }) => expired.push(id));
    return { host, swarm };
  };
  const device: Device = {
    identity,
    agentId: identity.agentId,
    ...inNewTab(),
    heard,
    expired,
    async open() {
      if (device.host.isCrashed) Object.assign(device, inNewTab(device.host.storage));
      await inTime(network, device.swarm.join());
    },
    crash: () => device.host.crash(),
  };
  return device;
}
