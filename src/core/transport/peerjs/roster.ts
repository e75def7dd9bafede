import type { PeerId } from "../../identity/ids.js";
import type { ServerMessage, SideMessage } from "./signalMessage.js";

/** Tells the room what a roster finds. */
export interface RosterEvents {
  /** Everybody who is in the room now, without ourselves. */
  members(peerIds: readonly PeerId[]): void;
  came(peerId: PeerId): void;
  left(peerId: PeerId): void;
  notice(text: string): void;
}

/** A way to know who is in a room on a signalling server. */
export interface Roster {
  /** Enters the room; resolves when the first list of members is there. */
  enter(signal: AbortSignal): Promise<void>;
  /** Gives a message of the server to the roster; `true` if it was one of its own. */
  readServer(message: ServerMessage): boolean;
  readSide(from: string, message: SideMessage): boolean;
  /** Signalling is gone; `enter` follows when it is back. */
  suspend(): void;
  leave(): void;
}
