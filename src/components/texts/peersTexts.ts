import type { ExcessReason, LinkPath, PeerSnapshot, RestraintStage } from "../../core/index.js";
import { englishPeersTexts } from "../locales/en/peers.js";
import type { PathKind } from "../peers/pathKind.js";
import type { PeerOrder } from "../peers/peerCriteria.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link PeersPanel}. */
export interface PeersTexts {
  readonly title: string;
  readonly count: (connected: number, formatted: string) => string;
  /** In its place while the list is narrowed. */
  readonly shown: (shown: string, all: string) => string;
  /** For screen readers: what the next few are for. */
  readonly tools: string;
  readonly filter: string;
  readonly filterHint: string;
  readonly sortBy: string;
  readonly orders: Readonly<Record<PeerOrder, string>>;
  readonly stateTerm: string;
  readonly anyState: string;
  readonly mutedOnly: string;
  readonly nobodyMatches: string;
  readonly clear: string;
  readonly state: Readonly<Record<PeerSnapshot["state"] | "connecting", string>>;
  /** Of the number in a row; it is the median. */
  readonly roundTrip: string;
  readonly capabilities: string;
  readonly muted: string;
  /** Of a peer that sends more than it may. */
  readonly restraint: Readonly<Record<RestraintStage, string>>;
  readonly restraintTerm: string;
  readonly restraintReasons: Readonly<Record<ExcessReason, string>>;
  /** What is done about it, why, and until when. */
  readonly restrained: (given: {
    readonly stage: RestraintStage;
    readonly reason: string;
    readonly until: string;
  }) => string;
  readonly connecting: string;
  readonly attempts: (attempts: number) => string;
  /** Health of the mesh; `dials` is the share of dials that led to a link, and missing before the first. */
  readonly mesh: (health: {
    readonly open: string;
    readonly expected: string;
    readonly dials: string | undefined;
  }) => string;
  /** Why dials failed, by code of the error; a code that is not here is shown itself. */
  readonly dialFailures: Readonly<Record<string, string>>;
  /** For screen readers: how to move in a long list. */
  readonly keys: string;
  readonly agent: string;
  readonly copyAgent: string;
  readonly peerId: string;
  readonly copyPeerId: string;
  readonly path: string;
  readonly pathKinds: Readonly<Record<PathKind, string>>;
  readonly pathOf: (path: LinkPath) => string;
  readonly roundTripSpread: string;
  readonly spread: (times: { readonly median: string; readonly p95: string }) => string;
  /** How the round trip went in the last minutes. */
  readonly course: string;
  readonly courseOf: (given: {
    readonly median: string;
    readonly least: string;
    readonly most: string;
    readonly time: string;
  }) => string;
  readonly jitter: string;
  readonly queue: string;
  readonly waiting: (bytes: string) => string;
  readonly traffic: string;
  readonly sent: (count: number, messages: string, bytes: string) => string;
  readonly received: (count: number, messages: string, bytes: string) => string;
  readonly connectedSince: string;
  /** What became of a peer lately. */
  readonly states: string;
  readonly since: (time: string, duration: string) => string;
  readonly goals: string;
  readonly region: string;
  readonly mute: string;
  readonly mutePeer: (peer: string) => string;
  readonly unmute: string;
  readonly unmutePeer: (peer: string) => string;
  readonly ban: string;
  readonly banPeer: (peer: string) => string;
  readonly banQuestion: (peer: string) => string;
  readonly banYes: string;
  readonly banNo: string;
  readonly banned: (peer: string) => string;
  readonly unban: string;
  readonly unbanned: (peer: string) => string;
  readonly empty: {
    readonly off: { readonly what: string; readonly next: string };
    readonly joining: { readonly what: string; readonly next: string };
    readonly joined: (room: string) => { readonly what: string; readonly next: string };
    readonly reconnecting: { readonly what: string; readonly next: string };
  };
}

export function usePeersTexts(): PeersTexts {
  return useTextsOf("peers", englishPeersTexts);
}
