import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../../src/core/bytes.js";
import { encodeEntry, FILE_HEAD, readEntries } from "../../../../src/core/knowledge/fileFormat.js";
import { createDevice, type Device } from "../mailbox/support.js";
import { inTime } from "../support.js";
import { bytesOf, gathering } from "./support.js";

const bytesIn = async (file: Blob): Promise<Bytes> => new Uint8Array(await file.arrayBuffer());
const blobOf = (...parts: readonly Uint8Array[]): Blob => new Blob(parts as Bytes[]);
const track = <T>(work: Promise<T>): Promise<T> => work;

/** Ada's knowledge in a file, and an agent that has none. */
async function exported() {
  const room = await gathering(2);
  const { devices, network, done } = room;
  const [ada, bob] = devices as [Device, Device];
  const photo = await done(ada.swarm.knowledge.put(bytesOf(400_000), { title: "Photo" }));
  const note = await done(ada.swarm.knowledge.put("note", { title: "Note", share: true }));
  await done(bob.swarm.reflections.add({ task: "theirs", outcome: "success", lesson: "x" }));
  await done(bob.swarm.reflections.shareSuccess());
  const own = await done(ada.swarm.reflections.add({ task: "own", outcome: "failure", lesson: "y" }));
  await network.advance(1000);
  const [theirs] = (await done(ada.swarm.reflections.list())).filter(({ task }) => task === "theirs");
  const integrated = await done(ada.swarm.reflections.integrate(theirs!));
  const file = await done(ada.swarm.knowledge.export());
  const fresh = await createDevice(network, "fresh");
  await fresh.open();
  await network.advance(100);
  return { ...room, ada, bob, photo, note, own, integrated, file, fresh };
}

describe("an export", () => {
  it("brings everything to a fresh agent, and again to nobody", async () => {
    const { ada, bob, photo, note, own, integrated, file, fresh, done, network, leave } = await exported();
    await inTime(network, ada.swarm.leave());
    await inTime(network, bob.swarm.leave());
    for (const kind of [file, await bytesIn(file)]) {
      const report = await done(fresh.swarm.knowledge.import(kind));
      const isFirst = kind === file;
      expect(report.refused).toEqual([]);
      // What is shared in the room may have come already.
      expect(report.artifacts + report.reflections + report.known).toBe(4);
      expect(report.contents).toBe(isFirst ? 2 : 0);
      if (!isFirst) expect(report.known).toBe(4);
    }
    const artifacts = await done(fresh.swarm.knowledge.list());
    const seen = artifacts.map(({ id, title, isShared, isOwn, isHere }) => ({
      id,
      title,
      isShared,
      isOwn,
      isHere,
    }));
    expect(seen).toEqual(
      expect.arrayContaining([
        { id: photo.id, title: "Photo", isShared: false, isOwn: false, isHere: true },
        { id: note.id, title: "Note", isShared: true, isOwn: false, isHere: true },
      ]),
    );
    expect(Buffer.compare(await done(fresh.swarm.knowledge.get(photo.id)), bytesOf(400_000))).toBe(0);
    const reflections = await done(fresh.swarm.reflections.list());
    expect(reflections.map(({ id }) => id).sort()).toEqual([own.id, integrated.id].sort());
    await inTime(network, fresh.swarm.leave());
    await leave();
  });

  it("is taken entry by entry: what is damaged is refused and told, the rest is there", async () => {
    const { fresh, file, done, network, leave, photo } = await exported();
    const whole = await bytesIn(file);
    const title = Buffer.from(whole).indexOf("Photo");
    const damaged = whole.slice();
    damaged[title]! ^= 1;
    const report = await done(fresh.swarm.knowledge.import(damaged));
    expect(report).toMatchObject({ contents: 1, refusedCount: 6 });
    // The description is forged now, so nobody wants its blocks.
    expect(report.refused.map(({ reason }) => reason).sort()).toEqual([
      "forged",
      ...new Array(5).fill("unwanted"),
    ]);
    const inBlock = whole.slice();
    inBlock[title + 200_000]! ^= 1;
    const second = await done(fresh.swarm.knowledge.import(inBlock));
    expect(second.refused.map(({ reason }) => reason)).toContain("wrong-hash");
    expect((await done(fresh.swarm.knowledge.list())).find(({ id }) => id === photo.id)).toMatchObject({
      isHere: false,
    });
    await done(fresh.swarm.knowledge.import(whole));
    expect((await done(fresh.swarm.knowledge.list())).find(({ id }) => id === photo.id)).toMatchObject({
      isHere: true,
    });
    await inTime(network, fresh.swarm.leave());
    await leave();
  });

  it("of another room is refused, and one that does not fit; what was removed here comes back by it", async () => {
    const { file, network, done, leave, ada, note, fresh } = await exported();
    const elsewhere = await createDevice(network, "elsewhere", { room: "elsewhere" });
    await elsewhere.open();
    const report = await done(elsewhere.swarm.knowledge.import(file));
    expect(report).toMatchObject({ artifacts: 0, reflections: 0, contents: 0 });
    expect(new Set(report.refused.map(({ reason }) => reason))).toEqual(new Set(["other-room", "unwanted"]));
    const small = await createDevice(network, "small", { knowledge: { maxBytes: 1024 * 1024 } });
    await small.open();
    await done(small.swarm.knowledge.put(bytesOf(800_000, 5)));
    const full = await done(small.swarm.knowledge.import(file));
    expect(full.refused.map(({ reason }) => reason)).toContain("knowledge-full");
    await done(ada.swarm.knowledge.remove(note.id));
    await network.advance(60_000);
    expect((await done(ada.swarm.knowledge.list())).map(({ id }) => id)).not.toContain(note.id);
    await done(ada.swarm.knowledge.import(file));
    expect((await done(ada.swarm.knowledge.list())).map(({ id }) => id)).toContain(note.id);
    for (const { swarm } of [elsewhere, small, fresh]) await inTime(network, swarm.leave());
    await leave();
  });
});

