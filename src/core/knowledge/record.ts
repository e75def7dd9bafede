import * as v from "valibot";
import { type Bytes, toHex } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { AgentId } from "../identity/ids.js";
import type { PortSelf } from "../protocols/builtin.js";
import { platformRuntime, type Runtime } from "../runtime.js";
import { createSha256 } from "../sha256.js";
import { openLetter, peekLetter, writeLetter } from "../wire/letter.js";
import { createLetterId, type Letter } from "../wire/letterShape.js";
import { encodeValue } from "../wire/payload.js";
import type { ArtifactId } from "./artifact.js";
import { isArtifactId } from "./cid.js";
import { type ReflectionOutcome, SHARED_FROM } from "./reflection.js";

export const MAX_TITLE_LENGTH = 256;
export const MAX_MEDIA_TYPE_LENGTH = 128;
export const MAX_TAGS = 32;
export const MAX_TAG_LENGTH = 64;
/** What an artifact is found by, and a reflection's lesson. */
export const MAX_TEXT_LENGTH = 8192;
export const MAX_TASK_LENGTH = 1024;
export const MAX_CONTEXT_BYTES = 8192;
export const MAX_EMBEDDING_LENGTH = 2048;
/** Largest record: texts of four bytes a character included. */
export const MAX_RECORD_BYTES: number = 64 * 1024;

const ARTIFACT = "swarm/artifact";
const REFLECTION = "swarm/reflection";
// Records do not expire.
const FOR_EVER: number = Number.MAX_SAFE_INTEGER;

const tags = v.pipe(
  v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TAG_LENGTH))),
  v.maxLength(MAX_TAGS),
);
const embedding = v.nullable(
  v.pipe(
    v.instance(Float32Array<ArrayBuffer>),
    v.check(
      (vector) => vector.length > 0 && vector.length <= MAX_EMBEDDING_LENGTH && vector.every(Number.isFinite),
      `An embedding has 1 to ${MAX_EMBEDDING_LENGTH} finite numbers.`,
    ),
  ),
);

const artifactSchema = v.strictObject({
  cid: v.pipe(v.string(), v.check(isArtifactId, "This is no CIDv1 with SHA-256.")),
  bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  title: v.nullable(v.pipe(v.string(), v.maxLength(MAX_TITLE_LENGTH))),
  mediaType: v.nullable(v.pipe(v.string(), v.maxLength(MAX_MEDIA_TYPE_LENGTH))),
  tags,
  text: v.nullable(v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH))),
  embedding,
});

const reflectionSchema = v.strictObject({
  task: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TASK_LENGTH)),
  outcome: v.picklist(["success", "failure"]),
  lesson: v.pipe(v.string(), v.maxLength(MAX_TEXT_LENGTH)),
  // Nobody but the reader says where a reflection came from.
  tags: v.pipe(
    tags,
    v.check(
      (list) => list.every((tag) => !tag.startsWith(SHARED_FROM)),
      `Tags that begin with ${SHARED_FROM} are given to what is integrated.`,
    ),
  ),
  context: v.pipe(
    v.unknown(),
    v.check(
      (context) => encodeValue(context ?? null).length <= MAX_CONTEXT_BYTES,
      `A context has at most ${MAX_CONTEXT_BYTES} bytes encoded.`,
    ),
  ),
  embedding,
});

/** What is said of some content. */
export type ArtifactSubject = v.InferOutput<typeof artifactSchema>;
/** What was tried and learned. */
export type ReflectionSubject = v.InferOutput<typeof reflectionSchema>;

/** What a record is about. */
export type RecordSubject =
  | { readonly kind: "artifact"; readonly artifact: ArtifactSubject }
  | { readonly kind: "reflection"; readonly reflection: ReflectionSubject };

interface RecordFrame {
  /** SHA-256 of what was signed, base16. */
  readonly id: string;
  readonly room: string;
  readonly author: AgentId;
  /** By the author's clock, milliseconds since the epoch. */
  readonly writtenAtMs: number;
  readonly letter: Letter;
}

/** A description of content, or a reflection, signed by its author to a whole room, for ever. */
export type KnowledgeRecord = RecordFrame & RecordSubject;

/**
 * Signs a record.
 * @throws SwarmError `invalid-payload`
 */
