import { settleWithin } from "../abort.js";
import { type Bytes, equalBytes } from "../bytes.js";
import type { Cancel } from "../clock.js";
import { createDeferred } from "../deferred.js";
import { abortedError, SwarmError, toSwarmError } from "../errors.js";
import type { PortPeer, ProtocolPort } from "../protocols/builtin.js";
import { EMPTY_ROOT, hashChunk, proofBytes, rootOf } from "./contentTree.js";
import { endError, goneError, RESUME_WITHIN_MS, SILENCE_LIMIT_MS, timeoutError } from "./outgoing.js";
import type { Sink, SinkResult } from "./sinks/sink.js";
import type { TransferId, TransferState } from "./transfer.js";
import type { TransferList } from "./transferList.js";
import {
  accept,
  chunkCount,
  chunkLength,
  credit,
  type End,
  end,
  MAX_REASON_LENGTH,
  type Offer,
} from "./transferMessages.js";

/** How long the app or a person may take to decide. */
export const DECIDE_WITHIN_MS = 60_000;
/** Bytes that the sender may be ahead of what is written: memory per transfer, and speed on long ways. */
export const WINDOW_BYTES: number = 1024 * 1024;
const SILENCE_CHECK_MS = 30_000;
/** Longest that a target may take for one chunk. */
const SINK_LIMIT_MS = 300_000;
/** What a target holds already is read when it is opened; slower than this no disk is. */
const SLOWEST_READ_BYTES_PER_MS = 10_000;

export interface IncomingOptions {
  readonly port: ProtocolPort;
  readonly list: TransferList;
  readonly id: TransferId;
  readonly peer: PortPeer;
  readonly offer: Offer;
  /** It has ended; the word is what the sender was told, in case that is lost. */
  readonly onEnd: (word: Pick<End, "outcome" | "reason"> | undefined) => void;
}

export interface IncomingAcceptance {
  /** Opens the place where the content goes. */
  readonly open: () => Promise<Sink>;
  /** Looks at what has come, before the sender hears that it is done; what it throws fails the transfer. */
  readonly inspect?: (result: SinkResult) => void;
  readonly signal?: AbortSignal | undefined;
  readonly resumeWithinMs?: number | undefined;
}

/** One transfer that we are offered, and take or not. */
export interface Incoming {
  readonly offer: Offer;
  readonly id: TransferId;
  readonly peer: PortPeer;
  readonly state: TransferState;
  /** Aborted once it is decided, or over. */
  readonly decided: AbortSignal;
  accept(acceptance: IncomingAcceptance): Promise<SinkResult>;
  refuse(reason: string): void;
  /** The sender offers it again: after an interruption, maybe in another session and under another id. */
  offeredAgain(peer: PortPeer, wireId: string): void;
  chunk(index: number, body: Bytes): void;
  /** The sender is away, or what it sent may be lost. */
  interrupted(): void;
  ended(word: End): void;
  cancel(error: SwarmError): void;
}

interface Arrived {
  readonly index: number;
  readonly data: Bytes;
  readonly proof: Bytes;
  readonly hash: Promise<Bytes>;
}

