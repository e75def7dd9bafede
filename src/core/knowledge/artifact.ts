import type { AgentId } from "../identity/ids.js";

/** Names content everywhere: a CIDv1 (SHA-256) in base32, the one that IPFS gives it. */
export type ArtifactId = string;

/** Immutable content, as its author described it. */
export interface Artifact {
  readonly id: ArtifactId;
  readonly title: string | undefined;
  /** For example `text/markdown`; a claim of the author. */
  readonly mediaType: string | undefined;
  readonly tags: readonly string[];
  /** Size of the content. */
  readonly bytes: number;
  /** Who signed this description: we, where we described the same content too. */
  readonly author: AgentId;
  /** By the author's clock, milliseconds since the epoch. */
  readonly writtenAtMs: number;
  readonly isOwn: boolean;
  /** Whether the room may have it; what is not shared never leaves this device. */
  readonly isShared: boolean;
  /** Whether the content is on this device; if not, `get` fetches it from peers. */
  readonly isHere: boolean;
}

/** What can be put: bytes, a Blob, or any JSON value; text is kept as UTF-8. */
export type ArtifactContent =
  | Uint8Array
  | Blob
  | string
  | number
  | boolean
  | null
  | readonly unknown[]
  | { readonly [key: string]: unknown };

/** How an artifact is described. */
export interface PutOptions {
  /** At most 256 characters. */
  readonly title?: string;
  /** Default that of the Blob, `text/plain` for text, `application/json` for other JSON values. At most 128 characters. */
  readonly mediaType?: string;
  /** At most 32 of 64 characters. */
  readonly tags?: readonly string[];
  /** What it is found by besides title and tags, at most 8,192 characters. Default the beginning of text that is put. */
  readonly text?: string;
  /** What vectors find it by, at most 2,048 numbers. Default that of `knowledge.embed`, if the app gave one. */
  readonly embedding?: Float32Array;
  /** Whether to share it with everyone at once. Default `false`. */
  readonly share?: boolean;
}

/** Which artifacts to list; all that is given must hold. */
export interface ArtifactFilter {
  /** Has all of these tags. */
  readonly tags?: readonly string[];
  readonly author?: AgentId;
  readonly mediaType?: string;
  readonly isShared?: boolean;
  readonly isHere?: boolean;
}

/** How content is waited for. */
export interface GetOptions {
  readonly signal?: AbortSignal;
  /** Default 60,000, for the whole of it. */
  readonly timeoutMs?: number;
  readonly onProgress?: (progress: FetchProgress) => void;
}

/** Content on its way here. */
export interface FetchProgress {
  readonly id: ArtifactId;
  /** Verified bytes so far. */
  readonly doneBytes: number;
  /** `undefined` before the first block. */
  readonly totalBytes: number | undefined;
}