describe("a file that says the same block many times", () => {
  it("needs room for it once", async () => {
    const { devices, network, done, leave } = await gathering(1, [{ knowledge: { maxBytes: 1024 * 1024 } }]);
    const { swarm } = devices[0]!;
    const { id } = await done(swarm.knowledge.put(bytesOf(100_000, 7)));
    const whole = new Uint8Array(await (await done(swarm.knowledge.export())).arrayBuffer());
    const entries = whole.subarray(FILE_HEAD.length);
    await done(swarm.knowledge.remove(id));
    const report = await done(
      swarm.knowledge.import(new Blob([FILE_HEAD, ...Array.from({ length: 12 }, () => entries)])),
    );
    expect(report).toMatchObject({ artifacts: 1, contents: 1, refusedCount: 0 });
    await network.advance(1000);
    await leave();
  });
});

describe("a file", () => {
  const entries = Array.from({ length: 30 }, (_, index) => ["entry", index, bytesOf(index * 97, index + 1)]);
  const file = [FILE_HEAD, ...entries.map(encodeEntry)];
  const whole = new Uint8Array(file.reduce((sum, part) => sum + part.length, 0));
  for (let at = 0, index = 0; index < file.length; at += file[index]!.length, index++)
    whole.set(file[index]!, at);

  const read = async (blob: Blob): Promise<unknown[]> => {
    const values: unknown[] = [];
    for await (const { value } of readEntries(blob, track)) values.push(value?.value);
    return values;
  };

  it("loses only the entries that damage hits, wherever it is", async () => {
    expect(await read(blobOf(whole))).toEqual(entries);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: 1, max: 40 }),
        async (at, flip, run) => {
          const damaged = whole.slice();
          for (let index = at; index < Math.min(at + run, whole.length); index++) damaged[index]! ^= flip;
          const intact = (await read(blobOf(damaged))).filter((value) =>
            entries.some((entry) =>
              Buffer.from(encodeEntry(entry)).equals(Buffer.from(encodeEntry(value ?? null))),
            ),
          );
          // Damage of 40 bytes lies in three entries at most.
          expect(intact.length).toBeGreaterThanOrEqual(entries.length - 3);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("of nothing but beginnings of entries costs no more than its size", async () => {
    const mark = [0x89, 0x70, 0x6b, 0x65, 0x0d, 0x0a, 0x1a, 0x0a];
    const entry = Uint8Array.from([...mark, 0xff, 0xff, 0xff, 0xff]);
    const hostile = new Blob(Array.from({ length: 2000 }, () => entry));
    let readBytes = 0;
    const slice = hostile.slice.bind(hostile);
    hostile.slice = (from, to) => {
      const part = slice(from, to);
      readBytes += part.size;
      return part;
    };
    expect(await read(hostile)).toHaveLength(2000);
    expect(readBytes).toBeLessThanOrEqual(3 * hostile.size);
  });

  it("of entries that each claim to hold the next thousands is not read thousands of times", async () => {
    const mark = [0x89, 0x70, 0x6b, 0x65, 0x0d, 0x0a, 0x1a, 0x0a];
    const entry = Uint8Array.from([...mark, 0x00, 0x03, 0x00, 0x00]);
    const hostile = new Blob(Array.from({ length: 34_000 }, () => entry));
    // Those at the end claim more than the file has.
    expect((await read(hostile)).length).toBeLessThan(196_608 / 12 + 200);
  });

  it("does not go astray with a length that was damaged", async () => {
    const at = whole.length - file.slice(-20).reduce((sum, part) => sum + part.length, 0);
    const damaged = whole.slice();
    // Still a length that the file has room for, over many entries.
    damaged[at + 10] = 0x20;
    const intact = (await read(blobOf(damaged))).filter((value) => value !== undefined);
    expect(intact).toEqual(entries.filter((_, index) => index !== 10));
  });

  it("that is cut, has something before or behind it, or is anything else, is read as far as it is one", async () => {
    expect((await read(blobOf(whole.subarray(0, whole.length - 1)))).slice(0, 29)).toEqual(
      entries.slice(0, 29),
    );
    expect(
      (await read(blobOf(bytesOf(5000), whole, bytesOf(3000)))).filter((value) => value !== undefined),
    ).toEqual(entries);
    expect(await read(new Blob([]))).toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000, size: "max" }), async (anything) => {
        for (const value of await read(blobOf(anything))) expect(value).toBeUndefined();
      }),
      { numRuns: 100 },
    );
  });
});
