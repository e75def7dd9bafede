import { toHex } from "../bytes.js";
import type { Cancel } from "../clock.js";
import { createDeferred } from "../deferred.js";
import { SwarmError, type SwarmErrorCode, toSwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { PortPeer, ProtocolPort } from "../protocols/builtin.js";
import { encodeChunkFrame, TRANSFER_ID_BYTES } from "../wire/chunkFrame.js";
import { HASH_BYTES } from "../wire/merkle.js";
import { type ContentTree, createContentTree, hashChunk } from "./contentTree.js";
import { createSource } from "./source.js";
import type { TransferId, TransferReceipt, TransferState } from "./transfer.js";
import type { TransferList } from "./transferList.js";
import {
  CHUNK_BYTES,
  chunkCount,
  type End,
  end,
  MAX_REASON_LENGTH,
  type Offer,
  offer,
} from "./transferMessages.js";

/** How long a receiver that went away is waited for, where nobody says otherwise. */
export const RESUME_WITHIN_MS = 60_000;
/** How long a receiver may take to decide, where nobody says otherwise; it allows itself less. */
const ANSWER_WITHIN_MS = 90_000;
/** After so long without any movement the offer is repeated: what got lost is then made good. */
export const STALL_MS = 20_000;
/** Who is there and does not answer for so long is given up; one that is gone is found out earlier. */
export const SILENCE_LIMIT_MS = 120_000;
/** Chunks hashed at a time. */
const HASHED_AT_ONCE = 16;
// A receiver can ask for the same chunks again after a loss. One that goes on asking wears us out.
const RESENDS = 4;
const RESENDS_ALWAYS = 1024;

/** What is sent, and what the offer says of it. */
export interface OutgoingContent extends Pick<Offer, "kind" | "name" | "mediaType" | "metadata"> {
  readonly blob: Blob;
}

export interface OutgoingOptions {
  readonly port: ProtocolPort;
  readonly list: TransferList;
  readonly id: TransferId;
  readonly peer: PortPeer;
  readonly content: OutgoingContent;
  readonly resumeWithinMs: number | undefined;
  readonly answerWithinMs: number | undefined;
  readonly chunkBytes: number | undefined;
  /** Waits for its turn among those to the same peer and then sends: chunk by chunk, so that they share the lane. */
  readonly inTurn: (peerId: PeerId, send: () => Promise<boolean>) => Promise<boolean>;
  /** It has ended, or waits for nobody any more. */
  readonly onEnd: () => void;
}

/** One transfer that we send: bound to an agent, whichever of its sessions is there. */
export interface Outgoing {
  /** Base16 of what names it on the wire. */
  readonly wireId: string;
  readonly agentId: AgentId;
  /** The session that it goes to now; `undefined` while the agent is away. */
  readonly peerId: PeerId | undefined;
  readonly receipt: Promise<TransferReceipt>;
  /** Reads, hashes and offers. */
  start(): void;
  accepted(from: number, upTo: number): void;
  credited(written: number, upTo: number): void;
  ended(word: End): void;
  joined(peerId: PeerId): void;
  relinked(): void;
  left(): void;
  cancel(error: SwarmError): void;
}

export function createOutgoing(options: OutgoingOptions): Outgoing {
  const { port, list, id, content } = options;
  const { runtime } = port;
  const { clock } = runtime;
  const {
    resumeWithinMs = RESUME_WITHIN_MS,
    answerWithinMs = ANSWER_WITHIN_MS,
    chunkBytes = CHUNK_BYTES,
  } = options;
  const size = content.blob.size;
  const total = chunkCount({ size, chunkBytes });
  const source = createSource(runtime, content.blob, chunkBytes);
  const wireIdBytes = runtime.randomBytes(TRANSFER_ID_BYTES);
  const wireId = toHex(wireIdBytes);
  const startedAtMs = clock.now();
  const receipt = createDeferred<TransferReceipt>();

  let peerId: PeerId | undefined = options.peer.peerId;
  let state: TransferState = "waiting";
  let tree: ContentTree | undefined;
  let isEnded = false;
  /** Next chunk to send, and the first one that may not be sent yet. */
  let cursor = 0;
  let upTo = 0;
  let written = 0;
  let sentChunks = 0;
  // Counts the receiver's starts: what was under way before the last one is void.
  let round = 0;
  let isPumping = false;
  let movedAtMs = startedAtMs;
  let heardAtMs = startedAtMs;
  let cancelTimer: Cancel = () => undefined;

  const setTimer = (delayMs: number, callback: () => void): void => {
    cancelTimer();
    cancelTimer = clock.setTimer(delayMs, callback);
  };

  const become = (next: TransferState, doneBytes?: number): void => {
    state = next;
    list.change(id, doneBytes === undefined ? { state } : { state, doneBytes });
  };

  const finish = (last: TransferState, error: SwarmError | undefined): void => {
    if (isEnded) return;
    isEnded = true;
    round++;
    cancelTimer();
    state = last;
    list.change(id, error === undefined ? { state, doneBytes: size } : { state, error });
    options.onEnd();
    if (error !== undefined) return receipt.reject(error);
    receipt.resolve({
      contentId: toHex(tree?.root ?? wireIdBytes),
      bytes: size,
      durationMs: clock.now() - startedAtMs,
      peerId: peerId ?? options.peer.peerId,
    });
  };

  const tell = (outcome: End["outcome"], reason: string | null): void => {
    if (peerId === undefined || tree === undefined) return;
    port.send(peerId, end, { id: wireId, side: "sender", outcome, reason });
  };

  const fail = (error: SwarmError): void => {
    if (isEnded) return;
    tell("failed", error.code);
    finish("failed", error);
  };

  // --- hashing --------------------------------------------------------------------------------

  const hash = async (): Promise<ContentTree> => {
    const hashes = new Uint8Array(total * HASH_BYTES);
    for (let first = 0; first < total && !isEnded; first += HASHED_AT_ONCE) {
      const indexes = Array.from(
        { length: Math.min(HASHED_AT_ONCE, total - first) },
        (_, step) => first + step,
      );
      await Promise.all(
        indexes.map(async (index) =>
          hashes.set(await hashChunk(runtime, await source.chunk(index)), index * HASH_BYTES),
        ),
      );
      list.change(id, { doneBytes: Math.min(size, (first + HASHED_AT_ONCE) * chunkBytes) });
    }
    return createContentTree(hashes);
  };

  const start = async (): Promise<void> => {
    if (isEnded) return;
    become("hashing");
    try {
      tree = await hash();
    } catch (error) {
      return fail(toSwarmError(error, "transfer-failed", "The content could not be read."));
    }
    if (!isEnded) offerNow();
  };

  // --- offering -------------------------------------------------------------------------------

  const sendOffer = (): void => {
    if (peerId === undefined || tree === undefined) return;
    const { kind, name, mediaType, metadata } = content;
    const { root } = tree;
    port.send(peerId, offer, {
      id: wireId,
      kind,
      root,
      size,
      chunkBytes,
      name,
      mediaType,
      metadata: metadata ?? null,
    });
  };

  const offerNow = (): void => {
    if (isEnded || tree === undefined) return;
    round++;
    upTo = 0;
    if (peerId === undefined) {
      become("paused");
      return setTimer(resumeWithinMs, () => fail(goneError(resumeWithinMs)));
    }
    become("offered", written * chunkBytes);
    sendOffer();
    setTimer(answerWithinMs, () => {
      tell("cancelled", "No answer in time.");
      finish("failed", timeoutError(`The receiver did not decide within ${answerWithinMs / 1000} s.`));
    });
  };

  // --- sending --------------------------------------------------------------------------------

  const watchForStall = (): void => {
    setTimer(STALL_MS, () => {
      const nowMs = clock.now();
      if (nowMs - heardAtMs >= SILENCE_LIMIT_MS && nowMs - movedAtMs >= STALL_MS)
        return fail(timeoutError("The receiver has not been heard of."));
      if (nowMs - movedAtMs >= STALL_MS) sendOffer();
      watchForStall();
    });
  };

  /** Sends the chunk at the cursor; `false` where there is no link to send it over. */
  const sendNext = async (proofs: ContentTree): Promise<boolean> => {
    const [index, ours, to] = [cursor, round, peerId];
    const data = await source.chunk(index);
    if (ours !== round || to === undefined) return true;
    const frame = encodeChunkFrame(wireIdBytes, index, proofs.proof(index), data);
    const isSent = await options.inTurn(to, async () => ours !== round || port.sendChunk(to, frame));
    if (ours !== round) return true;
    if (!isSent) return false;
    cursor++;
    sentChunks++;
    movedAtMs = clock.now();
    return true;
  };

  const pump = async (): Promise<void> => {
    if (isPumping || tree === undefined) return;
    isPumping = true;
    try {
      while (!isEnded && cursor < upTo) {
        if (sentChunks > RESENDS * total + RESENDS_ALWAYS) return fail(wornOutError());
        if (!(await sendNext(tree))) return;
      }
    } catch (error) {
      fail(toSwarmError(error, "transfer-failed", "The content could not be sent."));
    } finally {
      isPumping = false;
    }
  };

  const heard = (): void => {
    heardAtMs = clock.now();
    movedAtMs = heardAtMs;
  };

  const progress = (chunks: number): void => {
    written = Math.max(written, chunks);
    list.change(id, { doneBytes: Math.min(size, chunks * chunkBytes) });
  };

  return {
    wireId,
    agentId: options.peer.agentId,
    get peerId() {
      return peerId;
    },
    receipt: receipt.promise,
    start: () => void start(),
    accepted(from, newUpTo) {
      if (isEnded || tree === undefined || state === "paused" || from > total) return;
      heard();
      round++;
      cursor = from;
      upTo = Math.min(total, newUpTo);
      become("active");
      progress(Math.min(from, total));
      watchForStall();
      void pump();
    },
    credited(newWritten, newUpTo) {
      if (isEnded || state !== "active") return;
      heard();
      upTo = Math.max(upTo, Math.min(total, newUpTo));
      // More than was sent cannot have been written, whatever it says.
      progress(Math.min(newWritten, cursor));
      void pump();
    },
    ended({ outcome, reason }) {
      if (tree === undefined) return;
      if (outcome === "done") finish("done", undefined);
      else finish(outcome, endError(outcome, reason));
    },
    joined(newPeerId) {
      if (isEnded || peerId !== undefined) return;
      peerId = newPeerId;
      list.change(id, { peerId });
      offerNow();
    },
    relinked: offerNow,
    left() {
      // A session of the same agent that is there already goes on, as after a reload.
      peerId = port.peers().findLast((peer) => peer.agentId === options.peer.agentId)?.peerId;
      if (peerId !== undefined) list.change(id, { peerId });
      offerNow();
    },
    cancel(error) {
      if (isEnded) return;
      tell("cancelled", null);
      finish("cancelled", error);
    },
  };
}

const END_ERRORS: Readonly<Record<Exclude<End["outcome"], "done">, [SwarmErrorCode, string]>> = {
  refused: ["transfer-refused", "The receiver does not want it."],
  cancelled: ["transfer-cancelled", "The other side ended the transfer."],
  failed: ["transfer-failed", "The other side could not go on."],
};

/** The error that the other side's word stands for. */
export function endError(outcome: Exclude<End["outcome"], "done">, reason: string | null): SwarmError {
  const [code, what] = END_ERRORS[outcome];
  return new SwarmError(code, {
    what,
    why: reason === null || reason === "" ? undefined : reason.slice(0, MAX_REASON_LENGTH),
  });
}

/** The other side went away and did not return. */
export function goneError(afterMs?: number): SwarmError {
  const wait = afterMs === undefined ? "" : ` and did not return within ${afterMs / 1000} s`;
  return new SwarmError("peer-gone", {
    what: `The other side went away${wait}.`,
    fix: "Send it again: what has arrived in its private files need not be sent twice.",
  });
}

export function timeoutError(what: string): SwarmError {
  return new SwarmError("transfer-timeout", { what, fix: "Try it again." });
}

function wornOutError(): SwarmError {
  return new SwarmError("transfer-failed", {
    what: "The receiver asks for the same parts again and again.",
    fix: "Find out why its side loses them.",
  });
}
