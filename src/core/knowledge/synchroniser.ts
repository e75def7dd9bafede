import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { answerClaims, joinIds, MAX_ROUNDS, openComparison, splitIds } from "../sync/rangeSync.js";
import type { Letter } from "../wire/letterShape.js";
import { takeOne } from "../wire/tokenBucket.js";
import { type Course, createCourse, type Difference } from "./course.js";
import type { Exchange } from "./exchange.js";
import {
  knowledgeCompare,
  knowledgePull,
  knowledgeReceipt,
  knowledgeShare,
  MAX_BATCH_RECORDS,
  MAX_PULL_IDS,
  reflectionShare,
} from "./messages.js";
import type { KnowledgeRecord } from "./record.js";
import type { Shelf } from "./shelf.js";

/** Bytes of the letters in one message. */
const BATCH_BYTES: number = 64 * 1024;
const ANSWER_TIMEOUT_MS = 20_000;
/** Who is to begin after two have met does so within this time; the other one if it has not, after the second. */
const FIRST_COMPARISON_MS = 250;
const SECOND_COMPARISON_MS = 3000;
/** Each member compares with one peer by chance every so often, give or take a quarter. */
export const COMPARISON_INTERVAL_MS = 30_000;
/** Comparisons one after the other, as long as each brings something new. */
const MAX_TURNS = 64;
const MAX_WAITING_PULLS = 4;

export interface SynchroniserOptions {
  readonly port: ProtocolPort;
  readonly self: PortSelf;
  readonly shelf: Shelf;
  readonly exchange: Exchange;
  /** Somebody is being compared with, or no longer, or is equal now. */
  readonly onChanged: () => void;
}

/** Makes the shared records of all members the same. */
export interface Synchroniser {
  readonly syncing: readonly PeerId[];
  readonly lastSyncAtMs: number | undefined;
  /** Tells every peer of records that are shared now; resolves with how many hold all of them. */
  announce(ids: readonly string[]): Promise<number>;
  compared(
    peerId: PeerId,
    step: { number: number; isReply: boolean; claims: Parameters<typeof answerClaims>[1] },
  ): void;
  pulled(peerId: PeerId, pull: { number: number; ids: Uint8Array }): void;
  close(): void;
}

