import type { PeerId, Swarm, SwarmOptions } from "peerswarm";
import { expect, inject } from "vitest";
import { Hostile, identityRanked, openConnections } from "./hostile.js";
import { eventually, freshRoom, hasPeers, realSwarm, until } from "./support.js";

export interface Stage {
  readonly room: string;
  readonly ada: Swarm;
  readonly bob: Swarm;
  readonly adaId: PeerId;
  readonly bobId: PeerId;
  readonly hostile: Hostile;
  /** Everybody who was ever shown as a peer, on either side. */
  readonly visible: PeerId[];
  /** App messages that were handed over, as `sender: payload`. */
  readonly delivered: string[];
  /** Why ada saw peers go. */
  readonly gone: string[];
  /** What ada's and bob's link is called. */
  readonly honestLinkId: string;
}

export interface StageOptions {
  readonly rank?: "low" | "high";
  readonly server?: "signalingUrl" | "stockUrl";
  readonly swarm?: Omit<SwarmOptions, "transport">;
  /** Before the honest ones join. */
  readonly before?: (room: string) => Promise<void>;
}

/** Both honest swarms still hear each other over the link that they had. */
async function proveHonest({ ada, bob, adaId, bobId, delivered, honestLinkId }: Stage): Promise<void> {
  const nonce = `still here ${delivered.length}`;
  expect(ada.send(bobId, "chat", nonce)).toBe(true);
  expect(bob.send(adaId, "chat", nonce)).toBe(true);
  await eventually(() => delivered.filter((line) => line.endsWith(nonce)).length === 2);
  const linkIds = [ada, bob].map(
    (swarm) => swarm.store.getSnapshot().peers.find(({ peerId }) => isEither(peerId, adaId, bobId))?.linkId,
  );
  expect(linkIds).toEqual([honestLinkId, honestLinkId]);
}

const isEither = (id: PeerId, ...ids: readonly PeerId[]): boolean => ids.includes(id);

export async function withStage(
  { rank = "low", server = "signalingUrl", swarm: options = {}, before }: StageOptions,
  attack: (stage: Stage) => Promise<void>,
): Promise<void> {
  const url = inject(server);
  const room = freshRoom();
  await before?.(room);
  const [visible, delivered, gone]: [PeerId[], string[], string[]] = [[], [], []];
  const [ada, bob] = (await Promise.all(
    ["ada", "bob"].map(async (name) => {
      const identity = await identityRanked(rank === "low" ? "high" : "low");
      const swarm = realSwarm({ url }, { room, name, identity, ...options });
      swarm.on("chat", (text, { from }) => delivered.push(`${from.peerId}: ${text}`));
      swarm.events.on("peer-joined", ({ peerId }) => visible.push(peerId));
      swarm.events.on("error", (error) => {
        throw error;
      });
      return swarm;
    }),
  )) as [Swarm, Swarm];
  ada.events.on("peer-left", ({ reason }) => gone.push(reason));
  await Promise.all([ada.join(), bob.join()]);
  await Promise.all([until(ada, hasPeers(1)), until(bob, hasPeers(1))]);
  const hostile = await Hostile.enter({ url, room, rank });
  const idOf = (swarm: Swarm): PeerId => swarm.getSignalingStatus().peerId ?? "";
  const honestLinkId = ada.store.getSnapshot().peers[0]?.linkId ?? "";
  const [adaId, bobId] = [idOf(ada), idOf(bob)];
  const stage = { room, ada, bob, adaId, bobId, hostile, visible, delivered, gone, honestLinkId };
  try {
    await attack(stage);
    await proveHonest(stage);
  } finally {
    hostile.destroy();
    await Promise.all([ada.leave(), bob.leave()]);
  }
  await eventually(() => openConnections() === 0);
}

export const dropped = (swarm: Swarm): Readonly<Record<string, number>> => swarm.getStats().dropped;

export async function untilDropped(swarm: Swarm, code: string, count = 1): Promise<void> {
  await eventually(() => (dropped(swarm)[code] ?? 0) >= count).catch((cause: unknown) => {
    throw new Error(`"${code}" was not counted; ${JSON.stringify(dropped(swarm))}`, { cause });
  });
}

export function expectUnseen({ hostile, visible, delivered }: Stage): void {
  expect(visible).not.toContain(hostile.peerId);
  expect(delivered.filter((line) => line.startsWith(hostile.peerId))).toEqual([]);
}

/** A further dial is turned away with a word. */
export async function expectRefused({ hostile, ada, adaId }: Stage): Promise<void> {
  const before = dropped(ada)["dial-refused"] ?? 0;
  hostile.dial(adaId);
  await untilDropped(ada, "dial-refused", before + 1);
  await eventually(() =>
    hostile.heard.some(
      ({ payload }) => payload?.body?.kind === "dial-rejected" && payload.body.reason === "refused",
    ),
  );
}

export const lastErrorOf = ({ ada, hostile }: Stage): string | undefined =>
  ada.store.getSnapshot().connecting.find(({ peerId }) => peerId === hostile.peerId)?.lastError?.code;
