import type { AgentId, PeerId } from "../identity/ids.js";
import { openLetter } from "../wire/letter.js";
import type { Letter } from "../wire/letterShape.js";
import type { Desk } from "./desk.js";
import { integrate } from "./integration.js";
import { type KnowledgeRecord, readRecord, recordIdOf } from "./record.js";
import { bytesOf, type KeptRecord } from "./shelf.js";

/** What came of letters that a peer sent. */
export interface Admission {
  /** Genuine ones, wherever they are kept now; removed ones are left out. */
  readonly records: readonly KnowledgeRecord[];
  /** How many of the letters are kept here now. */
  readonly held: number;
  /** How many of these were not here before. */
  readonly added: number;
}

/** Takes what is genuine, of this room, not removed here before, and within the part of the quota for peers. */
export async function admitLetters(
  desk: Desk,
  letters: readonly Letter[],
  peerId: PeerId,
): Promise<Admission> {
  const { shelf } = desk;
  const read = await Promise.all(letters.map((letter) => readLetter(desk, letter, peerId)));
  const records = read.filter((record) => record !== undefined);
  const added = records.some(({ id }) => !shelf.records.has(id))
    ? await desk.locked(() => keepNew(desk, records, peerId))
    : [];
  await considerIntegrating(desk, added);
  return { records, held: records.filter(({ id }) => shelf.records.has(id)).length, added: added.length };
}

async function readLetter(
  { shelf, self, port }: Desk,
  letter: Letter,
  peerId: PeerId,
): Promise<KnowledgeRecord | undefined> {
  const id = recordIdOf(letter);
  const known = shelf.records.get(id);
  if (known !== undefined) return known.record;
  if (shelf.isForgotten(id)) return undefined;
  const record = readRecord(letter);
  if (record === undefined || record.room !== self.room) {
    port.dropped("invalid-record", peerId);
    return undefined;
  }
  if ((await openLetter(letter, port.runtime)) !== undefined) return record;
  port.dropped("forged-record", peerId);
  return undefined;
}

async function keepNew(
  desk: Desk,
  records: readonly KnowledgeRecord[],
  peerId: PeerId,
): Promise<readonly KnowledgeRecord[]> {
  const { shelf, self, port } = desk;
  const hasRoom = roomFor(desk);
  const added = new Map<string, KeptRecord>();
  for (const record of records) {
    const { id, author } = record;
    if (shelf.records.has(id) || shelf.isForgotten(id) || added.has(id)) continue;
    const isOwn = author === self.identity.agentId;
    if (hasRoom(record, isOwn)) added.set(id, desk.newlyKept(record, isOwn ? "own" : "peer", true));
    else port.dropped("knowledge-full", peerId);
  }
  if (added.size === 0) return [];
  await desk.keep([...added.values()]);
  const news = [...added.values()].map(({ record }) => record);
  tell(desk, news, peerId);
  return news;
}

/** Counts what it has let in, since nothing is on the shelf before all of it is. */
function roomFor({ quota }: Desk): (record: KnowledgeRecord, isOwn: boolean) => boolean {
  const ofAuthors = new Map<AgentId, number>();
  let ofPeers = 0;
  let own = 0;
  return (record, isOwn) => {
    const bytes = bytesOf(record);
    if (isOwn) {
      const hasRoom = quota.hasRoom(own + bytes);
      if (hasRoom) own += bytes;
      return hasRoom;
    }
    const ofAuthor = (ofAuthors.get(record.author) ?? 0) + bytes;
    if (!quota.hasRoomFor(record.author, ofAuthor, ofPeers + bytes)) return false;
    ofAuthors.set(record.author, ofAuthor);
    ofPeers += bytes;
    return true;
  };
}

function tell(desk: Desk, added: readonly KnowledgeRecord[], peerId: PeerId): void {
  const artifacts = added.filter(({ kind }) => kind === "artifact").length;
  desk.tellAdded(added);
  desk.port.note({
    kind: "knowledge_added",
    detail: { from: peerId, artifacts, reflections: added.length - artifacts },
  });
}

async function considerIntegrating(desk: Desk, added: readonly KnowledgeRecord[]): Promise<void> {
  const { options, catalogue, port } = desk;
  const { integrate: policy = "ask" } = options;
  if (policy === "ask") return;
  for (const { id, kind } of added) {
    const reflection = kind === "reflection" ? catalogue.reflection(id) : undefined;
    if (reflection === undefined || reflection.standing !== "received") continue;
    try {
      if (policy === "all" || (await port.runtime.track(Promise.resolve(policy(reflection)))))
        await integrate(desk, id);
    } catch (error) {
      port.handlerFailed(error, "The policy knowledge.integrate");
    }
  }
}
