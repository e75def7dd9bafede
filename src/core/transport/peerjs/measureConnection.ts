import type { CandidateKind, LinkMeasurement } from "../transport.js";

// The members of WebRTC's statistics (https://www.w3.org/TR/webrtc-stats/) that are read here.
interface CandidatePair extends RTCIceCandidatePairStats {
  /** Firefox marks the pair in use so; elsewhere the transport names it. */
  readonly selected?: boolean;
}
interface Candidate extends RTCStats {
  readonly candidateType: CandidateKind;
  readonly protocol?: string;
  readonly relayProtocol?: string;
}

/** The candidate pair that a connection uses, and its last round trip. */
export async function measureConnection(connection: RTCPeerConnection): Promise<LinkMeasurement | undefined> {
  const report = await connection.getStats();
  const pair = selectedPair(report);
  if (pair === undefined) return undefined;
  const local = report.get(pair.localCandidateId) as Candidate | undefined;
  const remote = report.get(pair.remoteCandidateId) as Candidate | undefined;
  const seconds = pair.currentRoundTripTime;
  return {
    roundTripMs: seconds === undefined ? undefined : seconds * 1000,
    path:
      local === undefined || remote === undefined
        ? undefined
        : {
            local: local.candidateType,
            remote: remote.candidateType,
            protocol: local.relayProtocol ?? local.protocol ?? "udp",
          },
  };
}

function selectedPair(report: RTCStatsReport): CandidatePair | undefined {
  let named: CandidatePair | undefined;
  let marked: CandidatePair | undefined;
  report.forEach((entry: RTCStats) => {
    if (entry.type === "transport") {
      const id = (entry as RTCTransportStats).selectedCandidatePairId;
      if (id !== undefined) named = report.get(id) as CandidatePair | undefined;
    } else if (entry.type === "candidate-pair" && (entry as CandidatePair).selected === true) {
      marked = entry as CandidatePair;
    }
  });
  return named ?? marked;
}
