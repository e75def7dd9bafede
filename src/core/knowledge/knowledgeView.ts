import type { PeerId } from "../identity/ids.js";
import type { Artifact, FetchProgress } from "./artifact.js";
import type { Reflection } from "./reflection.js";

/** Artifacts and reflections in the snapshot, of each. */
export const VIEW_LENGTH = 200;

/** Content that is being fetched, and from whom. */
export interface KnowledgeFetch extends FetchProgress {
  readonly title: string | undefined;
  readonly peerIds: readonly PeerId[];
}

/** What is known here at one moment. */
export interface KnowledgeView {
  /** Whether what was kept on this device is there: after the first use of knowledge in a stay. */
  readonly isLoaded: boolean;
  /** The 200 latest, newest last. */
  readonly artifacts: readonly Artifact[];
  readonly artifactCount: number;
  /** The 200 latest, newest last. */
  readonly reflections: readonly Reflection[];
  readonly reflectionCount: number;
  readonly usedBytes: number;
  readonly maxBytes: number;
  /** Peers that we compare with, or take from, now. */
  readonly syncing: readonly PeerId[];
  /** When a comparison with a peer last ended in the same set on both sides, milliseconds since the epoch. */
  readonly lastSyncAtMs: number | undefined;
  readonly fetches: readonly KnowledgeFetch[];
}

/** Default of `knowledge.maxBytes`. */
export const DEFAULT_KNOWLEDGE_BYTES: number = 256 * 1024 * 1024;

export const EMPTY_KNOWLEDGE: KnowledgeView = {
  isLoaded: false,
  artifacts: [],
  artifactCount: 0,
  reflections: [],
  reflectionCount: 0,
  usedBytes: 0,
  maxBytes: DEFAULT_KNOWLEDGE_BYTES,
  syncing: [],
  lastSyncAtMs: undefined,
  fetches: [],
};
