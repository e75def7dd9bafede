import { SwarmError } from "../errors.js";
import { assertPayload } from "../wire/payload.js";
import type { Artifact, ArtifactId, PutOptions } from "./artifact.js";
import type { Content } from "./content.js";
import { type Block, cutContent, MAX_CONTENT_BYTES } from "./dag.js";
import type { Desk } from "./desk.js";
import { unknownHere } from "./integration.js";
import { type KnowledgeRecord, MAX_TEXT_LENGTH, type RecordSubject, writeRecord } from "./record.js";
import type { Reflection, ReflectionDraft, ReflectionId } from "./reflection.js";
import { bytesOf, type KeptRecord } from "./shelf.js";

/** Keeps content and signs what is said of it. */
export async function put(desk: Desk, content: Content, options: PutOptions): Promise<Artifact> {
  const { blob, mediaType, text } = content;
  assertSize(blob);
  // What is smaller may have chunks that are here already.
  if (blob.size > desk.quota.maxOwnBytes) desk.quota.assertRoom(blob.size, "This content");
  const blocks: Block[] = [];
  const cid = await cutContent(blob, desk.port.runtime, (block) => void blocks.push(block));
  const id = cid.toString();
  const own = desk.shelf.describing(id).find(({ record }) => record.author === desk.self.identity.agentId);
  const record =
    own === undefined
      ? await describe(desk, id, blob.size, {
          ...options,
          mediaType: options.mediaType ?? mediaType,
          text: options.text ?? text?.slice(0, MAX_TEXT_LENGTH),
        })
      : own.record;
  await desk.locked(async () => {
    const newBytes = desk.contents.has(id) ? 0 : desk.contents.newBytes(blocks);
    desk.quota.assertRoom(newBytes + (own === undefined ? bytesOf(record) : 0), "This content");
    if (!desk.contents.has(id)) await desk.contents.put(id, blocks);
    if (own === undefined) await desk.keep([desk.newlyKept(record, "own", false)]);
  });
  if (own === undefined) added(desk, record);
  desk.changed();
  desk.tellTabs({ records: [record.id], contents: [id] });
  if (options.share === true) {
    await markShared(desk, [record.id]);
    void desk.synchroniser?.announce([record.id]);
  }
  return found(desk.catalogue.artifact(id), id);
}

async function describe(
  desk: Desk,
  cid: ArtifactId,
  bytes: number,
  { title, mediaType, tags = [], text, embedding }: PutOptions,
): Promise<KnowledgeRecord> {
  const words = [title, ...tags, text].filter((part) => part !== undefined).join(" ");
  return write(desk, {
    kind: "artifact",
    artifact: {
      cid,
      bytes,
      title: title ?? null,
      mediaType: mediaType ?? null,
      tags: [...tags],
      text: text ?? null,
      embedding: await embeddingOf(desk, embedding, words),
    },
  });
}

/** Signs and keeps what was tried and learned. */
export async function addReflection(desk: Desk, draft: ReflectionDraft): Promise<Reflection> {
  const { task, outcome, lesson, tags = [], context = null, embedding } = draft;
  assertPayload(context);
  const vector = await embeddingOf(desk, embedding, `${task} ${tags.join(" ")} ${lesson}`);
  const reflection = { task, outcome, lesson, tags: [...tags], context, embedding: vector };
  const record = await write(desk, { kind: "reflection", reflection });
  await desk.locked(async () => {
    desk.quota.assertRoom(bytesOf(record), "This reflection");
    await desk.keep([desk.newlyKept(record, "own", false)]);
  });
  added(desk, record);
  desk.tellTabs({ records: [record.id] });
  return found(desk.catalogue.reflection(record.id), record.id);
}

function write({ self, port }: Desk, subject: RecordSubject): Promise<KnowledgeRecord> {
  return port.runtime.track(writeRecord(subject, self, port.runtime));
}

