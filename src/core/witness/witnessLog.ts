import { toHex } from "../bytes.js";
import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { type Archive, createArchive } from "./archive.js";
import { type Chain, createChain } from "./chain.js";
import { createDropCounts } from "./dropCounts.js";
import { createFrameGroups, type WitnessedFrame } from "./frameGroups.js";
import { checkpointStatement, type WitnessEvent, type WitnessRecord } from "./record.js";
import { createSegments, type Segments } from "./segments.js";
import type { Witness, WitnessOptions } from "./witness.js";

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

/** The witness log of one swarm, stay after stay; see {@link Witness}. */
export interface WitnessLog extends Witness {
  begin(self: PortSelf): void;
  /** Gathers, signs and stores what the stay has left behind. */
  end(): void;
  /** Adds a record at once; nothing between two stays. */
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

export function createWitnessLog(port: ProtocolPort, options: WitnessOptions): WitnessLog {
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

  return {
    begin(self) {
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
      note({ kind: "session_began", detail: { agent: agentId, peer: self.peerId, room: self.room } });
    },
    end() {
      if (session !== undefined) end(session);
    },
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
