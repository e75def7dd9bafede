import { toHex } from "../bytes.js";
import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { type Archive, createArchive, type WitnessedSession } from "./archive.js";
import { type Chain, createChain } from "./chain.js";
import { createDropCounts } from "./dropCounts.js";
import { createFrameGroups, type WitnessedFrame } from "./frameGroups.js";
import { checkpointStatement, type WitnessEvent, type WitnessKind, type WitnessRecord } from "./record.js";
import { createSegments, type Segments } from "./segments.js";

/** Records are signed together after so much time, or so many of them, whichever is first. */
export const CHECKPOINT_MS = 10_000;
export const CHECKPOINT_RECORDS = 256;
/** What comes in bursts is gathered for so long before it becomes a record. */
const GATHER_MS = 250;
/** Records reach storage at most this often. */
const STORE_MS = 1000;
/** After the storage has refused, it is asked again at most this often. */
const STORE_AGAIN_MS = 30_000;
/** Records in the snapshot. */
export const RECENT_RECORDS = 50;
const DEFAULT_MAX_BYTES: number = 4 * 1024 * 1024;

/** How the witness log is kept. */
export interface WitnessOptions {
  /** Characters of records kept for this session, and as many again for all sessions in storage. Default 4 Mi. */
  readonly maxBytes?: number;
  /** Whether records outlive the page. Default `true`. */
  readonly isPersisted?: boolean;
}

/** The witness log at one moment. */
export interface WitnessSnapshot {
  /** Records of this session, those thrown away included. */
  readonly records: number;
  /** How many of them were thrown away because the log is bounded. */
  readonly trimmedRecords: number;
  /** The latest record: who knows its hash can prove all before it. */
  readonly head: { readonly index: number; readonly hash: string } | undefined;
  /** Every record up to this index is covered by our signature. */
  readonly signedThrough: number | undefined;
  /** The last 50 records, oldest first. */
  readonly recent: readonly WitnessRecord[];
}

export const EMPTY_WITNESS: WitnessSnapshot = {
  records: 0,
  trimmedRecords: 0,
  head: undefined,
  signedThrough: undefined,
  recent: [],
};

/** The append-only, hash-chained record of what this member did and saw; see `verifyWitness`. */
export interface Witness {
  /**
   * The log of a session as JSON Lines, oldest record first, signed up to its last record but the checkpoint's own
   * where it is the present session. Default the present session, or the last one.
   */
  export(options?: { peerId?: PeerId }): Promise<string>;
  /** Sessions whose records are in storage, oldest first: this agent's and others' of this origin. */
  sessions(): Promise<readonly WitnessedSession[]>;
}

export interface WitnessProtocol extends Witness {
  /** Adds a record at once. */
  note(event: WitnessEvent): void;
  frame(frame: WitnessedFrame): void;
  dropped(code: string, peerId: PeerId | undefined): void;
}

interface Session {
  readonly self: PortSelf;
  readonly startedAtMs: number;
  readonly chain: Chain;
  readonly segments: Segments;
  readonly recent: WitnessRecord[];
  signedThrough: number | undefined;
  signing: Promise<void> | undefined;
  uncheckedRecords: number;
  uncheckedSinceMs: number;
}

