import type { Bytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { startLazily } from "../protocols/lazyPart.js";
import type { Letter } from "../wire/letter.js";
import type {
  Artifact,
  ArtifactContent,
  ArtifactFilter,
  ArtifactId,
  GetOptions,
  PutOptions,
} from "./artifact.js";
import { contentOf } from "./content.js";
import type { KnowledgeEngine } from "./engine.js";
import type { KnowledgeHit, QueryOptions } from "./hit.js";
import { DEFAULT_KNOWLEDGE_BYTES, EMPTY_KNOWLEDGE } from "./knowledgeView.js";
import type { Library } from "./library.js";
import type { Reflection, ReflectionDraft, ReflectionId } from "./reflection.js";
import { allOf, FORGOTTEN, RECORDS, scopeOf } from "./storageKeys.js";

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
 * with SwarmError `not-joined` while the swarm is off, and with `storage-failed` where the platform refuses.
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

const MIN_BYTES: number = 1024 * 1024;

/** @throws SwarmError `invalid-option` */
export function checkKnowledgeOptions(options: KnowledgeOptions): KnowledgeOptions {
  const { maxBytes = DEFAULT_KNOWLEDGE_BYTES } = options;
  if (Number.isSafeInteger(maxBytes) && maxBytes >= MIN_BYTES) return options;
  throw new SwarmError("invalid-option", {
    what: `knowledge.maxBytes is ${maxBytes}.`,
    why: "Knowledge needs a whole number of bytes, 1 MiB (1,048,576) at least.",
    fix: "Leave it out for the default of 256 MiB.",
  });
}

/** Names of the messages, without `swarm/`. */
export const MESSAGE_NAMES = [
  "knowledge-share",
  "reflection-share",
  "knowledge-receipt",
  "knowledge-compare",
  "knowledge-pull",
  "knowledge-changed",
  "knowledge-request",
  "knowledge-block",
  "knowledge-query",
  "knowledge-answer",
] as const;

/** Both halves of what a swarm knows. Small itself: what does the work is loaded with the first use. */
export function startKnowledge(
  port: ProtocolPort,
  options: KnowledgeOptions,
): { readonly knowledge: Knowledge; readonly reflections: Reflections } {
  const { storage } = port.runtime;
  const isSomethingKept = async ({ identity, room }: PortSelf): Promise<boolean> => {
    const scope = scopeOf(identity.agentId, room);
    const found = await Promise.all(
      [RECORDS, FORGOTTEN].map((collection) => storage.entries(collection, { ...allOf(scope), limit: 1 })),
    );
    return found.some((entries) => entries.length > 0);
  };
  const part = startLazily<KnowledgeEngine>({
    port,
    what: "knowledge",
    names: MESSAGE_NAMES,
    load: async () => {
      const { createKnowledgeEngine } = await import("./engine.js");
      return (startPort) => createKnowledgeEngine(startPort, options);
    },
    isNeeded: isSomethingKept,
  });
  port.publish({ knowledge: { ...EMPTY_KNOWLEDGE, maxBytes: options.maxBytes ?? DEFAULT_KNOWLEDGE_BYTES } });

  const library = async (): Promise<Library> => {
    if (port.self === undefined) throw notJoined();
    return (await part.engine()).library();
  };

  return {
    knowledge: {
      put: async (content, options = {}) => {
        const taken = contentOf(content);
        return (await library()).put(taken, options);
      },
      get: async (id, options = {}) => (await library()).get(id, options),
      list: async (filter = {}) => (await library()).list(filter),
      share: async (id) => (await library()).share(id),
      remove: async (id) => (await library()).remove(id),
      query: async (query, options = {}) => (await library()).query(query, options),
      signed: async (id) => (await library()).signed(id),
      export: async () => (await library()).export(),
      import: async (file) => {
        const taken = file instanceof Blob ? file : new Blob([file.slice()]);
        return (await library()).import(taken);
      },
      usage: async () => (await library()).usage(),
    },
    reflections: {
      add: async (draft) => (await library()).addReflection(draft),
      list: async () => (await library()).listReflections(),
      search: async (text, { k } = {}) => (await library()).searchReflections(text, k),
      shareSuccess: async () => (await library()).shareSuccess(),
      integrate: async (reflection) =>
        (await library()).integrate(typeof reflection === "string" ? reflection : reflection.id),
      remove: async (id) => (await library()).remove(id),
      signed: async (id) => (await library()).signed(id),
    },
  };
}

/** The error of a call while the swarm is off. */
export function notJoined(): SwarmError {
  return new SwarmError("not-joined", {
    what: "The swarm has not joined, so it has no knowledge.",
    why: "What is known belongs to an agent and a room.",
    fix: "Call join() first; nobody else needs to be there.",
  });
}
