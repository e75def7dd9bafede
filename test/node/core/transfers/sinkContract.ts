import { memoryStorage, type PartStore, platformRuntime, type Runtime, type Storage } from "peerswarm";
import { describe, expect, it } from "vitest";
import { createContentTree } from "../../../../src/core/transfers/contentTree.js";
import { filesSink } from "../../../../src/core/transfers/sinks/filesSink.js";
import type { Sink } from "../../../../src/core/transfers/sinks/sink.js";
import type { Content } from "../../../../src/core/transfers/transferMessages.js";

const CHUNK = 64 * 1024;

/** One place for content: how it is opened, and what it holds in the end. */
export interface SinkHarness {
  open(content: Content): Promise<Sink>;
  /** What was written, where the result does not hold it. */
  written?(): Promise<Uint8Array>;
}

interface Sample {
  readonly content: Content;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly chunks: { readonly chunk: Uint8Array<ArrayBuffer>; readonly hash: Uint8Array<ArrayBuffer> }[];
}

async function sample(size: number, seed: number): Promise<Sample> {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index += 997) bytes[index] = (index * seed) % 251;
  const chunks: Sample["chunks"] = [];
  for (let offset = 0; offset < size; offset += CHUNK) {
    const chunk = bytes.slice(offset, offset + CHUNK);
    chunks.push({ chunk, hash: new Uint8Array(await crypto.subtle.digest("SHA-256", chunk)) });
  }
  const hashes = await new Blob(chunks.map(({ hash }) => hash)).arrayBuffer();
  const { root } = createContentTree(new Uint8Array(hashes));
  return { content: { root, size, chunkBytes: CHUNK }, bytes, chunks };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

let seeds = 0;

/** What every sink promises. */
export function describeSink(name: string, createHarness: () => SinkHarness): void {
  describe(`a sink (${name})`, () => {
    it.each([0, 1, CHUNK, CHUNK + 1, 9 * 1024 * 1024 + 5])(
      "holds %i bytes as they were written",
      async (size) => {
        const harness = createHarness();
        const { content, bytes, chunks } = await sample(size, ++seeds);
        const sink = await harness.open(content);
        expect(sink.keptChunks).toBe(0);
        for (const { chunk, hash } of chunks) await sink.write(chunk, hash);
        const result = await sink.close();
        const held =
          result.content instanceof Blob
            ? new Uint8Array(await result.content.arrayBuffer())
            : (result.content ?? (await harness.written?.()));
        expect(isSame(held as Uint8Array, bytes)).toBe(true);
        await result.discard();
      },
    );

    it("can be aborted at any time, and another one of the same content begins anew", async () => {
      const harness = createHarness();
      const { content, chunks } = await sample(5 * CHUNK, ++seeds);
      const sink = await harness.open(content);
      for (const { chunk, hash } of chunks.slice(0, 3)) await sink.write(chunk, hash);
      await sink.abort({ keeps: false, reason: new Error("enough") });
      const again = await createHarness().open(content);
      expect(again.keptChunks).toBe(0);
      await again.abort({ keeps: false, reason: undefined });
    });
  });
}

/** What sinks promise whose parts outlive a page. */
export function describeFilesSink(name: string, createParts: (storage: Storage) => PartStore): void {
  const runtimeOn = (storage: Storage): Runtime => ({ ...platformRuntime, storage });
  const harness = (storage = memoryStorage()) => {
    const runtime = runtimeOn(storage);
    const parts = createParts(storage);
    return { parts, open: (content: Content) => filesSink({ runtime, parts, content }) };
  };
  describeSink(name, harness);

  describe(`a sink that outlives its page (${name})`, () => {
    const PER_PART = 64;

    it("goes on with whole parts, after an end that keeps them", async () => {
      const { open } = harness();
      const { content, bytes, chunks } = await sample(10 * 1024 * 1024, ++seeds);
      const first = await open(content);
      for (const { chunk, hash } of chunks.slice(0, 2 * PER_PART + 5)) await first.write(chunk, hash);
      await first.abort({ keeps: true, reason: undefined });
      const second = await open(content);
      expect(second.keptChunks).toBe(2 * PER_PART);
      for (const { chunk, hash } of chunks.slice(2 * PER_PART)) await second.write(chunk, hash);
      const result = await second.close();
      expect(isSame(new Uint8Array(await (result.content as Blob).arrayBuffer()), bytes)).toBe(true);
      expect((await (await open(content)).close()).content, "and knows what is whole").toBeInstanceOf(Blob);
      await result.discard();
      const third = await open(content);
      expect(third.keptChunks).toBe(0);
      await third.abort({ keeps: false, reason: undefined });
    });

    it("keeps apart what two transfers of the same content write at once", async () => {
      const { open } = harness();
      const { content, bytes, chunks } = await sample(3 * CHUNK, ++seeds);
      const [first, second] = [await open(content), await open(content)];
      for (const sink of [first, second]) for (const { chunk, hash } of chunks) await sink.write(chunk, hash);
      for (const sink of [first, second]) {
        const { content: held, discard } = await sink.close();
        expect(isSame(new Uint8Array(await (held as Blob).arrayBuffer()), bytes)).toBe(true);
        await discard();
      }
    });

    it("forgets after a week what nobody took up", async () => {
      const storage = memoryStorage();
      const { parts, open } = harness(storage);
      const { content, chunks } = await sample(5 * 1024 * 1024, ++seeds);
      const old = await open(content);
      for (const { chunk, hash } of chunks.slice(0, PER_PART)) await old.write(chunk, hash);
      await old.abort({ keeps: true, reason: undefined });
      const [[folder] = [""]] = await storage.entries("transfer-folders");
      expect(await parts.read(folder, 0)).toBeInstanceOf(Blob);
      const WEEK_MS = 7 * 24 * 3600 * 1000;
      await storage.write([
        { collection: "transfer-folders", key: folder, value: platformRuntime.clock.now() - WEEK_MS - 1 },
      ]);
      const other = await open((await sample(CHUNK, ++seeds)).content);
      expect(await parts.read(folder, 0)).toBeUndefined();
      expect(await storage.entries("transfer-hashes")).toEqual([]);
      await other.abort({ keeps: false, reason: undefined });
    });
  });
}
