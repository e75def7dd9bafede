import type { WitnessRecord } from "peerswarm";
import { hashRecord } from "../../../src/core/witness/record.js";

/** A witness log of so many records, in order and linked, that nobody signed. */
export function longLog(count: number): string {
  let previous = "0".repeat(64);
  return Array.from({ length: count }, (_, index) => {
    const content: Omit<WitnessRecord, "hash"> = {
      index,
      atMs: index,
      kind: "peer_connected",
      detail: {},
      previous,
    };
    previous = hashRecord(content);
    return `${JSON.stringify({ ...content, hash: previous })}\n`;
  }).join("");
}
