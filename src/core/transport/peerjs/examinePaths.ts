import { toSwarmError } from "../../errors.js";
import type { Evidence, Finding } from "../../finding.js";
import type { Examination, ExaminationRequest } from "../transport.js";
import type { ExaminedSettings } from "./examine.js";
import { type Gathered, gatherCandidates } from "./gatherCandidates.js";

/** Looks for the ways to this device: its interfaces, its address as STUN sees it, and through TURN. */
export async function examinePaths(
  request: ExaminationRequest,
  { rtcConfiguration }: ExaminedSettings,
): Promise<Examination> {
  let configuration: RTCConfiguration;
  let gathered: Gathered;
  try {
    configuration = await rtcConfiguration();
    if (isRelayWithoutTurn(configuration)) return { findings: [RELAY_WITHOUT_TURN], evidence: [] };
    gathered = await gatherCandidates(configuration, request);
  } catch (thrown) {
    const { code, message } = toSwarmError(thrown, "invalid-option", "The browser does not take iceServers.");
    const evidence = [{ kind: "error", code, message }] as const;
    return { findings: [{ ...ICE_SERVERS_INVALID, evidence }], evidence };
  }
  const evidence: readonly Evidence[] = [gathered.candidates, ...gathered.answers, ...gathered.errors];
  return { findings: findingsOf(configuration, gathered, request.runtime.clock.now()), evidence };
}

function findingsOf(configuration: RTCConfiguration, gathered: Gathered, nowMs: number): readonly Finding[] {
  const { host, srflx, relay } = gathered.candidates;
  const isRelayOnly = configuration.iceTransportPolicy === "relay";
  const findings = [stunFinding(configuration, gathered), turnFinding(configuration, gathered, nowMs)].filter(
    (finding) => finding !== undefined,
  );
  // Where only TURN counts, that no way was found is TURN's doing.
  if (host + srflx + relay > 0 || isRelayOnly) return findings;
  return [{ ...NO_CANDIDATES, evidence: [gathered.candidates] }, ...findings];
}

function stunFinding(configuration: RTCConfiguration, { candidates, errors }: Gathered): Finding | undefined {
  if (configuration.iceTransportPolicy === "relay" || !hasServer(configuration, /^stuns?:/)) return undefined;
  const failures = errors.filter(({ url }) => /^stuns?:/.test(url));
  // A device with a public address gets no candidate from STUN, and no error either.
  if (candidates.srflx > 0 || (failures.length === 0 && candidates.isComplete)) return undefined;
  return { ...STUN_UNREACHABLE, evidence: [candidates, ...failures] };
}

function turnFinding(
  configuration: RTCConfiguration,
  { candidates, errors }: Gathered,
  nowMs: number,
): Finding | undefined {
  if (!hasServer(configuration, TURN) || candidates.relay > 0) return undefined;
  const failures = errors.filter(({ url }) => TURN.test(url));
  const wasAnswered = failures.some(({ errorCode }) => errorCode !== NO_ANSWER);
  const refusal = hasExpiredUsername(configuration, nowMs) ? TURN_EXPIRED : TURN_REFUSED;
  return {
    ...(wasAnswered ? refusal : TURN_UNREACHABLE),
    severity: configuration.iceTransportPolicy === "relay" ? "error" : "warning",
    evidence: [candidates, ...failures],
  };
}

/** What `icecandidateerror` says where no answer came (W3C WebRTC). */
const NO_ANSWER = 701;
const TURN = /^turns?:/;

function hasServer({ iceServers = [] }: RTCConfiguration, scheme: RegExp): boolean {
  return iceServers.flatMap(({ urls }) => urls).some((url) => scheme.test(url));
}

// Usernames that a TURN server's shared secret makes begin with the time at which they end, in seconds.
const EXPIRY = /^(\d{9,11})(:|$)/;

function hasExpiredUsername({ iceServers = [] }: RTCConfiguration, nowMs: number): boolean {
  return iceServers.some(({ username = "" }) => {
    const [, endsAtSeconds] = EXPIRY.exec(username) ?? [];
    return endsAtSeconds !== undefined && Number(endsAtSeconds) * 1000 <= nowMs;
  });
}

function isRelayWithoutTurn(configuration: RTCConfiguration): boolean {
  return configuration.iceTransportPolicy === "relay" && !hasServer(configuration, TURN);
}

const ICE_SERVERS_INVALID: Finding = {
  code: "ice-servers-invalid",
  severity: "error",
  what: "iceServers cannot be used: the function that gives them failed, or the browser does not take them.",
  fix: "Check each url, and that every TURN server has username and credential.",
  evidence: [],
};
const RELAY_WITHOUT_TURN: Finding = {
  code: "relay-without-turn",
  severity: "error",
  what: 'icePolicy is "relay", but iceServers has no TURN server: no link can ever come up.',
  fix: 'Add a TURN server to iceServers, or leave icePolicy at "all".',
  evidence: [],
};
const NO_CANDIDATES: Finding = {
  code: "no-candidates",
  severity: "error",
  what: "The browser offers no way to this device at all, so no link can come up.",
  fix: "Connect to a network, and allow WebRTC in the browser's settings and extensions. A machine with nothing but loopback needs Chromium's --allow-loopback-in-peer-connection, and the permissions for camera and microphone.",
  evidence: [],
};
export const STUN_UNREACHABLE: Finding = {
  code: "stun-unreachable",
  severity: "warning",
  what: "No STUN server answers: only peers in the same network, or through TURN, can be reached.",
  fix: "Let UDP pass to the STUN servers, name others in iceServers, or add a TURN server over TCP or TLS.",
  evidence: [],
};
export const TURN_REFUSED: Omit<Finding, "severity"> = {
  code: "turn-refused",
  what: "The TURN server refuses this device: its credentials are wrong or expired.",
  fix: "Check username and credential in iceServers; pass a function that fetches them where they expire.",
  evidence: [],
};
const TURN_EXPIRED: Omit<Finding, "severity"> = {
  code: "turn-expired",
  what: "The TURN server refuses this device: its credentials have expired.",
  fix: "Have new ones made; pass a function that fetches them in iceServers, so that they are always fresh.",
  evidence: [],
};
export const TURN_UNREACHABLE: Omit<Finding, "severity"> = {
  code: "turn-unreachable",
  what: "No TURN server answers: peers behind strict networks cannot be reached.",
  fix: "Check its address and that it runs; offer it over TCP or TLS on port 443 as well, where UDP is blocked.",
  evidence: [],
};
