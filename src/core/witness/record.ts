import { type Bytes, toHex, utf8 } from "../bytes.js";
import { canonicalJson } from "../canonicalJson.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import { sha256 } from "../sha256.js";

/** What a record can tell of. Names are stable: exported logs are read long after. */
export type WitnessKind =
  | "session_began"
  | "session_ended"
  | "signaling_connected"
  | "signaling_lost"
  | "webrtc_offer_created"
  | "webrtc_answer_created"
  | "ice_candidate_sent"
  | "datachannel_open"
  | "peer_connected"
  | "peer_disconnected"
  | "ifmessage_sent"
  | "ifmessage_received"
  | "dropped"
  | "task_delegated"
  | "task_assigned"
  | "task_approved"
  | "task_refused"
  | "task_started"
  | "task_ended"
  | "proposal_made"
  | "proposal_received"
  | "ballot_cast"
  | "ballot_received"
  | "consensus_result"
  | "equivocation_found"
  | "knowledge_added"
  | "reflection_integrated"
  | "client_connected"
  | "client_disconnected"
  | "client_refused"
  | "room_entered"
  | "room_left"
  | "checkpoint";

/** What a detail can hold; integers only among numbers. */
export type WitnessValue = string | number | boolean | null | readonly WitnessValue[];

/** What happened, apart from its place in the chain. */
export interface WitnessEvent {
  readonly kind: WitnessKind;
  readonly detail: Readonly<Record<string, WitnessValue>>;
}

/** One link of the chain: change, remove or move any, and the hashes no longer fit. */
export interface WitnessRecord extends WitnessEvent {
  /** Counts the records of a session from 0, without gaps. */
  readonly index: number;
  /** Clock of the witness, whole milliseconds since the epoch. */
  readonly atMs: number;
  /** `hash` of the record before; zeros for the first. */
  readonly previous: string;
  /** SHA-256 in base16 of the canonical JSON (RFC 8785) of the other members. */
  readonly hash: string;
}

/** `previous` of a session's first record. */
export const NO_RECORD: string = "0".repeat(64);

export function hashRecord({ index, atMs, kind, detail, previous }: Omit<WitnessRecord, "hash">): string {
  return toHex(sha256(utf8(canonicalJson({ index, atMs, kind, detail, previous }))));
}

/** What the agent signs of its chain: the session, and one record with all before it. */
export function checkpointStatement(peerId: PeerId, index: number, hash: string): Bytes {
  return utf8(`peerswarm/1 witness\n${peerId}\n${index}\n${hash}`);
}

/** Detail of a `checkpoint`: which record was signed, and by whom. */
export interface Checkpoint {
  readonly agent: AgentId;
  readonly peer: PeerId;
  readonly index: number;
  readonly hash: string;
  /** Ed25519 over {@link checkpointStatement}, base16. */
  readonly signature: string;
}
