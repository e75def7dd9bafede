import { shareSignal } from "../abort.js";
import { abortedError, SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { Letter } from "../wire/letterShape.js";
import { type TokenBucket, takeOne, tokenBucket } from "../wire/tokenBucket.js";
import { admitLetters } from "./admission.js";
import type { Desk } from "./desk.js";
import type { KnowledgeHit, KnowledgeSource, QueryOptions } from "./hit.js";
import { knowledgeAnswer, knowledgeQuery, MAX_K, MAX_QUERY_LENGTH } from "./messages.js";
import { type KnowledgeRecord, MAX_EMBEDDING_LENGTH } from "./record.js";
import type { Reflection } from "./reflection.js";
import type { Ranked, SearchTerms } from "./search.js";

const DEFAULT_K = 10;
/** Default of `timeoutMs`. */
export const QUERY_TIMEOUT_MS = 3000;
/** Several descriptions of one content count once, so more of them are looked at than asked for. */
const SPARE = 4;
/** Searching costs milliseconds: what a peer can ask for, at once and in the long run. */
const QUERIES_AT_ONCE = 16;
const QUERIES_PER_SECOND = 4;
/** Largest answer; what does not fit is left out. */
const ANSWER_BYTES: number = 128 * 1024;

/** Finds what is here, and what peers have. */
export interface Librarian {
  query(query: string | Float32Array, options: QueryOptions): Promise<readonly KnowledgeHit[]>;
  searchReflections(query: string | Float32Array, k: number | undefined): Promise<readonly Reflection[]>;
  asked(
    peerId: PeerId,
    question: { number: number; text: string | null; vector: Float32Array | null; k: number },
  ): void;
  forget(peerId: PeerId): void;
}

/** Who answered with which records. */
type Sources = ReadonlyMap<string, ReadonlySet<AgentId>>;

export function createLibrarian(desk: Desk): Librarian {
  const { port, shelf, catalogue, exchange, self } = desk;
  const allowances = new Map<PeerId, TokenBucket>();

  const termsOf = async (query: string | Float32Array): Promise<SearchTerms> =>
    typeof query === "string"
      ? { text: query, vector: await desk.embed(query) }
      : { text: undefined, vector: query.slice() };

  const askOne = async (
    { peerId, agentId }: { readonly peerId: PeerId; readonly agentId: AgentId },
    terms: SearchTerms,
    { k = DEFAULT_K, timeoutMs = QUERY_TIMEOUT_MS }: QueryOptions,
    signal: AbortSignal | undefined,
  ): Promise<readonly [AgentId, readonly KnowledgeRecord[]]> => {
    const question = { text: terms.text ?? null, vector: terms.vector?.slice() ?? null, k };
    const answer = await exchange.ask(peerId, knowledgeQuery, question, knowledgeAnswer, {
      timeoutMs,
      signal,
    });
    if (answer === undefined) return [agentId, []];
    return [agentId, (await admitLetters(desk, answer.letters, peerId)).records];
  };

  const askAll = async (terms: SearchTerms, options: QueryOptions): Promise<Sources> => {
    const signals = shareSignal(options.signal);
    const questions = port.peers().map((peer) => askOne(peer, terms, options, signals.next()));
    const answers = await Promise.all(questions).finally(signals.release);
    const sources = new Map<string, Set<AgentId>>();
    for (const [agentId, records] of answers)
      for (const { id } of records) sources.set(id, (sources.get(id) ?? new Set()).add(agentId));
    return sources;
  };

  /** Hits of what is on the shelf; several descriptions of one content are one hit. */
  const hitsOf = (
    ranked: readonly Ranked[],
    wasHere: (id: string) => boolean,
    sources: Sources,
  ): readonly KnowledgeHit[] => {
    const hits = new Map<string, KnowledgeHit>();
    for (const { id, score } of ranked) {
      const record = shelf.records.get(id)?.record;
      if (record === undefined) continue;
      const from: KnowledgeSource[] = [
        ...(wasHere(id) ? (["here"] as const) : []),
        ...(sources.get(id) ?? []),
      ];
      const subject = subjectOf(record);
      if (subject === undefined) continue;
      const before = hits.get(subject.id);
      if (before === undefined) hits.set(subject.id, { ...subject, score, sources: from });
      else hits.set(subject.id, { ...before, sources: hereFirst([...before.sources, ...from]) });
    }
    return [...hits.values()];
  };

  const subjectOf = (record: KnowledgeRecord) => {
    if (record.kind === "artifact") {
      const artifact = catalogue.artifact(record.artifact.cid);
      return artifact && ({ kind: "artifact", id: artifact.id, artifact } as const);
    }
    const reflection = catalogue.reflection(record.id);
    return reflection && ({ kind: "reflection", id: reflection.id, reflection } as const);
  };

  const nearest = (hits: readonly KnowledgeHit[]): readonly KnowledgeHit[] => {
    const { peers, self: own } = port.snapshot();
    const regions = new Map(peers.map(({ agentId, profile }) => [agentId, profile.region]));
    const distanceTo = (source: KnowledgeSource): number =>
      source === "here" ? 0 : 1 + regionDistance(own.profile.region, regions.get(source));
    const distance = new Map(hits.map((hit) => [hit, Math.min(...hit.sources.map(distanceTo))]));
    return [...hits].sort((a, b) => (distance.get(a) as number) - (distance.get(b) as number));
  };

  const answerTo = ({ text, vector }: Parameters<Librarian["asked"]>[1], k: number): readonly Letter[] => {
    const terms = { text: text ?? undefined, vector: vector ?? undefined };
    const isTold = (id: string): boolean => shelf.records.get(id)?.isShared === true;
    let room = ANSWER_BYTES;
    return desk
      .index()
      .search(terms, k, isTold)
      .map(({ id }) => shelf.records.get(id)?.record.letter)
      .filter((letter): letter is Letter => {
        room -= letter?.body.length ?? 0;
        return letter !== undefined && room >= 0;
      });
  };

  return {
    async query(query, options) {
      assertQuery(query, options);
      const { k = DEFAULT_K, scope = "swarm", nearestFirst = false, signal } = options;
      const terms = await termsOf(query);
      const before = new Set(shelf.records.keys());
      const sources: Sources = scope === "swarm" ? await askAll(terms, options) : new Map();
      if (signal?.aborted) throw abortedError("The query", signal);
      const ranked = desk.index().search(terms, k * SPARE, () => true);
      const hits = hitsOf(ranked, (id) => before.has(id) || !sources.has(id), sources).slice(0, k);
      return nearestFirst ? nearest(hits) : hits;
    },
    async searchReflections(query, k) {
      assertQuery(query, k === undefined ? {} : { k });
      const isReflection = (id: string): boolean => shelf.records.get(id)?.record.kind === "reflection";
      const ranked = desk.index().search(await termsOf(query), k ?? DEFAULT_K, isReflection);
      return ranked.map(({ id }) => catalogue.reflection(id)).filter((one) => one !== undefined);
    },
    asked(peerId, question) {
      const allowance =
        allowances.get(peerId) ?? tokenBucket(port.runtime.clock, QUERIES_PER_SECOND, QUERIES_AT_ONCE);
      allowances.set(peerId, allowance);
      if (!takeOne(allowance)) return port.dropped("knowledge-rate", peerId);
      if (self !== port.self) return;
      const { number, k } = question;
      const letters = [...answerTo(question, k)];
      port.send(peerId, knowledgeAnswer, { number, letters }, { lane: "bulk" });
    },
    forget: (peerId) => void allowances.delete(peerId),
  };
}

function hereFirst(sources: readonly KnowledgeSource[]): readonly KnowledgeSource[] {
  const each = new Set(sources);
  return each.delete("here") ? ["here", ...each] : [...each];
}

/**
 * 0 in the same region; regions such as `eu-west` and `eu-north` are nearer than `eu-west` and `us-west`. A member that
 * names none is far from everybody.
 */
export function regionDistance(own: string | undefined, other: string | undefined): number {
  if (own === undefined || other === undefined) return Number.MAX_SAFE_INTEGER;
  if (own === other) return 0;
  const [a, b] = [own.split("-"), other.split("-")];
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return 1 / (1 + shared);
}

function assertQuery(query: string | Float32Array, { k = DEFAULT_K }: QueryOptions): void {
  const fits =
    typeof query === "string"
      ? query.length <= MAX_QUERY_LENGTH
      : query.length > 0 && query.length <= MAX_EMBEDDING_LENGTH && query.every(Number.isFinite);
  if (fits && Number.isSafeInteger(k) && k >= 1 && k <= MAX_K) return;
  throw new SwarmError("invalid-option", {
    what: "This cannot be looked for.",
    why: `A query is text of at most ${MAX_QUERY_LENGTH} characters, or 1 to ${MAX_EMBEDDING_LENGTH} finite numbers; k is a whole number from 1 to ${MAX_K}.`,
    fix: "Shorten it, or ask for fewer.",
  });
}
