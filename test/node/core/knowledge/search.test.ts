import { describe, expect, it } from "vitest";
import type { KnowledgeRecord } from "../../../../src/core/knowledge/record.js";
import { createSearchIndex } from "../../../../src/core/knowledge/search.js";

const letter = { body: new Uint8Array(0), signature: new Uint8Array(0) };

function recordOf(
  id: string,
  lesson: string,
  embedding: Float32Array<ArrayBuffer> | null = null,
): KnowledgeRecord {
  const reflection = {
    task: `task ${id}`,
    outcome: "success" as const,
    lesson,
    tags: ["tag"],
    context: null,
    embedding,
  };
  return { id, kind: "reflection", room: "r", author: "a", writtenAtMs: 0, letter, reflection };
}

const anyone = (): boolean => true;
const found = (ranked: readonly { id: string }[]): string[] => ranked.map(({ id }) => id);

describe("the search index", () => {
  it("finds whole words, beginnings, and words with one letter wrong; not more", () => {
    const index = createSearchIndex();
    index.add(recordOf("1", "recursion is elegant"));
    index.add(recordOf("2", "iteration is fast"));
    const search = (text: string) => found(index.search({ text, vector: undefined }, 10, anyone));
    expect(search("recursion")).toEqual(["1"]);
    expect(search("recur")).toEqual(["1"]);
    expect(search("recursoin")).toEqual([]);
    expect(search("recurzion")).toEqual(["1"]);
    expect(search("re")).toEqual([]);
    expect(search("is")).toHaveLength(2);
    expect(search("elegant or fast")).toHaveLength(2);
    expect(search("   ")).toEqual([]);
    expect(found(index.search({ text: "is", vector: undefined }, 10, (id) => id === "2"))).toEqual(["2"]);
    index.delete("1");
    index.delete("1");
    expect(search("recursion")).toEqual([]);
    index.add(recordOf("1", "recursion again"));
    expect(search("recursion")).toEqual(["1"]);
  });

  it("joins what words and vectors find; what both find comes first", () => {
    const index = createSearchIndex();
    index.add(recordOf("words", "zebra", Float32Array.of(0, 1)));
    index.add(recordOf("both", "zebra", Float32Array.of(1, 0.1)));
    index.add(recordOf("meaning", "horse", Float32Array.of(1, 0)));
    index.add(recordOf("zeros", "cow", Float32Array.of(0, 0)));
    index.add(recordOf("longer", "cow", Float32Array.of(1, 0, 0)));
    const vector = Float32Array.of(2, 0);
    expect(found(index.search({ text: undefined, vector }, 2, anyone))).toEqual(["meaning", "both"]);
    expect(found(index.search({ text: "zebra", vector }, 1, anyone))).toEqual(["both"]);
    expect(found(index.search({ text: undefined, vector: Float32Array.of(0, 0, 0, 1) }, 5, anyone))).toEqual(
      [],
    );
  });

  it("answers the worst of queries over thousands of records without holding up the page", () => {
    const index = createSearchIndex();
    for (let number = 0; number < 3000; number++) {
      const words = Array.from(
        { length: 20 },
        (_, at) => `word${((number * 31 + at * 7919) % 20_000).toString(36)}`,
      );
      index.add(recordOf(`${number}`, words.join(" ")));
    }
    const startMs = performance.now();
    const text = Array.from({ length: 500 }, (_, at) => `wordx${at}`).join(" ");
    index.search({ text, vector: undefined }, 10, anyone);
    expect(performance.now() - startMs).toBeLessThan(1500);
  });
});
