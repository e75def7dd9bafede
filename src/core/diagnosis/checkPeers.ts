import type { SwarmErrorCode } from "../errors.js";
import type { Evidence, Finding, FindingCode, FindingSeverity } from "../finding.js";
import type { AttemptCounts } from "../stats/attemptCounts.js";
import type { PeerGoneReason, PeerSnapshot, SwarmSnapshot } from "../store/snapshot.js";
import { type Check, untilSo } from "./check.js";
import type { Departure } from "./history.js";

// A peer or two are a handful of lines; of a thousand the first ones tell the same.
const MAX_EVIDENCE = 16;

interface Cause {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  readonly what: string;
  readonly fix: string;
}

const NO_PATH: Cause = {
  code: "no-path",
  severity: "error",
  what: "The room lists peers to which no link comes up: no network path was found, or they do not answer.",
  fix: "Add a TURN server to iceServers on both sides: one of the networks blocks direct paths.",
};
const REFUSED: Cause = {
  code: "refused-by-peer",
  severity: "warning",
  what: "Peers refused this member, or this one them: by admit(), a ban, or after tries that failed.",
  fix: "Ask over there. After failed tries a peer is heard again within a minute.",
};
const UNLINKED: Cause = {
  code: "peer-unlinked",
  severity: "warning",
  what: "The room lists peers to which there is no link.",
  fix: "It is tried again by itself; the last error of each says why.",
};

const SECRET_MISMATCH: Cause = {
  code: "secret-mismatch",
  severity: "error",
  what: "Peers of this room have another secret, or only one side has one.",
  fix: "Give every member the same secret, or none.",
};

/** Why dials fail, by the code of their last error. */
const DIAL_CAUSES: Readonly<Partial<Record<SwarmErrorCode, Cause>>> = {
  "dial-timeout": NO_PATH,
  "handshake-timeout": NO_PATH,
  "dial-rejected": REFUSED,
  "peer-refused": REFUSED,
  "secret-mismatch": SECRET_MISMATCH,
  "handshake-failed": {
    code: "handshake-failed",
    severity: "error",
    what: "The two ends see different connections: somebody sits between them.",
    fix: "Do not trust the signalling server.",
  },
  "protocol-version": {
    code: "protocol-version",
    severity: "error",
    what: "Peers speak another version of peerswarm's protocol.",
    fix: "Load the same release everywhere: reload old tabs.",
  },
  "connections-exhausted": {
    code: "connections-exhausted",
    severity: "error",
    what: "The browser gives this page no further RTCPeerConnection.",
    fix: "Close other swarms of this page, reload it, or join smaller rooms.",
  },
  "peer-unavailable": {
    code: "peer-absent",
    severity: "info",
    what: "The server still lists peers that are not connected to it any more.",
    fix: "Nothing: it forgets them within 90 s.",
  },
};

const STATE_CAUSES: Readonly<Partial<Record<PeerSnapshot["state"], Cause>>> = {
  unreachable: {
    code: "link-unreachable",
    severity: "warning",
    what: "The network to peers fell silent; their links are being restarted.",
    fix: "Check both networks. A link that does not come back is replaced by a new one within a minute.",
  },
  asleep: {
    code: "peer-asleep",
    severity: "info",
    what: "Tabs of peers are asleep: the network reaches them, they do not run.",
    fix: "Nothing here: bring those tabs to the front.",
  },
};

const DEPARTURE_CAUSES: Readonly<Partial<Record<PeerGoneReason, Cause>>> = {
  banned: {
    code: "banned",
    severity: "warning",
    what: "A link was closed because one side banned the other.",
    fix: "unban(agentId) on the side that banned.",
  },
  refused: REFUSED,
  "limit-exceeded": {
    code: "limits-exceeded",
    severity: "warning",
    what: "A link was closed because one side sent more than the other's limits allow.",
    fix: "Send less, or raise `limits` of the receiving side.",
  },
};

const ALONE: Finding = {
  code: "alone",
  severity: "info",
  what: "Nobody else is in the room.",
  fix: "Open the page elsewhere with the same server and the same room: names are compared letter by letter.",
  evidence: [],
};

