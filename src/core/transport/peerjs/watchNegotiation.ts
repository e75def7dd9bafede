import { toHex, utf8 } from "../../bytes.js";
import type { PeerId } from "../../identity/ids.js";
import { sha256 } from "../../sha256.js";
import type { TransportStep } from "../transport.js";

/** Tells of every description and candidate that this side of a connection makes, ICE restarts included. */
export function watchNegotiation(
  rtc: RTCPeerConnection,
  { peerId, link, onStep }: { peerId: PeerId; link: string; onStep: (step: TransportStep) => void },
): void {
  const descriptionChanged = (): void => {
    const description = rtc.localDescription;
    if (description === null) return;
    const sdpHash = hashText(description.sdp);
    if (rtc.signalingState === "have-local-offer") {
      onStep({ kind: "webrtc_offer_created", peerId, link, sdpHash });
    } else if (rtc.signalingState === "stable" && description.type === "answer") {
      onStep({ kind: "webrtc_answer_created", peerId, link, sdpHash });
    }
  };
  rtc.addEventListener("signalingstatechange", descriptionChanged);
  rtc.addEventListener("icecandidate", ({ candidate }) => {
    if (candidate === null || candidate.candidate === "") return;
    const type = candidate.type ?? "unknown";
    onStep({ kind: "ice_candidate_sent", peerId, link, candidateHash: hashText(candidate.candidate), type });
  });
}

function hashText(text: string): string {
  return toHex(sha256(utf8(text)));
}
