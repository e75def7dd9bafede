import type { Bytes } from "../bytes.js";
import type { SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { MessageMetadata } from "../wire/message.js";

/** Names a transfer in this swarm, in the store and in `swarm.transfers`. */
export type TransferId = string;

/**
 * `waiting`: for earlier ones to the same agent. `hashing`: the sender reads the content. `offered`: the receiver
 * has not decided. `active`: parts flow. `paused`: the other side is away. The rest is the end.
 */
export type TransferState =
  | "waiting"
  | "hashing"
  | "offered"
  | "active"
  | "paused"
  | "done"
  | "refused"
  | "failed"
  | "cancelled";

/** One transfer as it stands. What the other side says of it (name, media type) is a claim. */
export interface TransferSnapshot {
  readonly id: TransferId;
  readonly direction: "sent" | "received";
  /** `message`: a payload too big for one message, see `swarm.sendLarge`. */
  readonly kind: "file" | "message";
  /** The session at the other end; another one of the same agent after it was away. */
  readonly peerId: PeerId;
  readonly agentId: AgentId;
  /** Name of the file, or type of the message. Text for people, never a path. */
  readonly name: string | undefined;
  /** Of a file. */
  readonly mediaType: string | undefined;
  readonly state: TransferState;
  readonly totalBytes: number;
  /** While `hashing` those read, afterwards those that the receiver has written. */
  readonly doneBytes: number;
  /** Lately; 0 while nothing moves. */
  readonly bytesPerSecond: number;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  /** Why it was refused, cancelled or failed. */
  readonly error: SwarmError | undefined;
}

/** States that nothing follows. */
export const ENDED_STATES: ReadonlySet<TransferState> = new Set(["done", "refused", "failed", "cancelled"]);

/** What the sender of a transfer gets once the receiver has all of it. */
export interface TransferReceipt {
  /** Merkle root of the content, in base16: the same bytes have the same one. */
  readonly contentId: string;
  readonly bytes: number;
  /** From the call to the receiver's word that all is there. */
  readonly durationMs: number;
  /** The session that received the end of it. */
  readonly peerId: PeerId;
}

/** A promise of the receipt that also says which transfer it is. */
export interface SendingTransfer extends Promise<TransferReceipt> {
  readonly id: TransferId;
}

/** How a transfer is sent. */
export interface TransferOptions {
  /** Ends the transfer on both sides; the promise rejects `aborted`. */
  readonly signal?: AbortSignal;
  /** Told at most every 250 ms, and at the end. */
  readonly onProgress?: (transfer: TransferSnapshot) => void;
  /** How long a receiver that went away is waited for. Default 60,000. */
  readonly resumeWithinMs?: number;
  /** Bytes of a part, 4096 to 196,608: each is checked and acknowledged by itself. Default 65,536. */
  readonly chunkBytes?: number;
  /** How long the receiver may take to accept. Default 90,000. */
  readonly answerWithinMs?: number;
}

/** How a file is sent. */
export interface SendFileOptions extends TransferOptions {
  /** At most 255 characters; default the file's own. */
  readonly name?: string;
  /** Media type such as `image/png`; default the file's own. */
  readonly type?: string;
  /** A small JSON value for the receiver's app, at most 4 KiB encoded. */
  readonly metadata?: unknown;
}

/** How a big payload is sent. */
export interface SendLargeOptions extends TransferOptions, MessageMetadata {}

/**
 * Where a file is received: `blob` (default; browsers keep big ones on disk), `memory` (a Uint8Array), `files` (the
 * origin-private file system: survives a reload, from which the transfer goes on), a file that the user picked, or
 * any stream.
 */
export type TransferTarget =
  | "blob"
  | "memory"
  | "files"
  | WritableStream<Uint8Array<ArrayBuffer>>
  | FileSystemFileHandle;

/** What a target leaves in `ReceivedFile.content`. */
export type ReceivedContent<Target extends TransferTarget> = Target extends "memory"
  ? Bytes
  : Target extends "blob" | "files"
    ? Blob
    : undefined;

/** How an offered file is received. */
export interface AcceptOptions<Target extends TransferTarget = TransferTarget> {
  /** Default `blob`. */
  readonly into?: Target;
  /** Ends the transfer on both sides; the promise rejects `aborted`. */
  readonly signal?: AbortSignal;
  /** How long a sender that went away is waited for. Default 60,000. */
  readonly resumeWithinMs?: number;
}

/** What an offer and a received file say. Apart from size and sender these are claims. */
export interface FileDescription {
  readonly id: TransferId;
  readonly from: { readonly peerId: PeerId; readonly agentId: AgentId };
  /** Text without path separators and control characters; `undefined` where there was none or nothing was left. */
  readonly name: string | undefined;
  /** Lower case and well formed, else `application/octet-stream`. */
  readonly mediaType: string;
  readonly bytes: number;
  /** JSON value of the sender's app, unchecked. */
  readonly metadata: unknown;
  /** Merkle root of the content, in base16. */
  readonly contentId: string;
}

/** A file that a peer wants to send. Whoever decides first decides. */
export interface FileOffer extends FileDescription {
  /** Aborted when the offer is over: accepted, refused, withdrawn or out of time. */
  readonly signal: AbortSignal;
  /**
   * Takes the file. Resolves once all of it was checked and written.
   * @throws SwarmError `transfer-cancelled`, `transfer-failed`, `peer-gone`, `aborted`, `storage-failed`
   */
  accept<Target extends TransferTarget = "blob">(
    options?: AcceptOptions<Target>,
  ): Promise<ReceivedFile<Target>>;
  /** @param reason told to the sender, at most 256 characters */
  refuse(reason?: string): void;
}

/** A file that has come, checked to the last byte against what its sender signed. */
export interface ReceivedFile<Target extends TransferTarget = TransferTarget> extends FileDescription {
  /**
   * The content; `undefined` where it went into a stream or a picked file. A Blob has no type of its own, because
   * an HTML page or an SVG under the type that its sender claims would run as a part of this app.
   */
  readonly content: ReceivedContent<Target>;
  /** Removes what `files` keeps on disk; the content cannot be read any more. */
  discard(): Promise<void>;
}

/** Called for each file that a peer offers. It may return without deciding, and leave that to a person. */
export type FileOfferHandler = (offer: FileOffer) => void | Promise<void>;

/** Transfers by their ids, for panels. */
export interface TransferControls {
  /** Takes an offered file by hand. Rejects as `FileOffer.accept` does. */
  accept<Target extends TransferTarget = "blob">(
    id: TransferId,
    options?: AcceptOptions<Target>,
  ): Promise<ReceivedFile<Target>>;
  /** Refuses an offered file by hand; harmless where it is over. */
  refuse(id: TransferId, reason?: string): void;
  /** Ends a transfer on both sides; harmless where it is over. */
  cancel(id: TransferId): void;
}