export async function writeRecord(
  subject: RecordSubject,
  self: PortSelf,
  runtime: Pick<Runtime, "clock" | "randomBytes">,
): Promise<KnowledgeRecord> {
  const [type, payload] =
    subject.kind === "artifact" ? [ARTIFACT, subject.artifact] : [REFLECTION, subject.reflection];
  assertSubject(type, payload);
  const letter = await writeLetter(
    {
      id: createLetterId((count) => runtime.randomBytes(count)),
      type,
      room: self.room,
      from: self.identity.agentId,
      to: undefined,
      sequence: 0,
      writtenAtMs: runtime.clock.now(),
      expiresAtMs: FOR_EVER,
      payload,
    },
    self.identity,
  );
  const record = readRecord(letter);
  if (record !== undefined) return record;
  throw new SwarmError("internal", { what: "A record that was just written cannot be read." });
}

function assertSubject(type: string, payload: unknown): void {
  const result = v.safeParse(type === ARTIFACT ? artifactSchema : reflectionSchema, payload);
  if (result.success) return;
  const [{ message }] = result.issues;
  const path = v.getDotPath(result.issues[0]);
  throw new SwarmError("invalid-payload", {
    what: type === ARTIFACT ? "This artifact cannot be described so:" : "This is not a reflection:",
    why: path === null ? message : `${path}: ${message}`,
    fix: "The documentation of the options says how long each may be.",
  });
}

/** Reads a record whose signature was checked, or is not to be; `undefined` where it is none. */
export function readRecord(letter: Letter): KnowledgeRecord | undefined {
  const content = letter.body.length <= MAX_RECORD_BYTES ? peekLetter(letter) : undefined;
  if (content === undefined || content.to !== undefined || content.expiresAtMs !== FOR_EVER) return undefined;
  const subject = readSubject(content.type, content.payload);
  if (subject === undefined) return undefined;
  const { room, from: author, writtenAtMs } = content;
  return { ...subject, id: recordIdOf(letter), room, author, writtenAtMs, letter };
}

function readSubject(type: string, payload: unknown): RecordSubject | undefined {
  if (type === ARTIFACT) {
    const parsed = v.safeParse(artifactSchema, payload);
    return parsed.success ? { kind: "artifact", artifact: parsed.output } : undefined;
  }
  if (type !== REFLECTION) return undefined;
  const parsed = v.safeParse(reflectionSchema, payload);
  return parsed.success ? { kind: "reflection", reflection: parsed.output } : undefined;
}

/** Names a record: whoever signs something else, if only at another time, makes another record. */
export function recordIdOf({ body }: Letter): string {
  return toHex(createSha256().update(body).digest());
}

/** What {@link verifyRecord} reads. */
export interface VerifiedRecord {
  readonly kind: "artifact" | "reflection";
  readonly author: AgentId;
  readonly room: string;
  readonly writtenAtMs: number;
  readonly artifact?: {
    readonly id: ArtifactId;
    readonly bytes: number;
    readonly title: string | undefined;
    readonly mediaType: string | undefined;
    readonly tags: readonly string[];
  };
  readonly reflection?: {
    readonly id: string;
    readonly task: string;
    readonly outcome: ReflectionOutcome;
    readonly lesson: string;
    readonly tags: readonly string[];
    readonly context: unknown;
  };
}

/**
 * Reads what `signed` gave, and checks that the author it names has signed it; needs no swarm.
 * @returns what it says, or `undefined` where it is forged, changed, or no record
 */
export async function verifyRecord(
  record: { readonly body: Bytes; readonly signature: Bytes },
  runtime: Pick<Runtime, "ed25519"> = platformRuntime,
): Promise<VerifiedRecord | undefined> {
  const read = readRecord(record);
  if (read === undefined || (await openLetter(record, runtime)) === undefined) return undefined;
  const { author, room, writtenAtMs } = read;
  const frame = { author, room, writtenAtMs };
  if (read.kind === "artifact") {
    const { cid: id, bytes, title, mediaType, tags: given } = read.artifact;
    const artifact = { id, bytes, title: title ?? undefined, mediaType: mediaType ?? undefined, tags: given };
    return { kind: "artifact", ...frame, artifact };
  }
  const { embedding: _, ...reflection } = read.reflection;
  return { kind: "reflection", ...frame, reflection: { ...reflection, id: read.id } };
}
