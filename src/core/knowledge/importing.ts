import * as v from "valibot";
import { openLetter } from "../wire/letter.js";
import type { ImportRefusal, ImportReport } from "./api.js";
import type { ArtifactId } from "./artifact.js";
import { isBlockOf, parseCid } from "./cid.js";
import { type Block, joinContent, linksOf, MAX_BLOCK_BYTES } from "./dag.js";
import type { Desk } from "./desk.js";
import { readEntries } from "./fileFormat.js";
import { type KnowledgeRecord, readRecord } from "./record.js";
import { bytesOf } from "./shelf.js";

/** Refusals that the report tells one by one. */
const MAX_TOLD_REFUSALS = 100;

const bin = v.instance(Uint8Array<ArrayBuffer>);
const recordEntry = v.strictTuple([v.literal("record"), bin, bin, v.boolean(), v.boolean()]);
const blockEntry = v.strictTuple([v.literal("block"), v.string(), bin]);

type Report = { -readonly [Name in keyof ImportReport]: ImportReport[Name] } & {
  refused: { atByte: number; reason: ImportRefusal }[];
};

interface PlacedBlock extends Block {
  readonly atByte: number;
}

/** Takes a file entry by entry; what is wrong with one does not touch the others. */
export async function importFile(desk: Desk, file: Blob): Promise<ImportReport> {
  const { track } = desk.port.runtime;
  const report: Report = {
    artifacts: 0,
    reflections: 0,
    contents: 0,
    known: 0,
    refusedCount: 0,
    refused: [],
  };
  const blocks = new Map<string, PlacedBlock>();
  const refuse = (atByte: number, reason: ImportRefusal): void => {
    report.refusedCount++;
    if (report.refused.length < MAX_TOLD_REFUSALS) report.refused.push({ atByte, reason });
  };
  let blockBytes = 0;
  for await (const { atByte, value: decoded } of readEntries(file, track)) {
    const entry = decoded?.value;
    if (v.is(recordEntry, entry)) {
      const refusal = await importRecord(desk, entry, report);
      if (refusal !== undefined) refuse(atByte, refusal);
    } else if (v.is(blockEntry, entry)) {
      const block = await readBlock(desk, entry);
      if (block === undefined) refuse(atByte, "wrong-hash");
      else if (blocks.has(block.cid.toString())) continue;
      else if (!desk.quota.hasRoom(blockBytes + block.bytes.length)) refuse(atByte, "knowledge-full");
      else {
        blocks.set(block.cid.toString(), { ...block, atByte });
        blockBytes += block.bytes.length;
      }
    } else refuse(atByte, "unreadable");
  }
  await importContents(desk, blocks, report, refuse);
  desk.changed();
  return report;
}

async function importRecord(
  desk: Desk,
  [, body, signature, isShared, isIntegrated]: v.InferOutput<typeof recordEntry>,
  report: Report,
): Promise<ImportRefusal | undefined> {
  const { shelf, self, port, quota } = desk;
  const record = readRecord({ body, signature });
  if (record === undefined) return "not-a-record";
  if ((await openLetter(record.letter, port.runtime)) === undefined) return "forged";
  if (record.room !== self.room) return "other-room";
  if (shelf.records.has(record.id)) {
    report.known++;
    return undefined;
  }
  const isOwn = record.author === self.identity.agentId;
  const refusal = await desk.locked(async (): Promise<ImportRefusal | undefined> => {
    if (!quota.hasRoom(bytesOf(record))) return "knowledge-full";
    const kept = desk.newlyKept(record, isOwn ? "own" : "file", isShared);
    await desk.keep([{ ...kept, isIntegrated: isIntegrated && record.kind === "reflection" && !isOwn }]);
    return undefined;
  });
  if (refusal === undefined) counted(desk, record, report);
  return refusal;
}

function counted(desk: Desk, record: KnowledgeRecord, report: Report): void {
  if (record.kind === "artifact") report.artifacts++;
  else report.reflections++;
  desk.tellAdded([record]);
  desk.tellTabs({ records: [record.id] });
}

async function readBlock(
  desk: Desk,
  [, name, bytes]: v.InferOutput<typeof blockEntry>,
): Promise<Block | undefined> {
  const cid = parseCid(name);
  if (cid === undefined || bytes.length > MAX_BLOCK_BYTES) return undefined;
  return (await isBlockOf(cid, bytes, desk.port.runtime)) ? { cid, bytes } : undefined;
}

/** Keeps the content of each artifact that is described here and whose blocks are all there. */
async function importContents(
  desk: Desk,
  blocks: ReadonlyMap<string, PlacedBlock>,
  report: Report,
  refuse: (atByte: number, reason: ImportRefusal) => void,
): Promise<void> {
  const { contents, shelf, quota } = desk;
  const needed = new Set<string>();
  for (const id of shelf.described.keys()) {
    const own = await blocksOf(id, blocks);
    for (const block of own ?? []) needed.add(block.cid.toString());
    if (own === undefined || contents.has(id)) continue;
    await desk.locked(async () => {
      if (!quota.hasRoom(contents.newBytes(own))) {
        for (const block of own) refuse(blocks.get(block.cid.toString())?.atByte ?? 0, "knowledge-full");
        return;
      }
      await contents.put(id, own);
      report.contents++;
    });
    desk.tellTabs({ contents: [id] });
  }
  for (const [name, { atByte }] of blocks) if (!needed.has(name)) refuse(atByte, "unwanted");
}

/** All blocks of some content, or `undefined` where they are not all there. */
async function blocksOf(
  id: ArtifactId,
  blocks: ReadonlyMap<string, Block>,
): Promise<readonly Block[] | undefined> {
  const root = blocks.get(id);
  if (root === undefined) return undefined;
  const own = new Map<string, Block>([[id, root]]);
  for (const block of own.values()) {
    for (const { cid } of linksOf(block) ?? []) {
      const part = blocks.get(cid.toString());
      if (part === undefined) return undefined;
      own.set(cid.toString(), part);
    }
  }
  const content = await joinContent(root.cid, async (cid) => own.get(cid.toString())?.bytes);
  return content === undefined ? undefined : [...own.values()];
}
