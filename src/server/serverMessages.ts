import { PROTOCOL_VERSION, type WireErrorCode, type WireProblem } from "./wire.js";

/** Every frame that the server makes itself, as text. */
export const serverMessage = {
  open(): string {
    return JSON.stringify({
      type: "OPEN",
      payload: { server: "peerswarm", protocol: PROTOCOL_VERSION, rooms: true },
    });
  },

  /** A refusal before OPEN. Stock PeerJS clients show `msg`. */
  refusal(type: "ERROR" | "ID-TAKEN" | "INVALID-KEY", code: WireErrorCode, msg: string): string {
    return JSON.stringify({ type, payload: { msg, code } });
  },

  /** A stock PeerJS client takes `src` for the peer that could not be reached. */
  expire(absentId: string, senderId: string): string {
    return JSON.stringify({ type: "EXPIRE", src: absentId, dst: senderId });
  },

  relayed(type: string, src: string, dst: string, payload: unknown): string {
    return JSON.stringify({ type, src, dst, payload });
  },

  /** `entries` are member entries that are JSON already: a big room's list is joined, not built anew. */
  roomMembers(room: string, entries: readonly string[]): string {
    return `{"type":"ROOM-MEMBERS","payload":{"room":${JSON.stringify(room)},"members":[${entries.join(",")}]}}`;
  },

  memberEntry(id: string, metadata: unknown): string {
    return JSON.stringify({ id, metadata });
  },

  /** Answers ROOM-ASK. */
  roomWelcome(room: string): string {
    return JSON.stringify({ type: "ROOM-WELCOME", payload: { room } });
  },

  roomCame(src: string, room: string, metadata: unknown): string {
    return JSON.stringify({ type: "ROOM-CAME", src, payload: { room, metadata } });
  },

  roomLeft(src: string, room: string): string {
    return JSON.stringify({ type: "ROOM-LEFT", src, payload: { room } });
  },

  roomAnnounced(src: string, room: string, metadata: unknown): string {
    return JSON.stringify({ type: "ROOM-ANNOUNCED", src, payload: { room, metadata } });
  },

  roomNotice(notice: string, text: string | undefined, room: string | undefined): string {
    return JSON.stringify({ type: "ROOM-NOTICE", payload: { room, notice, text } });
  },

  roomError({ room, code, message }: WireProblem): string {
    return JSON.stringify({ type: "ROOM-ERROR", payload: { room, code, message } });
  },
};
