import type { SwarmError, SwarmErrorCode } from "../errors.js";
import type { Evidence, Finding, FindingCode } from "../finding.js";
import type { SwarmSnapshot } from "../store/snapshot.js";
import { type Check, type CheckContext, type CheckOutcome, NOTHING, untilSo } from "./check.js";

interface Refusal {
  readonly code: FindingCode;
  readonly what: string;
  readonly fix: string;
}

/** Refusals that only the try to enter the room meets. */
const REFUSALS: Readonly<Partial<Record<SwarmErrorCode, Refusal>>> = {
  unauthorized: {
    code: "token-refused",
    what: "The signalling server does not let this member into the room: its token is missing, wrong or expired.",
    fix: "Pass a valid token, or a function that fetches one: peerTransport({ token }), or configureSignaling({ token }).",
  },
  "room-full": {
    code: "room-full",
    what: "The room, or the server, has as many members as its operator allows.",
    fix: "Wait until someone leaves, use another room, or ask the operator to raise the limit.",
  },
  "id-taken": {
    code: "id-taken",
    what: "The server still holds this peer id for a connection that is gone.",
    fix: "Wait: it lets go within 90 s, and the swarm tries again by itself. leave() and join() take a new id at once.",
  },
  "signaling-rejected": {
    code: "server-refused",
    what: "The signalling server refused this member.",
    fix: "Check address, path and key of peerTransport(); diagnose({ probe: true }) asks the server which it is.",
  },
};

const NOT_JOINED: Finding = {
  code: "not-joined",
  severity: "info",
  what: "This member has not joined its room, so nobody can be reached.",
  fix: "Call join(), or press Join.",
  evidence: [],
};

/** Whether signalling works, and if not, what the server says. */
export const checkServer: Check = async (context) => {
  const first = context.port.snapshot();
  if (first.signaling.isConnected) return { findings: [], evidence: [signalingOf(first)] };
  const { status, signaling } = first;
  const stated = status === "off" ? offFindings(signaling.reason) : refusalFindings(signaling.reason);
  if (!context.mayReachOut) return { findings: stated, evidence: [signalingOf(first)] };
  const { findings, evidence } = await examine(context);
  const known = findings.length > 0 ? without(stated, "server-refused") : stated;
  if (known.length + findings.length > 0)
    return { findings: [...known, ...findings], evidence: [signalingOf(first), ...evidence] };
  return stillOut(context, evidence);
};

async function examine({ port, transport, signal, timeoutMs }: CheckContext): Promise<CheckOutcome> {
  return (await transport.examine?.({ part: "server", runtime: port.runtime, signal, timeoutMs })) ?? NOTHING;
}

// The server is as it should be: either the next try gets through, or something else stands between.
async function stillOut(
  { port, signal, timeoutMs }: CheckContext,
  evidence: readonly Evidence[],
): Promise<CheckOutcome> {
  const isDecided = (): boolean => {
    const { isConnected, reason } = port.snapshot().signaling;
    return isConnected || reason !== undefined;
  };
  await untilSo({ clock: port.runtime.clock, timeoutMs, signal }, isDecided);
  const snapshot = port.snapshot();
  const { isConnected, reason } = snapshot.signaling;
  const seen = [signalingOf(snapshot), ...evidence];
  if (isConnected || snapshot.status === "off") return { findings: [], evidence: seen };
  const refusal = refusalFindings(reason);
  return { findings: refusal.length > 0 ? refusal : [lost(snapshot)], evidence: seen };
}

function lost(snapshot: SwarmSnapshot): Finding {
  const { reason } = snapshot.signaling;
  return {
    code: "signaling-lost",
    severity: snapshot.peers.length > 0 ? "warning" : "error",
    what: "There is no connection to the signalling server, so new members cannot be found; open links go on.",
    fix: "It is tried again by itself; reconnect() tries at once.",
    evidence: [signalingOf(snapshot), ...(reason === undefined ? [] : [errorEvidence(reason)])],
  };
}

function offFindings(reason: SwarmError | undefined): readonly Finding[] {
  const refusals = refusalFindings(reason);
  return refusals.length > 0 ? refusals : [NOT_JOINED];
}

function refusalFindings(reason: SwarmError | undefined): readonly Finding[] {
  const refusal = reason === undefined ? undefined : REFUSALS[reason.code];
  if (reason === undefined || refusal === undefined) return [];
  return [{ ...refusal, severity: "error", evidence: [errorEvidence(reason)] }];
}

function without(findings: readonly Finding[], code: FindingCode): readonly Finding[] {
  return findings.filter((finding) => finding.code !== code);
}

function errorEvidence({ code, message }: SwarmError): Evidence {
  return { kind: "error", code, message };
}

function signalingOf({ signaling }: SwarmSnapshot): Evidence {
  const { server, connectedAtMs, failedTries } = signaling;
  return { kind: "signaling", server, connectedAtMs, failedTries };
}
