import type { Evidence } from "../../finding.js";
import type { ExaminationRequest } from "../transport.js";

/** Which ways to this device ICE finds. */
export interface Gathered {
  readonly candidates: Extract<Evidence, { kind: "candidates" }>;
  /** Each server and code once. */
  readonly errors: readonly Extract<Evidence, { kind: "ice-error" }>[];
  /** The first answer of each kind of server. */
  readonly answers: readonly Extract<Evidence, { kind: "ice-answer" }>[];
}

const MAX_ERRORS = 16;
const MAX_TEXT = 200;

/**
 * Lets a connection of its own look for candidates, which nobody is told, and closes it.
 * @throws what the browser throws at a configuration that it does not take
 */
export async function gatherCandidates(
  configuration: RTCConfiguration,
  { runtime, signal, timeoutMs }: Pick<ExaminationRequest, "runtime" | "signal" | "timeoutMs">,
): Promise<Gathered> {
  const rtc = new RTCPeerConnection(configuration);
  const counts = { host: 0, srflx: 0, relay: 0 };
  const errors = new Map<string, Extract<Evidence, { kind: "ice-error" }>>();
  const answers = new Map<string, Extract<Evidence, { kind: "ice-answer" }>>();
  const startedAtMs = runtime.clock.now();
  rtc.onicecandidate = ({ candidate }) => {
    // Both ends dial by TCP and neither listens: no browser is reached that way.
    if (candidate?.tcpType === "active") return;
    const type = candidate?.type;
    if (type !== "host" && type !== "srflx" && type !== "relay") return;
    counts[type]++;
    if (type === "host" || answers.has(type)) return;
    const afterMs = runtime.clock.now() - startedAtMs;
    answers.set(type, { kind: "ice-answer", candidate: type, afterMs });
  };
  rtc.onicecandidateerror = ({ url, errorCode, errorText }) => {
    if (errors.size >= MAX_ERRORS) return;
    const text = errorText.slice(0, MAX_TEXT);
    errors.set(`${url} ${errorCode}`, { kind: "ice-error", url, errorCode, text });
  };
  try {
    rtc.createDataChannel("diagnosis");
    await rtc.setLocalDescription(await rtc.createOffer());
    await gathered(rtc, { runtime, signal, timeoutMs });
    const isComplete = rtc.iceGatheringState === "complete";
    return {
      candidates: { kind: "candidates", ...counts, isComplete },
      errors: [...errors.values()],
      answers: [...answers.values()],
    };
  } finally {
    rtc.onicecandidate = rtc.onicecandidateerror = null;
    rtc.close();
  }
}

function gathered(
  rtc: RTCPeerConnection,
  { runtime, signal, timeoutMs }: Pick<ExaminationRequest, "runtime" | "signal" | "timeoutMs">,
): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      rtc.onicegatheringstatechange = null;
      resolve();
    };
    const look = (): void => {
      if (rtc.iceGatheringState === "complete") end();
    };
    const cancel = runtime.clock.setTimer(timeoutMs, end);
    rtc.onicegatheringstatechange = look;
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
    else look();
  });
}