export function createIncoming(options: IncomingOptions): Incoming {
  const { port, list, id } = options;
  const { runtime } = port;
  const { clock } = runtime;
  let { offer, peer } = options;
  const total = chunkCount(offer);
  const windowChunks = Math.max(2, Math.floor(WINDOW_BYTES / offer.chunkBytes));
  const decided = new AbortController();
  const outcome = createDeferred<SinkResult>();
  // The app may not look at it, and the store tells the same.
  outcome.promise.catch(() => undefined);

  let state: TransferState = "offered";
  let acceptance: IncomingAcceptance | undefined;
  let sink: Sink | undefined;
  let isEnded = false;
  let isPresent = true;
  /** Chunks that came, that are written, and that may come. */
  let arrived = 0;
  let written = 0;
  let upTo = 0;
  let isWaitingForLost = false;
  let arrivedAtMs = clock.now();
  let queue: Arrived[] = [];
  let isWriting = false;
  let cancelTimer: Cancel = () => undefined;

  const setTimer = (delayMs: number, callback: () => void): void => {
    cancelTimer();
    cancelTimer = clock.setTimer(delayMs, callback);
  };

  const tell = (word: Pick<End, "outcome" | "reason">): void => {
    if (isPresent) port.send(peer.peerId, end, { id: offer.id, side: "receiver", ...word });
  };

  /** @param word what the sender is told; nothing where it has said it itself, or is away */
  const finish = (
    last: TransferState,
    error: SwarmError | undefined,
    word: Pick<End, "outcome" | "reason"> | undefined,
  ): void => {
    if (isEnded) return;
    isEnded = true;
    cancelTimer();
    acceptance?.signal?.removeEventListener("abort", onAbort);
    queue = [];
    state = last;
    list.change(id, error === undefined ? { state, doneBytes: offer.size } : { state, error });
    options.onEnd(word);
    if (word !== undefined) tell(word);
    decided.abort();
    if (error === undefined) return;
    outcome.reject(error);
    // Who ends it on purpose wants nothing of it; who lost the sender may get the rest later.
    void sink?.abort({ keeps: last === "failed", reason: error }).catch(() => undefined);
  };

  const fail = (error: SwarmError): void =>
    finish("failed", error, { outcome: "failed", reason: error.code });

  const cancel = (error: SwarmError): void =>
    finish("cancelled", error, { outcome: "cancelled", reason: null });

  const onAbort = (): void => cancel(abortedError("Receiving", acceptance?.signal));

  const refuse = (reason: string): void => {
    if (state !== "offered" || acceptance !== undefined) return;
    const told = reason.slice(0, MAX_REASON_LENGTH);
    finish("refused", endError("refused", told), { outcome: "refused", reason: told });
  };

  setTimer(DECIDE_WITHIN_MS, () => refuse("Nobody decided in time."));

  // --- flow -----------------------------------------------------------------------------------

  const grant = (): void => {
    upTo = Math.min(total, written + windowChunks);
  };

  const sendAccept = (): void => {
    grant();
    port.send(peer.peerId, accept, { id: offer.id, from: arrived, upTo });
  };

  /** Gives credit as the content is written: in few messages, and early enough that the sender need not stop. */
  const sendCredit = (): void => {
    const possible = Math.min(total, written + windowChunks);
    if (possible - upTo < windowChunks / 4 && possible < total) return;
    if (possible === upTo) return;
    grant();
    if (isPresent) port.send(peer.peerId, credit, { id: offer.id, written, upTo });
  };

  const watchForSilence = (): void => {
    setTimer(SILENCE_CHECK_MS, () => {
      const isOurTurn = queue.length > 0 || isWriting;
      if (!isOurTurn && clock.now() - arrivedAtMs >= SILENCE_LIMIT_MS)
        return fail(timeoutError("The sender has stopped sending."));
      watchForSilence();
    });
  };

  const resume = (): void => {
    isWaitingForLost = false;
    arrivedAtMs = clock.now();
    state = "active";
    list.change(id, { state, peerId: peer.peerId });
    sendAccept();
    watchForSilence();
  };

  const pause = (): void => {
    state = "paused";
    list.change(id, { state });
    const withinMs = acceptance?.resumeWithinMs ?? RESUME_WITHIN_MS;
    setTimer(withinMs, () => finish("failed", goneError(withinMs), undefined));
  };

  // --- writing --------------------------------------------------------------------------------

  const untilWritten = <T>(work: Promise<T>, timeoutMs = SINK_LIMIT_MS): Promise<T> =>
    settleWithin<T>(
      {
        clock,
        timeoutMs,
        what: "Writing",
        onTimeout: () => timeoutError("The place where the content goes takes nothing any more."),
      },
      (resolve, reject) => void work.then(resolve, reject),
    );

  const writeOne = async (target: Sink, { index, data, proof, hash }: Arrived): Promise<void> => {
    const chunkHash = await hash;
    if (isEnded) return;
    if (!equalBytes(rootOf(chunkHash, index, total, proof), offer.root)) {
      port.punish(peer.peerId, "bad-chunk");
      throw new SwarmError("transfer-failed", {
        what: `Part ${index + 1} of ${total} is not what the sender offered.`,
        why: "Its hash does not lead to the signed one, so it was not written.",
        fix: "Send it again.",
      });
    }
    await untilWritten(target.write(data, chunkHash));
    written++;
    list.change(id, { doneBytes: Math.min(offer.size, written * offer.chunkBytes) });
  };

  const complete = async (target: Sink): Promise<void> => {
    const result = await untilWritten(target.close());
    if (isEnded) return;
    acceptance?.inspect?.(result);
    finish("done", undefined, { outcome: "done", reason: null });
    outcome.resolve(result);
  };

  const write = async (target: Sink): Promise<void> => {
    if (isWriting || isEnded) return;
    isWriting = true;
    try {
      for (let next = queue.shift(); next !== undefined && !isEnded; next = queue.shift()) {
        await writeOne(target, next);
        if (!isEnded) sendCredit();
      }
      if (written === total && !isEnded) await complete(target);
    } catch (error) {
      fail(toSwarmError(error, "transfer-failed", "The content could not be written."));
    } finally {
      isWriting = false;
    }
  };

  /** A place can wait for a person, or for a disk that does not answer; one that comes too late is let go. */
  const openedInTime = (opening: Promise<Sink>): Promise<Sink> =>
    untilWritten(opening, SINK_LIMIT_MS + offer.size / SLOWEST_READ_BYTES_PER_MS).catch((reason: unknown) => {
      opening.then((late) => late.abort({ keeps: true, reason })).catch(() => undefined);
      throw reason;
    });

  const begin = async ({ open }: IncomingAcceptance): Promise<void> => {
    try {
      const opened = await openedInTime(open());
      if (isEnded) return void (await opened.abort({ keeps: true, reason: undefined }));
      sink = opened;
      arrived = opened.keptChunks;
      written = arrived;
      list.change(id, { doneBytes: Math.min(offer.size, written * offer.chunkBytes) });
      if (written === total) return await write(opened);
    } catch (error) {
      return fail(toSwarmError(error, "storage-failed", "The place for the content could not be opened."));
    }
    if (isPresent) resume();
    else pause();
  };

  return {
    id,
    get offer() {
      return offer;
    },
    get peer() {
      return peer;
    },
    get state() {
      return state;
    },
    decided: decided.signal,
    async accept(given) {
      if (isEnded || acceptance !== undefined) {
        throw new SwarmError("transfer-cancelled", { what: "This offer is over, or was decided already." });
      }
      if (given.signal?.aborted) {
        refuse("");
        throw abortedError("Receiving", given.signal);
      }
      acceptance = given;
      cancelTimer();
      decided.abort();
      given.signal?.addEventListener("abort", onAbort);
      if (total === 0 && !equalBytes(offer.root, EMPTY_ROOT)) {
        port.punish(peer.peerId, "bad-chunk");
        fail(new SwarmError("transfer-failed", { what: "Nothing has another hash than the one offered." }));
      } else {
        void begin(given);
      }
      return outcome.promise;
    },
    refuse,
    offeredAgain(newPeer, wireId) {
      peer = newPeer;
      offer = { ...offer, id: wireId };
      isPresent = true;
      if (sink === undefined) list.change(id, { peerId: peer.peerId });
      else if (!isEnded && written < total) resume();
    },
    chunk(index, body) {
      if (state !== "active" || sink === undefined) return port.dropped("stray-chunk", peer.peerId);
      if (index >= total) return port.punish(peer.peerId, "malformed-chunk");
      if (index >= upTo) return port.punish(peer.peerId, "credit-exceeded");
      // Sent before it heard that we have it, as after an interruption.
      if (index < arrived) return port.dropped("repeated-chunk", peer.peerId);
      if (index > arrived) {
        if (!isWaitingForLost) sendAccept();
        isWaitingForLost = true;
        return;
      }
      const proofLength = proofBytes(index, total);
      if (body.length !== proofLength + chunkLength(offer, index))
        return port.punish(peer.peerId, "malformed-chunk");
      isWaitingForLost = false;
      arrivedAtMs = clock.now();
      arrived++;
      const data = body.subarray(proofLength);
      const hash = hashChunk(runtime, data);
      hash.catch(() => undefined);
      queue.push({ index, data, proof: body.subarray(0, proofLength), hash });
      void write(sink);
    },
    interrupted() {
      isPresent = port.peers().some(({ peerId }) => peerId === peer.peerId);
      if (isEnded) return;
      if (acceptance === undefined) {
        // An offer that its sender cannot hear the answer to is none; it comes again with the sender.
        if (!isPresent) finish("failed", goneError(), undefined);
      } else if (sink !== undefined && written < total) {
        pause();
      }
    },
    ended({ outcome: said, reason }) {
      if (said === "done" || said === "refused") return;
      finish(said, endError(said, reason), undefined);
    },
    cancel,
  };
}

/** Whether two offers are of the same content, so that one can go on with what the other has brought. */
export function isSameContent(a: Offer, b: Offer): boolean {
  return (
    a.kind === b.kind &&
    a.size === b.size &&
    a.chunkBytes === b.chunkBytes &&
    a.name === b.name &&
    equalBytes(a.root, b.root)
  );
}