export function startWitness(port: ProtocolPort, options: WitnessOptions): WitnessProtocol {
  const { runtime } = port;
  const { clock } = runtime;
  const { maxBytes = DEFAULT_MAX_BYTES, isPersisted = true } = options;
  const frames = createFrameGroups();
  const drops = createDropCounts();
  let session: Session | undefined;
  let archive: Archive | undefined;
  let cancelTick: Cancel | undefined;
  let storeAgainAtMs = -Infinity;
  let isStorageFailing = false;
  let storing: Promise<void> | undefined;
  /** The end of the last session, until it is signed and stored. */
  let closing: Promise<void> | undefined;
  let latest: Session | undefined;

  const archived = (): Archive => {
    archive ??= createArchive(runtime.storage, maxBytes);
    return archive;
  };

  const append = (to: Session, event: WitnessEvent): void => {
    const record = to.chain.append(event, clock.now());
    to.segments.add(record);
    to.recent.push(record);
    if (to.recent.length > RECENT_RECORDS) to.recent.shift();
    tickSoon();
    if (record.kind === "checkpoint") return;
    if (to.uncheckedRecords++ === 0) to.uncheckedSinceMs = clock.now();
  };

  const publish = (of: Session): void => {
    const { last } = of.chain;
    port.publish({
      witness: {
        records: last === undefined ? 0 : last.index + 1,
        trimmedRecords: of.segments.trimmedRecords,
        head: last === undefined ? undefined : { index: last.index, hash: last.hash },
        signedThrough: of.signedThrough,
        recent: [...of.recent],
      },
    });
  };

  const gather = (into: Session): void => {
    for (const event of [...frames.take(), ...drops.take()]) append(into, event);
  };

  const sign = async (of: Session): Promise<void> => {
    const { last } = of.chain;
    if (last === undefined || of.uncheckedRecords === 0) return;
    of.uncheckedRecords = 0;
    const { identity, peerId } = of.self;
    const signature = await identity.sign(checkpointStatement(peerId, last.index, last.hash));
    of.signedThrough = last.index;
    const detail = { agent: identity.agentId, peer: peerId, index: last.index, hash: last.hash };
    append(of, { kind: "checkpoint", detail: { ...detail, signature: toHex(signature) } });
  };

  // One signature at a time; whoever needs one of its own waits for that under way and asks again.
  const checkpoint = async (of: Session): Promise<void> => {
    while (of.signing !== undefined) await of.signing;
    of.signing = sign(of).finally(() => {
      of.signing = undefined;
    });
    await of.signing;
  };

  const store = async (of: Session): Promise<void> => {
    if (!isPersisted) return;
    const { self, startedAtMs, segments } = of;
    const { agentId } = self.identity;
    storeAgainAtMs = clock.now() + STORE_MS;
    try {
      await archived().store({ agentId, peerId: self.peerId, startedAtMs }, segments.list);
      isStorageFailing = false;
    } catch (error) {
      isStorageFailing = true;
      storeAgainAtMs = clock.now() + STORE_AGAIN_MS;
      throw error;
    }
  };

  const storeSoon = (of: Session, nowMs: number): void => {
    if (storing !== undefined || nowMs < storeAgainAtMs) return;
    storing = store(of)
      .catch((error: unknown) => port.handlerFailed(error, "Keeping the witness log"))
      .finally(() => {
        storing = undefined;
      });
  };

  const checkpointIfDue = (of: Session, nowMs: number): void => {
    if (of.signing !== undefined || of.uncheckedRecords === 0) return;
    const isDue = of.uncheckedRecords >= CHECKPOINT_RECORDS || nowMs - of.uncheckedSinceMs >= CHECKPOINT_MS;
    if (isDue) checkpoint(of).catch((error: unknown) => port.handlerFailed(error, "Signing the witness log"));
  };

  const isRestless = (of: Session): boolean =>
    of.uncheckedRecords > 0 ||
    // Where it fails, the next record is soon enough.
    (isPersisted && !isStorageFailing && of.segments.list.some(({ isDirty }) => isDirty));

  const tick = (): void => {
    cancelTick = undefined;
    if (session === undefined) return;
    const nowMs = clock.now();
    gather(session);
    checkpointIfDue(session, nowMs);
    storeSoon(session, nowMs);
    publish(session);
    if (isRestless(session)) tickSoon();
  };
  const tickSoon = (): void => {
    if (session !== undefined) cancelTick ??= clock.setTimer(GATHER_MS, tick);
  };

  const note = (event: WitnessEvent): void => {
    if (session === undefined) return;
    append(session, event);
  };
  const noteOf = (kind: WitnessKind, detail: WitnessEvent["detail"]): void => note({ kind, detail });

  const end = (ending: Session): void => {
    gather(ending);
    append(ending, { kind: "session_ended", detail: {} });
    session = undefined;
    cancelTick?.();
    cancelTick = undefined;
    publish(ending);
    closing = checkpoint(ending)
      .then(async () => {
        if (latest === ending) publish(ending);
        // What that one could not store is left to this one.
        await storing;
        await store(ending);
      })
      .catch((error: unknown) => port.handlerFailed(error, "Ending the witness log"));
  };

  port.watch("began", (self) => {
    session = {
      self,
      startedAtMs: clock.now(),
      chain: createChain(),
      segments: createSegments(maxBytes),
      recent: [],
      signedThrough: undefined,
      signing: undefined,
      uncheckedRecords: 0,
      uncheckedSinceMs: 0,
    };
    latest = session;
    const { agentId } = self.identity;
    noteOf("session_began", { agent: agentId, peer: self.peerId, room: self.room });
  });
  port.watch("ended", () => {
    if (session !== undefined) end(session);
  });
  port.watch("joined", ({ peerId, agentId }) => noteOf("peer_connected", { peer: peerId, agent: agentId }));
  port.watch("left", ({ peerId, reason }) => noteOf("peer_disconnected", { peer: peerId, reason }));

  return {
    note,
    frame(frame) {
      if (session === undefined) return;
      const full = frames.add(frame);
      if (full !== undefined) append(session, full);
      tickSoon();
    },
    dropped(code, peerId) {
      if (session === undefined) return;
      drops.add(code, peerId);
      tickSoon();
    },
    async export({ peerId } = {}) {
      const of = latest;
      if (of === undefined || (peerId !== undefined && peerId !== of.self.peerId)) {
        if (peerId === undefined) return "";
        await closing;
        return archived().text(peerId);
      }
      if (session === of) gather(of);
      await checkpoint(of);
      return of.segments.text();
    },
    async sessions() {
      await closing;
      return isPersisted ? archived().sessions() : [];
    },
  };
}
