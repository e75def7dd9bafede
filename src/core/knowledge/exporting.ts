import type { Bytes } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { Desk } from "./desk.js";
import { encodeEntry, FILE_HEAD } from "./fileFormat.js";
import type { KeptRecord } from "./shelf.js";

/** Pieces of so many bytes become a Blob, which the browser may keep on disk. */
const PIECE_BYTES: number = 1024 * 1024;

/** Everything that is kept, as one file: each record, and after an artifact's the blocks of its content. */
export async function exportAll(desk: Desk): Promise<Blob> {
  const { shelf, contents } = desk;
  const file = createFile();
  const written = new Set<string>();
  for (const kept of [...shelf.records.values()]) {
    file.add(recordEntry(kept));
    if (kept.record.kind !== "artifact") continue;
    for (const cid of contents.blocksOf(kept.record.artifact.cid)) {
      if (written.has(cid)) continue;
      written.add(cid);
      const block = await contents.block(cid);
      if (block === undefined) throw blockMissing(cid);
      file.add(encodeEntry(["block", cid, block]));
    }
  }
  return file.end();
}

function recordEntry({ record, isShared, isIntegrated }: KeptRecord): Bytes {
  const { body, signature } = record.letter;
  return encodeEntry(["record", body, signature, isShared, isIntegrated]);
}

function createFile() {
  const pieces: Blob[] = [];
  let chunks: Bytes[] = [FILE_HEAD];
  let bytes = 0;
  const gather = (): void => {
    pieces.push(new Blob(chunks));
    chunks = [];
    bytes = 0;
  };
  return {
    add(entry: Bytes): void {
      chunks.push(entry);
      bytes += entry.length;
      if (bytes >= PIECE_BYTES) gather();
    },
    end(): Blob {
      gather();
      return new Blob(pieces, { type: "application/octet-stream" });
    },
  };
}

function blockMissing(cid: string): SwarmError {
  return new SwarmError("storage-failed", {
    what: `The block ${cid} is not in storage any more.`,
    why: "Somebody cleared a part of this origin's storage.",
    fix: "Remove the artifact, or get it anew from a peer.",
  });
}
