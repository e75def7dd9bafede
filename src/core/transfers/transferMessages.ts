import * as v from "valibot";
import { defineBuiltin } from "../protocols/builtin.js";
import { TRANSFER_ID_BYTES } from "../wire/chunkFrame.js";
import { HASH_BYTES } from "../wire/merkle.js";
import { MAX_TYPE_LENGTH } from "../wire/message.js";
import { MAX_FILE_NAME_LENGTH } from "./fileName.js";

/** Size of a chunk unless a peer offers another. */
export const CHUNK_BYTES: number = 64 * 1024;
/** Smallest and largest chunk that is accepted; the largest fits a lane's message with its proof. */
export const MIN_CHUNK_BYTES: number = 4 * 1024;
export const MAX_CHUNK_BYTES: number = 192 * 1024;
/** Most chunks of one transfer: 64 GiB in chunks of 64 KiB. */
export const MAX_CHUNKS: number = 1 << 20;
/** Largest message that travels as a transfer. */
export const MAX_LARGE_BYTES: number = 64 * 1024 * 1024;
/** Largest metadata of an app, encoded. */
export const MAX_METADATA_BYTES = 4096;
/** Longest reason, in UTF-16 units. */
export const MAX_REASON_LENGTH = 256;

const transferId = v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${2 * TRANSFER_ID_BYTES}}$`)));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const chunkCountOf = (size: number, chunkBytes: number): number => Math.ceil(size / chunkBytes);

const offerSchema = v.pipe(
  v.strictObject({
    id: transferId,
    kind: v.picklist(["file", "message"]),
    root: v.pipe(
      v.instance(Uint8Array<ArrayBuffer>),
      v.check(({ length }) => length === HASH_BYTES),
    ),
    size: count,
    chunkBytes: v.pipe(count, v.minValue(MIN_CHUNK_BYTES), v.maxValue(MAX_CHUNK_BYTES)),
    /** Of a file, or the type of the message. */
    name: v.nullable(v.pipe(v.string(), v.maxLength(MAX_FILE_NAME_LENGTH))),
    mediaType: v.nullable(v.pipe(v.string(), v.maxLength(MAX_TYPE_LENGTH))),
    metadata: v.unknown(),
  }),
  v.check(({ size, chunkBytes }) => chunkCountOf(size, chunkBytes) <= MAX_CHUNKS),
  v.check(({ kind, size }) => kind === "file" || size <= MAX_LARGE_BYTES),
  v.check(({ kind, name }) => kind === "file" || (name !== null && name.length <= MAX_TYPE_LENGTH)),
);

/** Sender: this is what I have for you. Sent again after every interruption. */
export const offer = defineBuiltin("transfer-offer", offerSchema);
export type Offer = v.InferOutput<typeof offerSchema>;

/** Receiver: send from chunk `from` on, up to but without `upTo`. */
export const accept = defineBuiltin(
  "transfer-accept",
  v.strictObject({ id: transferId, from: count, upTo: count }),
);

/** Receiver: `written` chunks are written, and those before `upTo` may come. */
export const credit = defineBuiltin(
  "transfer-credit",
  v.strictObject({ id: transferId, written: count, upTo: count }),
);

const endSchema = v.strictObject({
  id: transferId,
  /** Whose word it is. */
  side: v.picklist(["sender", "receiver"]),
  outcome: v.picklist(["done", "refused", "cancelled", "failed"]),
  reason: v.nullable(v.pipe(v.string(), v.maxLength(MAX_REASON_LENGTH))),
});

/** Either side: it is over. */
export const end = defineBuiltin("transfer-end", endSchema);
export type End = v.InferOutput<typeof endSchema>;

/** What a transfer is made of. */
export interface Content {
  readonly root: Uint8Array<ArrayBuffer>;
  readonly size: number;
  readonly chunkBytes: number;
}

/** How many chunks there are; 0 of content without a byte. */
export function chunkCount({ size, chunkBytes }: Omit<Content, "root">): number {
  return chunkCountOf(size, chunkBytes);
}

/** Length of chunk `index`; only the last one is shorter. */
export function chunkLength({ size, chunkBytes }: Omit<Content, "root">, index: number): number {
  return Math.min(chunkBytes, size - index * chunkBytes);
}
