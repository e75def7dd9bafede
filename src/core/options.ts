import type { Bytes } from "./bytes.js";
import { SwarmError } from "./errors.js";
import type { IdentityChoice } from "./identity/identity.js";
import type { AgentId, PeerId } from "./identity/ids.js";
import type { KnowledgeOptions } from "./knowledge/api.js";
import { checkKnowledgeOptions } from "./knowledge/knowledge.js";
import type { Backoff } from "./mesh/backoff.js";
import type { LivenessLimits } from "./mesh/liveness.js";
import { isAnnounceable, MAX_NAME_LENGTH } from "./protocols/profile.js";
import { platformRuntime, type Runtime } from "./runtime.js";
import { secretBytes } from "./secret/roomSecret.js";
import type { Profile } from "./store/snapshot.js";
import type { Transport } from "./transport/transport.js";
import { DEFAULT_PEER_LIMITS, type PeerLimits } from "./wire/intake.js";
import type { WitnessOptions } from "./witness/witness.js";

/** Room of a swarm that names none. */
export const DEFAULT_ROOM = "peerswarm-default";
const MAX_ROOM_LENGTH = 128;

/** Options of `createSwarm`. Nothing opens a connection before `join()`. */
export interface SwarmOptions {
  /** Name under which peers find each other, 1 to 128 characters. Default `peerswarm-default`. */
  readonly room?: string;
  /**
   * What a peer has to know to get in: text, or 1 to 1024 bytes. It is never sent; a stranger can only guess,
   * once for each try to connect. Default: none, the room is open.
   */
  readonly secret?: string | Uint8Array;
  /** How peers are found and reached. Default `peerTransport()` on `http://localhost:8000`. */
  readonly transport?: Transport;
  /** Default `persistent`: one key per origin, so that all tabs of a profile are one agent. */
  readonly identity?: IdentityChoice;
  /** Name shown to other members, at most 64 characters. */
  readonly name?: string;
  /** What this member can do, for example `js-sandbox`; at most 64 of 128 characters. */
  readonly capabilities?: readonly string[];
  /** What this member is after. */
  readonly goals?: readonly string[];
  /** Where this member is, for example `eu-west`. */
  readonly region?: string;
  /**
   * Asked about every peer that has proved its key, before it becomes visible and before it has proved that it
   * knows the room's secret. `false`, or a text that is told to the peer, refuses it. Default: everyone is admitted.
   */
  readonly admit?: (peer: {
    peerId: PeerId;
    agentId: AgentId;
  }) => boolean | string | Promise<boolean | string>;
  /** Time between heartbeats. Default 30,000. */
  readonly heartbeatMs?: number;
  /** Silence after which a peer is gone. Default 60,000. */
  readonly livenessLimitMs?: number;
  /** First wait before signalling is tried again, doubled from try to try up to 30 s. Default 5000. */
  readonly signalingRetryMs?: number;
  /** What one peer may send before it is slowed, then muted, then dropped. */
  readonly limits?: Partial<PeerLimits>;
  /** How the witness log is kept; it always is. */
  readonly witness?: WitnessOptions;
  /** How artifacts and reflections are kept and found. */
  readonly knowledge?: KnowledgeOptions;
  /** Time, chance, signatures and storage; for tests. */
  readonly runtime?: Runtime;
}

/** Options with every default filled in. */
export interface SwarmSettings {
  readonly room: string;
  readonly secret: Bytes | undefined;
  readonly identity: IdentityChoice;
  readonly profile: Profile;
  readonly admit: NonNullable<SwarmOptions["admit"]>;
  readonly liveness: LivenessLimits;
  readonly retry: Backoff;
  readonly limits: PeerLimits;
  readonly witness: WitnessOptions;
  readonly knowledge: KnowledgeOptions;
  readonly runtime: Runtime;
}

const SIGNALING_RETRY_CAP_MS = 30_000;

/** @throws SwarmError `invalid-option` */
export function resolveSettings(options: SwarmOptions): SwarmSettings {
  const profile: Profile = {
    name: options.name,
    capabilities: options.capabilities ?? [],
    goals: options.goals ?? [],
    region: options.region,
    knowledgeHeads: [],
  };
  assertProfile(profile);
  return {
    room: checkRoom(options.room ?? DEFAULT_ROOM),
    secret: options.secret === undefined ? undefined : secretBytes(options.secret),
    identity: options.identity ?? "persistent",
    profile,
    admit: options.admit ?? (() => true),
    liveness: {
      heartbeatMs: checkDuration("heartbeatMs", options.heartbeatMs ?? 30_000),
      livenessLimitMs: checkDuration("livenessLimitMs", options.livenessLimitMs ?? 60_000),
    },
    retry: {
      baseMs: checkDuration("signalingRetryMs", options.signalingRetryMs ?? 5000),
      capMs: SIGNALING_RETRY_CAP_MS,
    },
    limits: checkLimits({ ...DEFAULT_PEER_LIMITS, ...options.limits }),
    witness: options.witness ?? {},
    knowledge: checkKnowledgeOptions(options.knowledge ?? {}),
    runtime: options.runtime ?? platformRuntime,
  };
}

/** @throws SwarmError `invalid-option` */
export function checkRoom(room: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (room.length > 0 && room.length <= MAX_ROOM_LENGTH && !/[\u0000-\u001f\u007f]/.test(room)) return room;
  throw new SwarmError("invalid-option", {
    what: "This is not the name of a room.",
    why: `A room has 1 to ${MAX_ROOM_LENGTH} characters, none of them a control character.`,
    fix: 'Use a short name such as "lobby".',
  });
}

/** @throws SwarmError `invalid-option` */
export function checkName(name: string): string {
  if (name.length <= MAX_NAME_LENGTH) return name;
  throw new SwarmError("invalid-option", {
    what: "This name is too long.",
    why: `Other members accept names of ${MAX_NAME_LENGTH} characters.`,
    fix: "Shorten it.",
  });
}

/** @throws SwarmError `invalid-option` */
export function assertProfile(profile: Profile): void {
  if (isAnnounceable(profile)) return;
  throw new SwarmError("invalid-option", {
    what: "Name, capabilities, goals or region cannot be announced.",
    why: "Other members accept names of 64 characters and lists of 64 entries with 128 characters each.",
    fix: "Shorten them.",
  });
}

function checkLimits(limits: PeerLimits): PeerLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (value > 0) continue;
    throw new SwarmError("invalid-option", {
      what: `limits.${name} is ${value}.`,
      why: "A peer that may send nothing cannot even say who it is.",
      fix: "Use a number greater than 0, or leave it out for the default.",
    });
  }
  return limits;
}

function checkDuration(name: string, valueMs: number): number {
  if (Number.isFinite(valueMs) && valueMs > 0) return valueMs;
  throw new SwarmError("invalid-option", {
    what: `${name} is ${valueMs}.`,
    why: "It is a duration in milliseconds, greater than 0.",
    fix: "Leave it out for the default.",
  });
}
