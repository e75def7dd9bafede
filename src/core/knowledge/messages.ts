import * as v from "valibot";
import { defineBuiltin } from "../protocols/builtin.js";
import { MAX_CLAIM_BYTES } from "../sync/rangeSync.js";
import { letterSchema } from "../wire/letterShape.js";
import { MAX_EMBEDDING_LENGTH } from "./record.js";

/** Records in one message, at most. */
export const MAX_BATCH_RECORDS = 128;
/** Ids in one `knowledge-pull`, at most. */
export const MAX_PULL_IDS = 1024;
export const MAX_QUERY_LENGTH = 1024;
/** Most hits of a query. */
export const MAX_K = 64;
/** Claims in one message: what fits even if each is as short as can be. */
const MAX_CLAIMS = 2048;
const ID_BYTES = 32;
const MAX_CID_LENGTH = 64;

const bin = v.instance(Uint8Array<ArrayBuffer>);
const binUpTo = (bytes: number) =>
  v.pipe(
    bin,
    v.check(({ length }) => length <= bytes),
  );
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const letters = v.pipe(v.array(letterSchema), v.maxLength(MAX_BATCH_RECORDS));
const prefix = v.pipe(v.string(), v.regex(/^[0-9a-f]{0,64}$/));
const idBytes = binUpTo(MAX_CLAIM_BYTES);

/** Descriptions of artifacts. `number` counts what the sender wants an answer to. */
export const knowledgeShare = defineBuiltin("knowledge-share", v.strictObject({ number: whole, letters }));

/** Reflections. */
export const reflectionShare = defineBuiltin("reflection-share", v.strictObject({ number: whole, letters }));

/** The answer to a share or a pull: how many of these the sender has now, and how many of them are new. */
export const knowledgeReceipt = defineBuiltin(
  "knowledge-receipt",
  v.strictObject({ number: whole, held: whole, added: whole }),
);

/** A step of a comparison; `isReply` is that of the side that did not open it. */
export const knowledgeCompare = defineBuiltin(
  "knowledge-compare",
  v.strictObject({
    number: whole,
    isReply: v.boolean(),
    claims: v.pipe(
      v.array(
        v.union([
          v.strictObject({ prefix, prints: binUpTo(256) }),
          v.strictObject({ prefix, ids: idBytes }),
          v.strictObject({ prefix, mine: idBytes, yours: idBytes }),
        ]),
      ),
      v.maxLength(MAX_CLAIMS),
    ),
  }),
);

/** Asks for records by their ids; they come as shares, then a receipt. */
export const knowledgePull = defineBuiltin(
  "knowledge-pull",
  v.strictObject({ number: whole, ids: binUpTo(MAX_PULL_IDS * ID_BYTES) }),
);

/** To other tabs of the same agent: what is in storage under these ids has changed. */
export const knowledgeChanged = defineBuiltin(
  "knowledge-changed",
  v.strictObject({
    records: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))), v.maxLength(MAX_BATCH_RECORDS)),
    contents: v.pipe(
      v.array(v.pipe(v.string(), v.maxLength(MAX_CID_LENGTH))),
      v.maxLength(MAX_BATCH_RECORDS),
    ),
  }),
);

/** Asks for a block of some content. */
export const knowledgeRequest = defineBuiltin(
  "knowledge-request",
  v.strictObject({ number: whole, cid: v.pipe(v.string(), v.maxLength(MAX_CID_LENGTH)) }),
);

/** The block, or nil where it is not here or not shared. */
export const knowledgeBlock = defineBuiltin(
  "knowledge-block",
  v.strictObject({ number: whole, block: v.nullable(bin) }),
);

/** Asks what fits a text or a vector, one of them at least. */
export const knowledgeQuery = defineBuiltin(
  "knowledge-query",
  v.strictObject({
    number: whole,
    text: v.nullable(v.pipe(v.string(), v.maxLength(MAX_QUERY_LENGTH))),
    vector: v.nullable(
      v.pipe(
        v.instance(Float32Array<ArrayBuffer>),
        v.check((vector) => vector.length <= MAX_EMBEDDING_LENGTH && vector.every(Number.isFinite)),
      ),
    ),
    k: v.pipe(whole, v.minValue(1), v.maxValue(MAX_K)),
  }),
);

export const knowledgeAnswer = defineBuiltin("knowledge-answer", v.strictObject({ number: whole, letters }));
