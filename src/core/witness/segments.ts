import type { WitnessRecord } from "./record.js";

/** Records are kept and thrown away in segments, which end at a checkpoint or at this size. */
export const SEGMENT_BYTES: number = 64 * 1024;
const SEGMENT_RECORDS = 256;

/** Part of a chain, as JSON Lines. */
export interface Segment {
  /** Counts the segments of a session from 0. */
  readonly number: number;
  lines: string[];
  bytes: number;
  /** Nothing is added any more. */
  isClosed: boolean;
  /** It has changed since it was last stored. */
  isDirty: boolean;
}

/** The records of one session, as far as they are kept: the oldest segments go when there are too many bytes. */
export interface Segments {
  readonly list: readonly Segment[];
  readonly trimmedRecords: number;
  add(record: WitnessRecord): void;
  text(): string;
}

export function createSegments(maxBytes: number): Segments {
  const list: Segment[] = [];
  let totalBytes = 0;
  let trimmedRecords = 0;
  let count = 0;

  const open = (): Segment => {
    const last = list.at(-1);
    if (last !== undefined && !last.isClosed) return last;
    const segment: Segment = { number: count++, lines: [], bytes: 0, isClosed: false, isDirty: false };
    list.push(segment);
    return segment;
  };

  const trim = (): void => {
    while (totalBytes > maxBytes && list.length > 1) {
      const oldest = list.shift() as Segment;
      totalBytes -= oldest.bytes;
      trimmedRecords += oldest.lines.length;
    }
  };

  return {
    list,
    get trimmedRecords() {
      return trimmedRecords;
    },
    add(record) {
      const segment = open();
      const line = JSON.stringify(record);
      // Every character of a record is ASCII but for names of rooms; near enough for a bound.
      const bytes = line.length + 1;
      segment.lines.push(line);
      segment.bytes += bytes;
      segment.isDirty = true;
      segment.isClosed = segment.bytes >= SEGMENT_BYTES || segment.lines.length >= SEGMENT_RECORDS;
      totalBytes += bytes;
      trim();
    },
    text: () => list.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join(""),
  };
}
