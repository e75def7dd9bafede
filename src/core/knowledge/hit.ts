import type { AgentId } from "../identity/ids.js";
import type { Artifact } from "./artifact.js";
import type { Reflection } from "./reflection.js";

/** Who has what was found: an agent that answered, or this device. */
export type KnowledgeSource = AgentId | "here";

interface Found {
  /** Of the artifact or the reflection. */
  readonly id: string;
  /** Higher is better; worked out here from what the author signed, never taken from a peer. */
  readonly score: number;
  /** Everyone that has it and answered, `here` first. */
  readonly sources: readonly KnowledgeSource[];
}

/** One thing that a query found, however many have it. */
export type KnowledgeHit =
  | (Found & { readonly kind: "artifact"; readonly artifact: Artifact })
  | (Found & { readonly kind: "reflection"; readonly reflection: Reflection });

/** How to search. */
export interface QueryOptions {
  /** Most hits, 1 to 64. Default 10. */
  readonly k?: number;
  /** `swarm` (default) asks every peer, `here` only this device. */
  readonly scope?: "here" | "swarm";
  /** How long to wait for peers; what has come until then is the answer. Default 3,000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Whether hits that are here or in our region come first, then others; each group by score. Default `false`. */
  readonly nearestFirst?: boolean;
}