/** Whether every peer that the room lists is linked, and if not, why. */
export const checkPeers: Check = async ({ port, history, signal, timeoutMs }) => {
  const before = port.snapshot();
  if (before.status === "off") return undefined;
  await untilSo({ clock: port.runtime.clock, timeoutMs, signal }, () => isDecided(port.snapshot()));
  const snapshot = port.snapshot();
  const groups: Groups = new Map();
  addUnlinked(groups, snapshot);
  addStates(groups, snapshot);
  addDepartures(groups, history.departures(), snapshot);
  const findings = [...findingsOf(groups, snapshot), ...heldBack(snapshot)];
  const { peers, connecting, status } = snapshot;
  const isAlone = status === "joined" && peers.length + connecting.length === 0 && findings.length === 0;
  return { findings: isAlone ? [ALONE] : findings, evidence: peers.slice(0, MAX_EVIDENCE).map(linked) };
};

/** Whether we are in, or know why not, and each listed peer is linked or has failed once. */
function isDecided({ status, signaling, connecting }: SwarmSnapshot): boolean {
  if (status === "joining") return signaling.reason !== undefined;
  return connecting.every(({ lastError }) => lastError !== undefined);
}

type Groups = Map<Cause, Evidence[]>;

function addUnlinked(groups: Groups, { connecting, attempts: counts }: SwarmSnapshot): void {
  for (const { peerId, attempts, lastError } of connecting) {
    const cause = dialCauseOf(lastError?.code, counts);
    add(groups, cause, { kind: "peer", peerId, state: "connecting", attempts, error: lastError?.code });
  }
}

function dialCauseOf(code: SwarmErrorCode | undefined, { failures }: AttemptCounts): Cause {
  const cause = (code && DIAL_CAUSES[code]) ?? UNLINKED;
  // Who has failed to prove the secret is refused from then on, with another word.
  return cause === REFUSED && failures["secret-mismatch"] !== undefined ? SECRET_MISMATCH : cause;
}

function addStates(groups: Groups, { peers }: SwarmSnapshot): void {
  for (const peer of peers) {
    const cause = STATE_CAUSES[peer.state];
    if (cause !== undefined) add(groups, cause, linked(peer));
  }
}

function addDepartures(
  groups: Groups,
  departures: readonly Departure[],
  { connecting }: SwarmSnapshot,
): void {
  for (const { peerId, reason } of departures) {
    const cause = DEPARTURE_CAUSES[reason];
    const attempts = connecting.find((peer) => peer.peerId === peerId)?.attempts ?? 0;
    if (cause !== undefined)
      add(groups, cause, { kind: "peer", peerId, state: "gone", attempts, error: undefined });
  }
}

function heldBack({ peers }: SwarmSnapshot): readonly Finding[] {
  const evidence = peers.flatMap(({ peerId, restraint }): readonly Evidence[] =>
    restraint === undefined ? [] : [{ kind: "restraint", peerId, ...restraint }],
  );
  if (evidence.length === 0) return [];
  return [
    {
      code: "peer-held-back",
      severity: "warning",
      what: "Peers send more than this member's limits allow: what they send is slowed or dropped.",
      fix: "Send less over there, or raise `limits` here.",
      evidence: evidence.slice(0, MAX_EVIDENCE),
    },
  ];
}

function linked({ peerId, state }: PeerSnapshot): Evidence {
  return { kind: "peer", peerId, state, attempts: 0, error: undefined };
}

function add(groups: Groups, cause: Cause, evidence: Evidence): void {
  const group = groups.get(cause);
  if (group === undefined) groups.set(cause, [evidence]);
  else if (group.length < MAX_EVIDENCE) group.push(evidence);
}

/** Where others are reached, one without a path is no disaster. */
function findingsOf(groups: Groups, { peers }: SwarmSnapshot): readonly Finding[] {
  return [...groups].map(([cause, evidence]) => {
    const isPartial = cause === NO_PATH && peers.length > 0;
    return { ...cause, severity: isPartial ? "warning" : cause.severity, evidence };
  });
}
