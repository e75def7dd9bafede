import type { AgentId } from "../identity/ids.js";

/** Names a reflection everywhere: SHA-256 of what its author signed, 64 base16 digits. */
export type ReflectionId = string;

/** Whether what was tried worked. */
export type ReflectionOutcome = "success" | "failure";

/**
 * `own`: written by this agent. `received`: another agent shared it; verified, and held as it came. `integrated`: the app
 * has made it its own, with the tag `shared_from_<agent>`.
 */
export type ReflectionStanding = "own" | "received" | "integrated";

/** What an agent tried, and what it learned from it. */
export interface Reflection {
  readonly id: ReflectionId;
  readonly task: string;
  readonly outcome: ReflectionOutcome;
  readonly lesson: string;
  /** The author's; of an integrated one also `shared_from_<author>`. */
  readonly tags: readonly string[];
  /** Whatever JSON value the author added; `null` where it added none. */
  readonly context: unknown;
  readonly author: AgentId;
  /** By the author's clock, milliseconds since the epoch. */
  readonly writtenAtMs: number;
  readonly standing: ReflectionStanding;
  readonly isShared: boolean;
}

/** What `reflections.add` takes. */
export interface ReflectionDraft {
  /** What was tried, 1 to 1,024 characters. */
  readonly task: string;
  readonly outcome: ReflectionOutcome;
  /** What was learned, at most 8,192 characters. */
  readonly lesson: string;
  /** At most 32 of 64 characters; `shared_from_` begins none of them. */
  readonly tags?: readonly string[];
  /** A JSON value of at most 8 KiB encoded. */
  readonly context?: unknown;
  /** What vectors find it by, at most 2,048 numbers. Default that of `knowledge.embed`, if the app gave one. */
  readonly embedding?: Float32Array;
}

/** Begins the tag that names the author of an integrated reflection. */
export const SHARED_FROM = "shared_from_";
