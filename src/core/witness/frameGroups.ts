import { toHex } from "../bytes.js";
import type { PeerId } from "../identity/ids.js";
import type { LaneName } from "../transport/transport.js";
import type { WitnessEvent } from "./record.js";

/** Most frames that one record tells of. */
export const MAX_GROUPED_FRAMES = 64;

/** A frame of messages that was sent, or verified on arrival. */
export interface WitnessedFrame {
  readonly direction: "sent" | "received";
  readonly peerId: PeerId;
  readonly lane: LaneName;
  /** Merkle root that the sender signed: commits to every byte of every message. */
  readonly root: Uint8Array;
  /** Numbers of the frame's first and last message, as in their ids. */
  readonly firstNumber: number;
  readonly lastNumber: number;
  readonly messages: number;
}

interface Group {
  readonly first: WitnessedFrame;
  /** `[root, first number, last number, messages]` of each frame. */
  readonly frames: [string, number, number, number][];
}

/**
 * Gathers frames of one direction, peer and lane into one event, so that the log keeps up with a flood: what a
 * frame costs is its root.
 */
export interface FrameGroups {
  /** Returns the event of a group that has become full. */
  add(frame: WitnessedFrame): WitnessEvent | undefined;
  /** Takes out what was gathered. */
  take(): WitnessEvent[];
}

export function createFrameGroups(): FrameGroups {
  const groups = new Map<string, Group>();
  return {
    add(frame) {
      const name = `${frame.direction} ${frame.lane} ${frame.peerId}`;
      const group = groups.get(name) ?? { first: frame, frames: [] };
      group.frames.push([toHex(frame.root), frame.firstNumber, frame.lastNumber, frame.messages]);
      if (group.frames.length < MAX_GROUPED_FRAMES) {
        groups.set(name, group);
        return undefined;
      }
      groups.delete(name);
      return eventOf(group);
    },
    take() {
      const events = [...groups.values()].map(eventOf);
      groups.clear();
      return events;
    },
  };
}

function eventOf({ first, frames }: Group): WitnessEvent {
  return {
    kind: first.direction === "sent" ? "ifmessage_sent" : "ifmessage_received",
    detail: { peer: first.peerId, lane: first.lane, frames },
  };
}
