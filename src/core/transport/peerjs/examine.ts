import type { Finding } from "../../finding.js";
import type { Examination, ExaminationRequest } from "../transport.js";
import { examinePaths } from "./examinePaths.js";
import { examineServer } from "./examineServer.js";
import type { ServerAddress } from "./serverAddress.js";

/** What of the transport's settings an examination needs. */
export interface ExaminedSettings {
  readonly address: ServerAddress;
  readonly key: string;
  readonly token: () => Promise<string | undefined>;
  /** ICE as the next dial will have it, fetched anew where the app gave a function. */
  readonly rtcConfiguration: () => Promise<RTCConfiguration>;
}

const NO_WEBRTC: Finding = {
  code: "no-webrtc",
  severity: "error",
  what: "This platform has no WebRTC: RTCPeerConnection or WebSocket is missing.",
  fix: "Use a browser with WebRTC, turn it on in the settings, or give Node an implementation before join().",
  evidence: [],
};

/** Looks at what the way over a PeerJS server and WebRTC needs. */
export async function examine(request: ExaminationRequest, settings: ExaminedSettings): Promise<Examination> {
  const hasWebRtc = typeof RTCPeerConnection !== "undefined" && typeof WebSocket !== "undefined";
  if (request.part === "platform") return { findings: hasWebRtc ? [] : [NO_WEBRTC], evidence: [] };
  if (!hasWebRtc) return { findings: [], evidence: [] };
  return request.part === "server" ? examineServer(request, settings) : examinePaths(request, settings);
}
