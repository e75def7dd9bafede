import type {
  Link,
  LinkState,
  MessageInfo,
  PeerSnapshot,
  Swarm,
  SwarmEvents,
  SwarmOptions,
  Transport,
  TransportEvents,
} from "peerswarm";
import type { MemoryHost, MemoryNetwork } from "peerswarm/testing";
import { expect, vi } from "vitest";

// Simulated time costs little of the real one, but the machine may be busy with other suites.
vi.setConfig({ testTimeout: 60_000 });

export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** Starts to watch a promise, so that its rejection is nobody's surprise; call the result to look. */
export function watch<T>(promise: Promise<T>): () => Outcome<T> | undefined {
  let outcome: Outcome<T> | undefined;
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  return () => outcome;
}

/** The value of a promise that simulated time brings, in at most `limitMs` of it. */
export async function inTime<T>(
  network: MemoryNetwork,
  promise: Promise<T>,
  limitMs = 60_000,
  stepMs = 100,
): Promise<T> {
  const outcome = watch(promise);
  const endMs = network.clock.now() + limitMs;
  await network.settle();
  while (outcome() === undefined) {
    if (network.clock.now() >= endMs) throw new Error(`The promise is still pending after ${limitMs} ms.`);
    await network.advance(stepMs);
  }
  return promise;
}

/** Turns time in steps until `predicate` holds, and returns how long it took. */
export async function until(
  network: MemoryNetwork,
  predicate: () => boolean,
  limitMs = 60_000,
  stepMs = 100,
): Promise<number> {
  const startMs = network.clock.now();
  for (;;) {
    await network.advance(0);
    const tookMs = network.clock.now() - startMs;
    if (predicate()) return tookMs;
    if (tookMs >= limitMs) throw new Error(`Not so after ${limitMs} ms: ${predicate}`);
    await network.advance(stepMs);
  }
}

/** Lets swarms join and find each other. */
export async function gather(network: MemoryNetwork, swarms: readonly Swarm[]): Promise<void> {
  await inTime(network, Promise.all(swarms.map((swarm) => swarm.join())));
  await until(network, () => swarms.every((swarm) => connectedPeers(swarm).length === swarms.length - 1));
  await network.settle();
}

export async function leaveAll(network: MemoryNetwork, swarms: readonly Swarm[]): Promise<void> {
  await inTime(network, Promise.all(swarms.map((swarm) => swarm.leave())), 2000, 10);
  await network.settle();
}

/** Leaves with everyone and checks that nothing of them is left. */
export async function leaveNothing(network: MemoryNetwork, swarms: readonly Swarm[]): Promise<void> {
  await leaveAll(network, swarms);
  expectNothingLeft(network);
}

export function expectNothingLeft(network: MemoryNetwork): void {
  expect({
    links: network.linkCount,
    timers: network.pendingTimers,
    rooms: network.server.rooms(),
  }).toEqual({ links: 0, timers: 0, rooms: [] });
}

export function idOf(swarm: Swarm): string {
  const { peerId } = swarm.store.getSnapshot().self;
  if (peerId === undefined) throw new Error("The swarm has not joined.");
  return peerId;
}

export function agentOf(swarm: Swarm): string {
  const { agentId } = swarm.store.getSnapshot().self;
  if (agentId === undefined) throw new Error("The swarm has not joined.");
  return agentId;
}

export function peersOf(swarm: Swarm): readonly PeerSnapshot[] {
  return swarm.store.getSnapshot().peers;
}

export function connectedPeers(swarm: Swarm): readonly PeerSnapshot[] {
  return peersOf(swarm).filter((peer) => peer.state === "connected");
}

/** How `viewer` sees `other`. */
export function view(viewer: Swarm, other: Swarm | string): PeerSnapshot | undefined {
  const peerId = typeof other === "string" ? other : idOf(other);
  return peersOf(viewer).find((peer) => peer.peerId === peerId);
}

export function statusOf(swarm: Swarm): string {
  return swarm.store.getSnapshot().status;
}

export interface Heard {
  readonly payload: unknown;
  readonly info: MessageInfo;
}

/** Everything of one type that a swarm hears from now on. */
export function hear(swarm: Swarm, type = "chat"): Heard[] {
  const heard: Heard[] = [];
  swarm.on(type, (payload, info) => heard.push({ payload, info }));
  return heard;
}

export function payloads(heard: readonly Heard[]): unknown[] {
  return heard.map(({ payload }) => payload);
}

/** Everything of one kind that happens to a swarm from now on. */
export function record<Name extends keyof SwarmEvents>(swarm: Swarm, name: Name): SwarmEvents[Name][] {
  const events: SwarmEvents[Name][] = [];
  swarm.events.on(name, (event) => events.push(event));
  return events;
}

export function dropped(swarm: Swarm): Record<string, number> {
  return { ...swarm.getStats().dropped };
}

/** Swarms in tabs of their own, with the tabs. */
export function tabs(
  network: MemoryNetwork,
  count: number,
  options: Omit<SwarmOptions, "transport" | "runtime"> = {},
): { hosts: MemoryHost[]; swarms: Swarm[] } {
  const hosts = Array.from({ length: count }, (_, index) => network.host(`tab-${index}`));
  return { hosts, swarms: hosts.map((host) => host.swarm(options)) };
}

/**
 * A tab's transport whose open links can be made to seem failed for good, though all that was sent still
 * arrives: the mesh then replaces them beside the old ones, as it does where ICE never recovers.
 */
export function fragileTransport(host: MemoryHost): Transport & { failLinks(): void } {
  const failures = new Set<() => void>();
  const fragile = (link: Link): Link => {
    let isFailed = false;
    const listeners = new Set<(state: LinkState) => void>();
    link.onStateChange((state) => {
      for (const listener of [...listeners]) listener(state);
    });
    failures.add(() => {
      isFailed = true;
      for (const listener of [...listeners]) listener("failed");
    });
    const changed: Partial<Link> = {
      get state() {
        return isFailed && link.state !== "closed" ? "failed" : link.state;
      },
      onStateChange(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    };
    return new Proxy(link, {
      get(target, key) {
        if (key in changed) return Reflect.get(changed, key);
        const value: unknown = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  };
  return {
    name: host.transport.name,
    enter(context) {
      const incoming: TransportEvents["incoming"] = (dial) =>
        context.events.incoming({
          peerId: dial.peerId,
          accept: async (options) => fragile(await dial.accept(options)),
          reject: (reason) => dial.reject(reason),
        });
      const room = host.transport.enter({ ...context, events: { ...context.events, incoming } });
      return { ...room, dial: async (peerId, options) => fragile(await room.dial(peerId, options)) };
    },
    failLinks() {
      for (const fail of failures) fail();
      failures.clear();
    },
  };
}
