import fc from "fast-check";
import { importer } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { CID } from "multiformats/cid";
import { describe, expect, it } from "vitest";
import { type Bytes, toHex } from "../../../../src/core/bytes.js";
import { parseCid } from "../../../../src/core/knowledge/cid.js";
import { type Block, cutContent, joinContent, linksOf } from "../../../../src/core/knowledge/dag.js";
import { decodeFileNode, encodeFileNode } from "../../../../src/core/knowledge/unixfs.js";

const runtime = { track: <T>(work: Promise<T>): Promise<T> => work };

/** Content that is not the same in every chunk. */
function contentOf(length: number): Bytes {
  const content = new Uint8Array(length);
  for (let index = 0, state = length + 1; index < length; index++) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    content[index] = state >>> 16;
  }
  return content;
}

async function cut(content: Uint8Array) {
  const blocks = new Map<string, Block>();
  const cid = await cutContent(new Blob([content as Bytes]), runtime, (block) => {
    blocks.set(block.cid.toString(), block);
  });
  return { cid, blocks };
}

/** What IPFS's own importer makes of it, blocks included. */
async function importByIpfs(content: Uint8Array) {
  const blocks = new Map<string, Uint8Array>();
  const blockstore = {
    async put(cid: CID, bytes: Uint8Array) {
      blocks.set(cid.toString(), bytes);
      return cid;
    },
  };
  const options = { cidVersion: 1, rawLeaves: true, chunker: fixedSize({ chunkSize: 131_072 }) } as const;
  let root = "";
  for await (const entry of importer([{ content }], blockstore as never, options))
    root = entry.cid.toString();
  return { root, blocks };
}

const CHUNK = 131_072;

describe("content in blocks", () => {
  it.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"],
    [
      "hello world",
      new TextEncoder().encode("hello world"),
      "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
    ],
  ])("has the name that everybody knows: %s", async (_, content, name) => {
    expect((await cut(content)).cid.toString()).toBe(name);
  });

  it.each([1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 174 * CHUNK, 176 * CHUNK + 7])(
    "has IPFS's name and IPFS's blocks: %i bytes",
    async (length) => {
      const content = contentOf(length);
      const [ours, theirs] = [await cut(content), await importByIpfs(content)];
      expect(ours.cid.toString()).toBe(theirs.root);
      const hexOf = (bytes: Uint8Array): string => toHex(bytes.subarray(0, 512));
      expect(new Map([...ours.blocks].map(([name, { bytes }]) => [name, hexOf(bytes)]))).toEqual(
        new Map([...theirs.blocks].map(([name, bytes]) => [name, hexOf(bytes)])),
      );
    },
  );

  it("comes together again, and not without each of its blocks", async () => {
    const content = contentOf(175 * CHUNK + 5);
    const { cid, blocks } = await cut(content);
    const without = (missing: string) =>
      joinContent(cid, async (of) =>
        of.toString() === missing ? undefined : blocks.get(of.toString())?.bytes,
      );
    expect(Buffer.compare((await without(""))!, content)).toBe(0);
    for (const name of [...blocks.keys()].filter((_, index) => index % 40 === 0))
      expect(await without(name)).toBeUndefined();
  });

  it("does not come together from nodes that lie about sizes, or that name one block again and again", async () => {
    const { encode } = await import("@ipld/dag-pb");
    const leaf = (await cut(new Uint8Array(10))).blocks.values().next().value!;
    const node = async (size: number, sizes: number[], links: CID[]): Promise<Block> => {
      const bytes = encode({
        Data: encodeFileNode({ size, blockSizes: sizes }),
        Links: links.map((Hash) => ({ Name: "", Tsize: 1, Hash })),
      }) as Bytes;
      const { cidOf, DAG_PB } = await import("../../../../src/core/knowledge/cid.js");
      return { cid: await cidOf(bytes, DAG_PB, runtime), bytes };
    };
    const join = (...all: Block[]) =>
      joinContent(all[0]!.cid, async (cid) => all.find((one) => one.cid.equals(cid))?.bytes);
    expect(await join(await node(20, [10, 10], [leaf.cid, leaf.cid]), leaf)).toHaveLength(20);
    expect(await join(await node(21, [10, 10], [leaf.cid, leaf.cid]), leaf)).toBeUndefined();
    expect(await join(await node(21, [10, 11], [leaf.cid, leaf.cid]), leaf)).toBeUndefined();
    expect(await join(await node(10, [10], [leaf.cid, leaf.cid]), leaf)).toBeUndefined();
    expect(await join(await node(10, [10, 0], [leaf.cid, leaf.cid]), leaf)).toBeUndefined();
    expect(await join(await node(0, [], []), leaf)).toBeUndefined();
    // Each level has 170 times the content of the one below: a few kilobytes that would fill any memory.
    let bomb = leaf;
    const levels = [leaf];
    for (let size = 10; size < 2 ** 40; size *= 170) {
      bomb = await node(170 * size, new Array(170).fill(size), new Array(170).fill(bomb.cid));
      levels.unshift(bomb);
      expect(
        await joinContent(bomb.cid, async (cid) => levels.find((one) => one.cid.equals(cid))?.bytes),
      ).toSatisfy((content: Bytes | undefined) => content === undefined || content.length <= 8 * 2048 * 10);
    }
  });

  it("is not looked for under names that we cannot check", () => {
    const sound = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
    expect(parseCid(sound)?.toString()).toBe(sound);
    const version0 = "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH";
    const identity = CID.parse(sound).toV1().toString().replace("bafkrei", "bafkqab");
    for (const other of ["", "x", version0, sound.toUpperCase(), `${sound}a`, identity, sound.slice(0, -4)])
      expect(parseCid(other)).toBeUndefined();
  });
});

describe("UnixFS nodes and blocks", () => {
  it("are what was written", () => {
    const size = fc.integer({ min: 0, max: 2 ** 40 });
    fc.assert(
      fc.property(size, fc.array(size, { maxLength: 174, size: "max" }), (total, blockSizes) => {
        expect(decodeFileNode(encodeFileNode({ size: total, blockSizes }))).toEqual({
          size: total,
          blockSizes,
        });
      }),
    );
  });

  it("are refused, never thrown at, where they are anything else", () => {
    const anything = fc.uint8Array({ maxLength: 300, size: "max" });
    const cid = parseCid("bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")!;
    fc.assert(
      fc.property(anything, (bytes) => {
        decodeFileNode(bytes);
        linksOf({ cid, bytes: bytes as Bytes });
      }),
      { numRuns: 2000 },
    );
  });
});
