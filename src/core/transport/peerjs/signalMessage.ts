import * as v from "valibot";
import { isPeerId } from "../../identity/ids.js";

// A session description of a connection with only data channels has 1 to 6 KiB.
const MAX_SDP_LENGTH = 64 * 1024;
const MAX_CANDIDATE_LENGTH = 4096;
const MAX_ROOM_MEMBERS = 5000;

/** Type inside a relayed OFFER by which peerswarm's own signalling is told from PeerJS's, which ignores it. */
export const SIDE_CHANNEL_TYPE = "x-peerswarm";

const connectionId = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
// A peer that describes audio or video as well would have the browser receive it.
const sdp = v.pipe(
  v.string(),
  v.maxLength(MAX_SDP_LENGTH),
  v.check((text) => !/^m=(?!application )/m.test(text)),
);
const peerId = v.pipe(
  v.string(),
  v.check((text) => isPeerId(text)),
);
const round = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What any message of a signalling server looks like. */
export const serverMessageSchema = v.object({
  type: v.pipe(v.string(), v.maxLength(64)),
  src: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(256)))),
  payload: v.optional(v.unknown()),
});

export type ServerMessage = v.InferOutput<typeof serverMessageSchema>;

/** A PeerJS offer of a data connection; whatever else it carries is left out. */
export const dataOfferSchema = v.object({
  type: v.literal("data"),
  connectionId,
  sdp: v.object({ type: v.literal("offer"), sdp }),
});

export const answerSchema = v.object({
  type: v.literal("data"),
  connectionId,
  sdp: v.object({ type: v.literal("answer"), sdp }),
});

export const candidateSchema = v.object({
  type: v.literal("data"),
  connectionId,
  candidate: v.object({
    candidate: v.pipe(v.string(), v.maxLength(MAX_CANDIDATE_LENGTH)),
    sdpMid: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(64)))),
    sdpMLineIndex: v.optional(v.nullable(round)),
    usernameFragment: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(256)))),
  }),
});

/** peerswarm's own signalling between two peers, or between a peer and itself (`echo`). */
export const sideMessageSchema = v.variant("kind", [
  v.object({ kind: v.literal("echo") }),
  v.object({ kind: v.literal("dial-rejected"), connectionId, reason: v.pipe(v.string(), v.maxLength(64)) }),
  v.object({ kind: v.literal("restart-request"), connectionId }),
  v.object({ kind: v.literal("restart-offer"), connectionId, round, sdp }),
  v.object({ kind: v.literal("restart-answer"), connectionId, round, sdp }),
  v.object({ kind: v.literal("room-enter") }),
  v.object({ kind: v.literal("room-leave") }),
  v.object({ kind: v.literal("room-handover") }),
  v.object({
    kind: v.literal("room-members"),
    members: v.pipe(v.array(peerId), v.maxLength(MAX_ROOM_MEMBERS)),
  }),
]);

export type SideMessage = v.InferOutput<typeof sideMessageSchema>;
export type RestartMessage = Extract<SideMessage, { kind: `restart-${string}` }>;

/** What our own signalling server says of rooms. */
export const roomMembersSchema = v.object({
  room: v.string(),
  members: v.pipe(v.array(v.object({ id: v.string() })), v.maxLength(MAX_ROOM_MEMBERS)),
});
export const roomErrorSchema = v.object({
  room: v.optional(v.string()),
  code: v.pipe(v.string(), v.maxLength(64)),
  message: v.pipe(v.string(), v.maxLength(1024)),
});
export const roomNoticeSchema = v.object({
  notice: v.pipe(v.string(), v.maxLength(64)),
  text: v.optional(v.pipe(v.string(), v.maxLength(1024))),
});

/** OPEN of a server that keeps rooms; a stock PeerServer's has no payload. */
export const openPayloadSchema = v.object({ server: v.literal("peerswarm"), rooms: v.literal(true) });
