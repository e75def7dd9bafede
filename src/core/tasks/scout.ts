import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { EMPTY_PROFILE, type PeerSnapshot } from "../store/snapshot.js";
import { allows } from "./breaker.js";
import type { BreakerBook } from "./breakerBook.js";
import type { TaskChannel } from "./channel.js";
import { type Candidate, choosePeer } from "./choice.js";
import type { TaskDefinition } from "./definition.js";
import type { Experience, Search } from "./delegation.js";
import type { LoadBook } from "./load.js";
import { shareOf } from "./share.js";
import type { TaskLack } from "./taskApi.js";
import type { TaskLoad } from "./taskState.js";
import { TASK_CAPABILITY } from "./wire.js";

export interface ScoutOptions {
  readonly port: ProtocolPort;
  readonly channel: TaskChannel;
  readonly load: LoadBook;
  readonly breakers: BreakerBook;
  /** Whether we do tasks of this type ourselves. */
  readonly handles: (type: string) => boolean;
  readonly givenTo: (peerId: PeerId) => number;
}

/** Who may be asked. */
export interface Scope {
  readonly among: ReadonlySet<PeerId> | undefined;
  readonly allowSelf: boolean;
}

/** Somebody that could be asked, whether or not it can do the task. */
interface Member {
  readonly peerId: PeerId;
  readonly capabilities: readonly string[];
}

/** Looks for a peer that can do a task now. */
export type Scout = (definition: TaskDefinition, experience: Experience, scope: Scope) => Search;

export function createScout({ port, channel, load, breakers, handles, givenTo }: ScoutOptions): Scout {
  const { clock } = port.runtime;

  /** Whether it has as much of ours as it takes of one agent; it would refuse more, and all that wait would ask at once. */
  const isFull = (peerId: PeerId, says: TaskLoad | undefined): boolean =>
    says !== undefined && givenTo(peerId) >= shareOf(says);

  const candidateOf = (peer: PeerSnapshot, { failedAt }: Experience): Candidate => {
    const { quality, self } = port.snapshot();
    const { peerId, agentId, profile } = peer;
    const [here, there] = [self.profile.region, profile.region];
    return {
      peerId,
      agentId,
      load: load.of(peerId),
      given: givenTo(peerId),
      roundTripMs: quality[peerId]?.roundTripP50Ms ?? peer.roundTripMs,
      isSameRegion: here === undefined || there === undefined ? undefined : here === there,
      failures: breakers.of(agentId).failures,
      failedHere: failedAt.get(peerId) ?? 0,
    };
  };

  const ourselves = (type: string, { refusedBy, restUntilMs, failedAt }: Experience): Candidate[] => {
    const { self } = channel;
    if (self === undefined || !handles(type) || refusedBy.has(self.peerId)) return [];
    if (isFull(self.peerId, load.own)) return [];
    if ((restUntilMs.get(self.peerId) ?? 0) > clock.now()) return [];
    const facts = { roundTripMs: 0, isSameRegion: undefined, failures: 0 };
    const given = givenTo(self.peerId);
    return [{ ...self, ...facts, given, load: load.own, failedHere: failedAt.get(self.peerId) ?? 0 }];
  };

  /** When this peer may be asked; now or earlier: at once. */
  const readyAtMs = ({ peerId, agentId, state }: PeerSnapshot, { restUntilMs }: Experience): number => {
    if (state !== "connected" || isFull(peerId, load.of(peerId))) return Number.POSITIVE_INFINITY;
    const breaker = breakers.of(agentId);
    const restMs = restUntilMs.get(peerId) ?? 0;
    if (allows(breaker, clock.now())) return restMs;
    // With a trial under way there is no telling.
    return breaker.isTrying ? Number.POSITIVE_INFINITY : Math.max(restMs, breaker.retryAtMs ?? 0);
  };

  return (definition, experience, { among, allowSelf }) => {
    const { type } = definition;
    const required = [TASK_CAPABILITY + type, ...definition.requires];
    const snapshot = port.snapshot();
    // Of a muted agent the app would not hear.
    const inScope = snapshot.peers.filter(({ peerId, isMuted }) => !isMuted && among?.has(peerId) !== false);
    const can = ({ capabilities }: Pick<Member, "capabilities">): boolean =>
      required.every((capability) => capabilities.includes(capability));
    const capable = inScope.filter(
      ({ peerId, profile }) => can(profile) && !experience.refusedBy.has(peerId),
    );
    const own =
      allowSelf &&
      definition.requires.every((capability) => snapshot.self.profile.capabilities.includes(capability));
    const nowMs = clock.now();
    const ready = capable.filter((peer) => readyAtMs(peer, experience) <= nowMs);
    const candidates = [
      ...ready.map((peer) => candidateOf(peer, experience)),
      ...(own ? ourselves(type, experience) : []),
    ];
    const laterMs = Math.min(
      ...capable.map((peer) => readyAtMs(peer, experience)).filter((atMs) => atMs > nowMs),
    );
    return {
      choice: choosePeer(candidates, () => port.runtime.random()),
      isHopeful:
        isJoining(port) ||
        capable.length > 0 ||
        (own && handles(type) && !experience.refusedBy.has(channel.self?.peerId ?? "")),
      isOpen:
        snapshot.connecting.some(({ peerId }) => among?.has(peerId) !== false) ||
        inScope.some(({ profile }) => profile === EMPTY_PROFILE),
      retryAtMs: Number.isFinite(laterMs) ? laterMs : undefined,
      lack: () =>
        lackOf(
          required,
          inScope.map(({ peerId, profile }) => ({ peerId, capabilities: profile.capabilities })),
        ),
    };
  };
}

/** Nobody knows yet who is there. */
const isJoining = (port: ProtocolPort): boolean => port.isArriving || port.snapshot().status === "joining";

function lackOf(required: readonly string[], members: readonly Member[]): TaskLack {
  const holders: Record<string, readonly PeerId[]> = Object.create(null);
  for (const capability of required)
    holders[capability] = members
      .filter(({ capabilities }) => capabilities.includes(capability))
      .map(({ peerId }) => peerId);
  return { required, missing: required.filter((capability) => holders[capability]?.length === 0), holders };
}
