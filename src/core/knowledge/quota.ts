import { SwarmError } from "../errors.js";
import type { AgentId } from "../identity/ids.js";
import type { Contents } from "./contents.js";
import type { Shelf } from "./shelf.js";

/** What peers push may fill this part of the quota, which nothing else can fill; the rest is ours alone. */
const RECEIVED_PART = 8;
/** One author may fill this part of that. */
const AUTHOR_PART = 4;

/** How much may be kept, and how much is. */
export interface Quota {
  readonly maxBytes: number;
  readonly maxReceivedBytes: number;
  /** The rest: what we put and fetch ourselves. */
  readonly maxOwnBytes: number;
  readonly usedBytes: number;
  /** @throws SwarmError `knowledge-full` where what is ours does not leave so much room */
  assertRoom(bytes: number, what: string): void;
  hasRoom(bytes: number): boolean;
  /** Whether peers may push so much more of this author, and so much more in all. */
  hasRoomFor(author: AgentId, authorBytes: number, bytes: number): boolean;
}

export function createQuota(maxBytes: number, shelf: Shelf, contents: Contents): Quota {
  const maxReceivedBytes = Math.floor(maxBytes / RECEIVED_PART);
  const maxOwnBytes = maxBytes - maxReceivedBytes;
  const ownBytes = (): number => shelf.usedBytes - shelf.receivedBytes + contents.usedBytes;
  const hasRoom = (bytes: number): boolean => ownBytes() + bytes <= maxOwnBytes;
  return {
    maxBytes,
    maxReceivedBytes,
    maxOwnBytes,
    get usedBytes() {
      return shelf.usedBytes + contents.usedBytes;
    },
    hasRoom,
    assertRoom(bytes, what) {
      if (hasRoom(bytes)) return;
      throw new SwarmError("knowledge-full", {
        what: `${what} needs ${bytes} bytes, and ${ownBytes()} of ${maxOwnBytes} are used.`,
        why: `knowledge.maxBytes is ${maxBytes}, of which ${maxReceivedBytes} are for what peers share.`,
        fix: "Remove what is not needed any more, or raise knowledge.maxBytes.",
      });
    },
    hasRoomFor: (author, authorBytes, bytes) =>
      shelf.receivedBytes + bytes <= maxReceivedBytes &&
      shelf.receivedFrom(author) + authorBytes <= maxReceivedBytes / AUTHOR_PART,
  };
}
