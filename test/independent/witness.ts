import { hex, Refusal, refuseUnless, text, unhex } from "./bytes.js";
import { isSession, keyOf } from "./names.js";
import { isSigned, sha256 } from "./signatures.js";

export interface LogRecord {
  readonly index: number;
  readonly atMs: number;
  readonly kind: string;
  readonly detail: Record<string, unknown>;
  readonly previous: string;
  readonly hash: string;
}

/** Canonical JSON (RFC 8785); V8 writes numbers and text as it asks, and sorts by UTF-16 code units. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(",")}}`;
}

/** The hash that belongs to the five other members of a record. */
export function hashOf(others: Omit<LogRecord, "hash">): string {
  return hex(sha256(text(canonical(others))));
}

function isRecord(value: unknown): value is LogRecord {
  if (typeof value !== "object" || value === null) return false;
  const keys = Object.keys(value).sort().join();
  const { index, atMs, kind, detail, previous, hash } = value as Record<string, unknown>;
  return (
    keys === "atMs,detail,hash,index,kind,previous" &&
    Number.isSafeInteger(index) &&
    Number.isSafeInteger(atMs) &&
    typeof kind === "string" &&
    typeof detail === "object" &&
    detail !== null &&
    typeof previous === "string" &&
    typeof hash === "string"
  );
}

function readRecord(line: string): LogRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Refusal("a line that is not JSON");
  }
  refuseUnless(isRecord(value), "a line that is not a record");
  const { hash, ...others } = value;
  refuseUnless(hashOf(others) === hash, "the record is not what its hash says");
  return value;
}

/** Checks a checkpoint, and returns the agent that signed it. */
function verifyCheckpoint(record: LogRecord, before: LogRecord): string {
  const { agent, peer, index, hash, signature } = record.detail;
  refuseUnless(
    [agent, peer, hash, signature].every((value) => typeof value === "string"),
    "a checkpoint of another form",
  );
  refuseUnless(isSession(peer, agent as string), "the PeerId is not the agent's");
  refuseUnless(index === before.index && hash === before.hash, "a checkpoint of another record");
  const statement = text(["peerswarm/1 witness", peer, index, hash].join("\n"));
  const bytes = unhex(signature as string);
  refuseUnless(bytes.length === 64, "a signature of another form");
  refuseUnless(isSigned(statement, bytes, keyOf(agent as string)), "a bad signature");
  return `${agent} ${peer}`;
}

/** Every record of a log (JSON Lines), and up to which index a signature reaches. */
export function verifyLog(log: string): { records: LogRecord[]; signedThrough: number | undefined } {
  const records = log
    .split("\n")
    .filter((line) => line !== "")
    .map(readRecord);
  let signer: string | undefined;
  let signedThrough: number | undefined;
  records.forEach((record, position) => {
    const before = records[position - 1];
    if (before === undefined) {
      refuseUnless(
        record.index > 0 || record.previous === "0".repeat(64),
        "a first record with one before it",
      );
      return;
    }
    refuseUnless(record.index === before.index + 1, "a record is missing");
    refuseUnless(record.previous === before.hash, "the chain is broken");
    if (record.kind !== "checkpoint") return;
    const by = verifyCheckpoint(record, before);
    refuseUnless(signer === undefined || signer === by, "signed by two");
    signer = by;
    signedThrough = before.index;
  });
  return { records, signedThrough };
}
