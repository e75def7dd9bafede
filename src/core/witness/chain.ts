import { hashRecord, NO_RECORD, type WitnessEvent, type WitnessRecord } from "./record.js";

/** Links events into records; see `WitnessRecord`. */
export interface Chain {
  readonly last: WitnessRecord | undefined;
  append(event: WitnessEvent, atMs: number): WitnessRecord;
}

export function createChain(): Chain {
  let last: WitnessRecord | undefined;
  return {
    get last() {
      return last;
    },
    append({ kind, detail }, atMs) {
      const unhashed = {
        index: last === undefined ? 0 : last.index + 1,
        atMs: Math.floor(atMs),
        kind,
        detail,
        previous: last?.hash ?? NO_RECORD,
      };
      last = { ...unhashed, hash: hashRecord(unhashed) };
      return last;
    },
  };
}
