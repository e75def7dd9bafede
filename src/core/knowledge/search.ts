import MiniSearch from "minisearch";
import type { KnowledgeRecord } from "./record.js";

/** Words of a query that count, the first ones. */
const MAX_WORDS = 16;
/** Shorter words are looked for as they are: nearly everything is similar to them. */
const MIN_FUZZY_LENGTH = 5;
// At most one letter may differ: more costs a hundred times as much.
const FUZZINESS = 1;
const MIN_PREFIX_LENGTH = 3;
/** Joins the ranks of two searches: 1 ÷ (60 + rank), as in reciprocal rank fusion (Cormack 2009). */
const RANK_OFFSET = 60;
/** Best entries of each search that are joined. */
const JOINED_RANKS = 256;

/** What to look for, one of the two at least. */
export interface SearchTerms {
  readonly text: string | undefined;
  readonly vector: Float32Array | undefined;
}

/** A record that fits, and how well; higher is better. */
export interface Ranked {
  readonly id: string;
  readonly score: number;
}

/** An index of records by their words and their embeddings. */
export interface SearchIndex {
  add(record: KnowledgeRecord): void;
  delete(id: string): void;
  /** Best first. */
  search(terms: SearchTerms, k: number, isWanted: (id: string) => boolean): readonly Ranked[];
}

interface Document {
  readonly id: string;
  readonly title: string;
  readonly tags: string;
  readonly text: string;
}

export function createSearchIndex(): SearchIndex {
  const words = new MiniSearch<Document>({
    fields: ["title", "tags", "text"],
    searchOptions: { boost: { title: 2, tags: 2 } },
  });
  const vectors = new Map<string, Float32Array>();

  const byWords = (text: string, isWanted: (id: string) => boolean): readonly Ranked[] => {
    const found = words.search(text.split(/\s+/).slice(0, MAX_WORDS).join(" "), {
      prefix: (term) => term.length >= MIN_PREFIX_LENGTH,
      fuzzy: (term) => (term.length >= MIN_FUZZY_LENGTH ? FUZZINESS : false),
      filter: ({ id }) => isWanted(id as string),
    });
    return found.map(({ id, score }) => ({ id: id as string, score }));
  };

  const byVector = (vector: Float32Array, isWanted: (id: string) => boolean): readonly Ranked[] => {
    const unit = unitOf(vector);
    const ranked: Ranked[] = [];
    for (const [id, other] of vectors) {
      if (other.length !== unit.length || !isWanted(id)) continue;
      const score = dot(unit, other);
      // At a right angle or beyond it they have nothing in common.
      if (score > 0) ranked.push({ id, score });
    }
    return ranked.sort((a, b) => b.score - a.score);
  };

  return {
    add(record) {
      words.add(documentOf(record));
      const { embedding } = record.kind === "artifact" ? record.artifact : record.reflection;
      if (embedding !== null) vectors.set(record.id, unitOf(embedding));
    },
    delete(id) {
      if (words.has(id)) words.discard(id);
      vectors.delete(id);
    },
    search({ text, vector }, k, isWanted) {
      const byText = text === undefined ? undefined : byWords(text, isWanted);
      if (vector === undefined) return (byText ?? []).slice(0, k);
      const byMeaning = byVector(vector, isWanted);
      return (byText === undefined ? byMeaning : joinRanks(byText, byMeaning)).slice(0, k);
    },
  };
}

function documentOf(record: KnowledgeRecord): Document {
  const { id } = record;
  if (record.kind === "artifact") {
    const { title, tags, text } = record.artifact;
    return { id, title: title ?? "", tags: tags.join(" "), text: text ?? "" };
  }
  const { task, lesson, tags } = record.reflection;
  return { id, title: task, tags: tags.join(" "), text: lesson };
}

function joinRanks(...searches: readonly (readonly Ranked[])[]): readonly Ranked[] {
  const scores = new Map<string, number>();
  for (const ranked of searches) {
    ranked.slice(0, JOINED_RANKS).forEach(({ id }, rank) => {
      scores.set(id, (scores.get(id) ?? 0) + 1 / (RANK_OFFSET + rank));
    });
  }
  return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
}

/** Of length 1, so that a cosine is a product; a vector of zeros stays, and is like nothing. */
function unitOf(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((component) => component / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] as number) * (b[index] as number);
  return sum;
}
