import type { Bytes } from "../bytes.js";
import type { Letter } from "../wire/letterShape.js";
import type {
  Artifact,
  ArtifactContent,
  ArtifactFilter,
  ArtifactId,
  GetOptions,
  PutOptions,
} from "./artifact.js";
import type { KnowledgeHit, QueryOptions } from "./hit.js";
import type { Reflection, ReflectionDraft, ReflectionId } from "./reflection.js";

/** Whether to make a reflection of another agent one's own. */
export type IntegrationPolicy = (reflection: Reflection) => boolean | Promise<boolean>;

/** How knowledge is kept and found. */
export interface KnowledgeOptions {
  /** Most bytes kept for this agent and room, at least 1 MiB. Peers can fill an eighth of it. Default 256 MiB. */
  readonly maxBytes?: number;
  /** Makes a vector of a text, so that queries find by meaning; for example a model in the browser. */
  readonly embed?: (text: string) => Promise<Float32Array>;
  /**
   * What becomes of reflections that others share: `ask` (default) holds them until the app calls `integrate`, `all`
   * integrates each, a function decides.
   */
  readonly integrate?: "ask" | "all" | IntegrationPolicy;
}

/** A description as its author signed it; `verifyRecord` reads and checks it anywhere. */
export type SignedRecord = Letter;

/** How much is kept for this agent in this room. */
export interface KnowledgeUsage {
  readonly usedBytes: number;
  readonly maxBytes: number;
  /** Of these, what peers have pushed: descriptions and reflections. */
  readonly receivedBytes: number;
  readonly maxReceivedBytes: number;
  readonly artifactCount: number;
  readonly reflectionCount: number;
}

/** Why an entry of a file was not taken. */
export type ImportRefusal =
  | "unreadable"
  | "forged"
  | "other-room"
  | "not-a-record"
  | "wrong-hash"
  | "unwanted"
  | "knowledge-full";

/** What came of an import. */
export interface ImportReport {
  /** Artifacts and reflections that were not here before. */
  readonly artifacts: number;
  readonly reflections: number;
  /** Artifacts whose content is here now and was not before. */
  readonly contents: number;
  /** Entries that were here already. */
  readonly known: number;
  readonly refusedCount: number;
  /** The first 100 that were refused, with the place of each in the file. */
  readonly refused: readonly { readonly atByte: number; readonly reason: ImportRefusal }[];
}

/**
 * Content and what is said of it, on this device and in the room. Belongs to an agent and a room, so everything rejects
 * with SwarmError `not-joined` while the swarm is off, and with `storage-failed` where the platform refuses. While a join is under
 * way it waits for it, up to 30 s (`join-timeout`); `left` where nothing came of that.
 */
export interface Knowledge {
  /**
   * Keeps content here. The same content is kept once, as it was first described.
   * @throws SwarmError `knowledge-full`, `invalid-payload`, `payload-too-large`
   */
  put(content: ArtifactContent, options?: PutOptions): Promise<Artifact>;
  /**
   * The content of an artifact: from here, else from those peers that have it, block by block, each checked
   * against its name. What was fetched is kept if there is room.
   * @throws SwarmError `knowledge-unavailable` (no peer has it), `knowledge-timeout`, `invalid-option` (no CID), `aborted`
   */
  get(id: ArtifactId, options?: GetOptions): Promise<Bytes>;
  /** What is described here, newest last. */
  list(filter?: ArtifactFilter): Promise<readonly Artifact[]>;
  /**
   * Tells everyone in the room, now and later, and gives the content to who asks. Resolves with how many peers have
   * confirmed that they hold the description.
   * @throws SwarmError `knowledge-unknown`
   */
  share(id: ArtifactId): Promise<number>;
  /** Forgets it here, content included, for good; others keep what they have. Returns whether it was here. */
  remove(id: ArtifactId): Promise<boolean>;
  /**
   * Artifacts and reflections that fit, best first: what is here together with what peers answer, each once.
   * @throws SwarmError `invalid-option`, `aborted`
   * @example
   * const [best] = await swarm.knowledge.query("prime sieve", { k: 5 });
   */
  query(query: string | Float32Array, options?: QueryOptions): Promise<readonly KnowledgeHit[]>;
  /** What the author signed of an artifact, for others to verify. */
  signed(id: ArtifactId): Promise<SignedRecord | undefined>;
  /** Everything that is kept for this agent in this room, as one file. */
  export(): Promise<Blob>;
  /** Takes what another export holds, each entry verified by itself. */
  import(file: Blob | Uint8Array): Promise<ImportReport>;
  usage(): Promise<KnowledgeUsage>;
}

/** What this agent and others tried and learned; rejects like {@link Knowledge}. */
export interface Reflections {
  /** @throws SwarmError `knowledge-full`, `invalid-payload` */
  add(draft: ReflectionDraft): Promise<Reflection>;
  list(): Promise<readonly Reflection[]>;
  /** Those that are here and fit, best first. */
  search(text: string | Float32Array, options?: { readonly k?: number }): Promise<readonly Reflection[]>;
  /** Shares every own reflection with the outcome `success` that is not shared yet; resolves with how many those were. */
  shareSuccess(): Promise<number>;
  /**
   * Makes a reflection of another agent one's own: from now on with the tag `shared_from_<agent>`, and the signed
   * original kept.
   * @throws SwarmError `knowledge-unknown`
   */
  integrate(reflection: Reflection | ReflectionId): Promise<Reflection>;
  /** Forgets it here for good. Returns whether it was here. */
  remove(id: ReflectionId): Promise<boolean>;
  /** What its author signed, for others to verify. */
  signed(id: ReflectionId): Promise<SignedRecord | undefined>;
}