async function embeddingOf(
  desk: Desk,
  given: Float32Array | undefined,
  text: string,
): Promise<Float32Array<ArrayBuffer> | null> {
  const embedding = given ?? (await desk.embed(text));
  if (embedding === undefined) return null;
  const expected = dimensionOf(desk);
  if (expected !== undefined && embedding.length !== expected) {
    throw new SwarmError("invalid-payload", {
      what: `This embedding has ${embedding.length} numbers, the others here have ${expected}.`,
      why: "Only vectors of one length, made by one model, can be compared.",
      fix: "Use one model for everything in a room.",
    });
  }
  return embedding.slice();
}

/** Length of the embeddings that this agent has written. */
function dimensionOf({ shelf, self }: Desk): number | undefined {
  for (const { record } of shelf.records.values()) {
    if (record.author !== self.identity.agentId) continue;
    const { embedding } = record.kind === "artifact" ? record.artifact : record.reflection;
    if (embedding !== null) return embedding.length;
  }
  return undefined;
}

function assertSize({ size }: Blob): void {
  if (size <= MAX_CONTENT_BYTES) return;
  throw new SwarmError("payload-too-large", {
    what: `This content has ${size} bytes.`,
    why: `An artifact holds at most ${MAX_CONTENT_BYTES}, because who gets it has it in memory.`,
    fix: "Put it in parts, or send it as a file.",
  });
}

function added(desk: Desk, record: KnowledgeRecord): void {
  const id = record.kind === "artifact" ? record.artifact.cid : record.id;
  desk.port.note({ kind: "knowledge_added", detail: { kind: record.kind, id } });
  desk.tellAdded([record]);
}

function found<T>(value: T | undefined, id: string): T {
  if (value === undefined) throw unknownHere(id);
  return value;
}

/** Lets the room have these records from now on. */
export async function markShared(desk: Desk, ids: readonly string[]): Promise<void> {
  await desk.locked(async () => {
    const kept = ids.map((id) => desk.shelf.records.get(id)).filter((one) => one !== undefined);
    const news = kept.filter(({ isShared }) => !isShared);
    if (news.length > 0) await desk.keep(news.map((one) => ({ ...one, isShared: true })));
  });
  desk.tellTabs({ records: ids });
}

/** Tells everyone of an artifact; resolves with how many hold its description. */
export async function share(desk: Desk, id: ArtifactId): Promise<number> {
  const all = desk.shelf.describing(id);
  const own = all.filter(({ record }) => record.author === desk.self.identity.agentId);
  const shared = own.length > 0 ? own : all;
  if (shared.length === 0) throw unknownHere(id);
  const ids = shared.map(({ record }) => record.id);
  await markShared(desk, ids);
  return (await desk.synchroniser?.announce(ids)) ?? 0;
}

/** Tells everyone of what worked; resolves with how many reflections they did not have. */
export async function shareSuccess(desk: Desk): Promise<number> {
  const isDue = ({ record, isShared }: KeptRecord): boolean =>
    !isShared &&
    record.kind === "reflection" &&
    record.reflection.outcome === "success" &&
    record.author === desk.self.identity.agentId;
  const ids = [...desk.shelf.records.values()].filter(isDue).map(({ record }) => record.id);
  if (ids.length === 0) return 0;
  await markShared(desk, ids);
  await desk.synchroniser?.announce(ids);
  return ids.length;
}

/** Forgets an artifact with all that is said of it, or a reflection. */
export async function remove(desk: Desk, id: ArtifactId | ReflectionId): Promise<boolean> {
  const { shelf, contents } = desk;
  const ids = shelf.records.has(id) ? [id] : shelf.describing(id).map(({ record }) => record.id);
  // A description has an id of its own, which nobody outside knows.
  if (shelf.records.get(id)?.record.kind === "artifact" || ids.length === 0) return false;
  await desk.locked(async () => {
    await desk.forget(ids);
    if (contents.has(id)) await contents.remove(id);
  });
  desk.changed();
  desk.tellTabs({ records: ids, contents: [id] });
  return true;
}