export function createSynchroniser({
  port,
  self,
  shelf,
  exchange,
  onChanged,
}: SynchroniserOptions): Synchroniser {
  const { clock, random } = port.runtime;
  const courses = new Map<PeerId, Course>();
  let lastSyncAtMs: number | undefined;
  let cancelInterval: Cancel | undefined;

  const courseOf = (peerId: PeerId): Course => {
    const course = courses.get(peerId) ?? createCourse(clock);
    courses.set(peerId, course);
    return course;
  };

  // --- pushing and pulling ----------------------------------------------------------------------

  /** One message's worth after the other, each once the one before has been taken. */
  const push = async (
    peerId: PeerId,
    ids: readonly string[],
  ): Promise<{ readonly held: number; readonly added: number }> => {
    const total = { held: 0, added: 0 };
    const { pushedBytes } = courseOf(peerId);
    for (const { definition, letters, bytes } of batchesOf(shelf, ids)) {
      if (pushedBytes.waitMs() > 0) await exchange.pause(pushedBytes.waitMs());
      pushedBytes.spend(bytes);
      const receipt = await exchange.ask(peerId, definition, { letters: [...letters] }, knowledgeReceipt, {
        timeoutMs: ANSWER_TIMEOUT_MS,
      });
      if (receipt === undefined) return total;
      total.held += Math.min(receipt.held, letters.length);
      total.added += Math.min(receipt.added, letters.length);
    }
    return total;
  };

  /** How many of the records that are missing here have come. */
  const pull = async (peerId: PeerId, ids: readonly string[]): Promise<number> => {
    const before = shelf.known.size;
    for (let first = 0; first < ids.length; first += MAX_PULL_IDS) {
      const some = joinIds(ids.slice(first, first + MAX_PULL_IDS));
      const receipt = await exchange.ask(peerId, knowledgePull, { ids: some }, knowledgeReceipt, {
        timeoutMs: 3 * ANSWER_TIMEOUT_MS,
      });
      if (receipt === undefined) break;
    }
    return shelf.known.size - before;
  };

  // --- comparing --------------------------------------------------------------------------------

  /** What differs, or why that cannot be told. */
  const compare = async (peerId: PeerId): Promise<Difference | "silent" | "dishonest"> => {
    const [extra, missing] = [new Set<string>(), new Set<string>()];
    let claims = openComparison(shelf.known);
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const reply = await exchange.ask(
        peerId,
        knowledgeCompare,
        { isReply: false, claims: [...claims] },
        knowledgeCompare,
        { timeoutMs: ANSWER_TIMEOUT_MS },
      );
      if (reply === undefined) return "silent";
      const answer = answerClaims(shelf.known, reply.claims, true);
      if (answer === undefined) {
        port.dropped("knowledge-claims", peerId);
        return "dishonest";
      }
      for (const id of answer.extra) extra.add(id);
      for (const id of answer.missing) missing.add(id);
      claims = answer.claims;
      if (claims.length === 0) return { extra: [...extra], missing: [...missing] };
    }
    port.dropped("knowledge-endless", peerId);
    return "dishonest";
  };

  /** Whether the two are equal at the end, but for what cannot be helped. */
  const becomeEqual = async (peerId: PeerId, course: Course): Promise<boolean> => {
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      const difference = await compare(peerId);
      if (difference === "silent" || exchange.isClosed) return false;
      if (difference === "dishonest") return giveUp(course);
      if (difference.extra.length + difference.missing.length === 0) course.becameEqual();
      const { extra, missing } = course.worthTrying(difference);
      if (extra.length + missing.length === 0) return true;
      const [pushed, pulled] = await Promise.all([push(peerId, extra), pull(peerId, missing)]);
      if (pushed.added + pulled > 0) continue;
      // A peer that is full, that removed these records, or that lies: there is no use in going on with them now.
      course.gotStuck({ extra, missing });
      return false;
    }
    port.dropped("knowledge-endless", peerId);
    return giveUp(course);
  };

  const giveUp = (course: Course): false => {
    course.gaveUp();
    return false;
  };

  const run = async (peerId: PeerId): Promise<void> => {
    const course = courseOf(peerId);
    if (exchange.isClosed) return;
    if (course.isRunning) {
      course.isDueAgain = true;
      return;
    }
    course.isRunning = true;
    course.isDueAgain = false;
    onChanged();
    if (await becomeEqual(peerId, course)) lastSyncAtMs = clock.now();
    course.isRunning = false;
    onChanged();
    if (course.isDueAgain && courses.get(peerId) === course) void run(peerId);
  };

  // --- when -------------------------------------------------------------------------------------

  const met = (peerId: PeerId): void => {
    const course = courseOf(peerId);
    const begins = self.peerId < peerId;
    const metAtMs = clock.now();
    course.cancelStart?.();
    course.cancelStart = clock.setTimer(
      (begins ? 0 : SECOND_COMPARISON_MS) + random() * FIRST_COMPARISON_MS,
      () => {
        if (begins || course.comparedAtMs < metAtMs) void run(peerId);
      },
    );
  };

  const compareByChance = (): void => {
    const awake = port.peers().filter(({ peerId }) => !courseOf(peerId).isResting);
    const chosen = awake[Math.floor(random() * awake.length)];
    if (chosen !== undefined) void run(chosen.peerId);
    scheduleNext();
  };
  const scheduleNext = (): void => {
    cancelInterval = clock.setTimer(COMPARISON_INTERVAL_MS * (0.75 + random() / 2), compareByChance);
  };

  const stops = [
    port.watch("joined", ({ peerId }) => met(peerId)),
    port.watch("relinked", ({ peerId }) => met(peerId)),
    port.watch("left", ({ peerId }) => {
      courses.get(peerId)?.cancelStart?.();
      courses.delete(peerId);
      onChanged();
    }),
  ];
  for (const { peerId } of port.peers()) met(peerId);
  scheduleNext();

  return {
    get syncing() {
      return [...courses].filter(([, { isRunning }]) => isRunning).map(([peerId]) => peerId);
    },
    get lastSyncAtMs() {
      return lastSyncAtMs;
    },
    async announce(ids) {
      const outcomes = await Promise.all(port.peers().map(({ peerId }) => push(peerId, ids)));
      return outcomes.filter(({ held }) => held >= ids.length).length;
    },
    compared(peerId, { number, claims }) {
      const course = courseOf(peerId);
      if (!takeOne(course.answers)) return port.dropped("knowledge-rate", peerId);
      course.comparedAtMs = clock.now();
      const answer = answerClaims(shelf.known, claims, false);
      if (answer === undefined) return port.dropped("knowledge-claims", peerId);
      const reply = { number, isReply: true, claims: [...answer.claims] };
      port.send(peerId, knowledgeCompare, reply, { lane: "bulk" });
    },
    pulled(peerId, { number, ids }) {
      const course = courseOf(peerId);
      const wanted = splitIds("", ids);
      if (wanted === undefined) return port.dropped("invalid-payload", peerId);
      if (course.waitingPulls >= MAX_WAITING_PULLS) return port.dropped("knowledge-rate", peerId);
      course.waitingPulls++;
      course.pulls = course.pulls.then(async () => {
        const { held } = await push(peerId, wanted);
        course.waitingPulls--;
        port.send(peerId, knowledgeReceipt, { number, held, added: 0 }, { lane: "bulk" });
      });
    },
    close() {
      for (const stop of stops) stop();
      for (const { cancelStart } of courses.values()) cancelStart?.();
      cancelInterval?.();
    },
  };
}

interface Batch {
  readonly definition: typeof knowledgeShare;
  readonly letters: readonly Letter[];
  readonly bytes: number;
}

/** What of these may be told, in messages of one kind and of bearable size each. */
function* batchesOf(shelf: Shelf, ids: readonly string[]): Generator<Batch> {
  for (const kind of ["artifact", "reflection"] as const) {
    const definition = kind === "artifact" ? knowledgeShare : reflectionShare;
    let letters: Letter[] = [];
    let bytes = 0;
    for (const id of ids) {
      // Looked up late: what was removed meanwhile is not told.
      const letter = tellable(shelf, id, kind)?.letter;
      if (letter === undefined) continue;
      if (letters.length === MAX_BATCH_RECORDS || bytes + letter.body.length > BATCH_BYTES) {
        if (letters.length > 0) yield { definition, letters, bytes };
        [letters, bytes] = [[], 0];
      }
      letters.push(letter);
      bytes += letter.body.length;
    }
    if (letters.length > 0) yield { definition, letters, bytes };
  }
}

function tellable(shelf: Shelf, id: string, kind: KnowledgeRecord["kind"]): KnowledgeRecord | undefined {
  const kept = shelf.records.get(id);
  return kept?.isShared === true && kept.record.kind === kind ? kept.record : undefined;
}
