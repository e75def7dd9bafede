import * as v from "valibot";
import type { Bytes } from "../bytes.js";
import type { Storage } from "../storage/storage.js";
import type { ArtifactId } from "./artifact.js";
import type { Block } from "./dag.js";
import { allOf, BLOCKS, CONTENTS, idOfKey, keyIn } from "./storageKeys.js";

// What one transaction holds: a tab must not stand still while megabytes are written.
const BLOCKS_AT_ONCE = 32;

// What is stored may be damaged, or of another version.
const contentSchema = v.object({
  /** Not so while its blocks are being written. */
  isWhole: v.boolean(),
  /** Names of its blocks, each once, and how large they are. */
  blocks: v.array(v.tuple([v.string(), v.pipe(v.number(), v.safeInteger(), v.minValue(0))])),
});
type StoredContent = v.InferOutput<typeof contentSchema>;

function contentOf(value: unknown): StoredContent | undefined {
  const parsed = v.safeParse(contentSchema, value);
  return parsed.success ? parsed.output : undefined;
}

/**
 * Content of one agent and room, as blocks in storage; what several contents have in common is kept once. Whoever
 * writes holds the scope's lock.
 */
export interface Contents {
  readonly usedBytes: number;
  has(cid: ArtifactId): boolean;
  /** Bytes that keeping these blocks would add. */
  newBytes(blocks: Iterable<Block>): number;
  /** Names of all blocks of some content that is here. */
  blocksOf(cid: ArtifactId): readonly string[];
  /** Contents that a block is part of. */
  ownersOf(blockCid: string): ReadonlySet<ArtifactId>;
  block(blockCid: string): Promise<Bytes | undefined>;
  /** Reads what is there, and clears away what a crash left half written. */
  load(): Promise<void>;
  put(cid: ArtifactId, blocks: readonly Block[]): Promise<void>;
  remove(cid: ArtifactId): Promise<void>;
  /** Takes what another tab has changed. */
  reread(cids: readonly ArtifactId[]): Promise<void>;
}

export function createContents(storage: Storage, scope: string): Contents {
  const contents = new Map<ArtifactId, StoredContent>();
  const owners = new Map<string, Set<ArtifactId>>();
  let usedBytes = 0;

  const takeDown = (cid: ArtifactId): void => {
    for (const [block, bytes] of contents.get(cid)?.blocks ?? []) {
      const of = owners.get(block);
      if (of === undefined || !of.delete(cid) || of.size > 0) continue;
      owners.delete(block);
      usedBytes -= bytes;
    }
    contents.delete(cid);
  };

  const putUp = (cid: ArtifactId, content: StoredContent): void => {
    if (contents.has(cid)) takeDown(cid);
    contents.set(cid, content);
    for (const [block, bytes] of content.blocks) {
      const of = owners.get(block);
      if (of === undefined) usedBytes += bytes;
      owners.set(block, (of ?? new Set()).add(cid));
    }
  };

  /** What is in storage, whatever this tab knows of it. */
  const stored = async (): Promise<ReadonlyMap<ArtifactId, StoredContent>> => {
    const entries = await storage.entries(CONTENTS, allOf(scope));
    return new Map(
      entries.flatMap(([key, value]) => {
        const content = contentOf(value);
        return content === undefined ? [] : [[idOfKey(scope, key), content] as const];
      }),
    );
  };

  const removeStored = async (cid: ArtifactId): Promise<void> => {
    const all = await stored();
    const needed = new Set([...all].flatMap(([of, { blocks }]) => (of === cid ? [] : blocks.map(nameOf))));
    const free = (all.get(cid)?.blocks ?? []).map(nameOf).filter((block) => !needed.has(block));
    await storage.write([
      { collection: CONTENTS, key: keyIn(scope, cid) },
      ...free.map((block) => ({ collection: BLOCKS, key: keyIn(scope, block) })),
    ]);
  };

  return {
    get usedBytes() {
      return usedBytes;
    },
    has: (cid) => contents.has(cid),
    newBytes(blocks) {
      const sizes = new Map<string, number>();
      for (const { cid, bytes } of blocks) sizes.set(cid.toString(), bytes.length);
      let total = 0;
      for (const [block, bytes] of sizes) if (!owners.has(block)) total += bytes;
      return total;
    },
    blocksOf: (cid) => (contents.get(cid)?.blocks ?? []).map(nameOf),
    ownersOf: (block) => owners.get(block) ?? new Set(),
    block: async (block) => (await storage.get(BLOCKS, keyIn(scope, block))) as Bytes | undefined,
    async load() {
      for (const [cid, content] of await stored()) {
        if (content.isWhole) putUp(cid, content);
        else await removeStored(cid);
      }
    },
    async put(cid, blocks) {
      const sizes = new Map(blocks.map((block) => [block.cid.toString(), block.bytes.length]));
      const content: StoredContent = { isWhole: false, blocks: [...sizes] };
      const write = (value: StoredContent): Promise<void> =>
        storage.write([{ collection: CONTENTS, key: keyIn(scope, cid), value }]);
      try {
        await write(content);
        for (let first = 0; first < blocks.length; first += BLOCKS_AT_ONCE) {
          const some = blocks.slice(first, first + BLOCKS_AT_ONCE);
          await storage.write(
            some.map((block) => ({
              collection: BLOCKS,
              key: keyIn(scope, block.cid.toString()),
              value: block.bytes,
            })),
          );
        }
        await write({ ...content, isWhole: true });
      } catch (error) {
        await removeStored(cid).catch(() => undefined);
        throw error;
      }
      putUp(cid, { ...content, isWhole: true });
    },
    async remove(cid) {
      await removeStored(cid);
      takeDown(cid);
    },
    async reread(cids) {
      for (const cid of cids) {
        const value = contentOf(await storage.get(CONTENTS, keyIn(scope, cid)));
        if (value?.isWhole === true) putUp(cid, value);
        else takeDown(cid);
      }
    },
  };
}

function nameOf([cid]: readonly [string, number]): string {
  return cid;
}
