import type { Cancel } from "../core/clock.js";
import { abortedError } from "../core/errors.js";
import type { Evidence, Finding, FindingSeverity } from "../core/finding.js";
import { STUN_UNREACHABLE, TURN_REFUSED, TURN_UNREACHABLE } from "../core/transport/peerjs/examinePaths.js";
import { ROOM_FULL, TOKEN_REFUSED } from "../core/transport/peerjs/examineServer.js";
import { iceServersOf, type SettingsInForce, tokenOf } from "../core/transport/settingsBook.js";
import type { Examination, ExaminationRequest } from "../core/transport/transport.js";
import type { NetworkCore } from "./networkCore.js";

const NOTHING: Examination = { findings: [], evidence: [] };

const STOPPED: Finding = {
  code: "server-unreachable",
  severity: "error",
  what: "The simulated signalling server is stopped.",
  fix: "Start it: network.server.start().",
  evidence: [],
};

/** What an examination finds on a simulated network, in the time that its answers take. */
export function examineNetwork(
  core: NetworkCore,
  request: ExaminationRequest,
  settings: SettingsInForce,
): Promise<Examination> {
  if (request.part === "server") return examineServer(core, request, settings);
  if (request.part === "paths") return examineIce(core, request, settings);
  return Promise.resolve(NOTHING);
}

async function examineServer(
  core: NetworkCore,
  request: ExaminationRequest,
  settings: SettingsInForce,
): Promise<Examination> {
  const { room } = request;
  const token = await core.tracker.track(tokenOf(settings));
  const durationMs = core.options.latencyMs * 2;
  await passing(request, (done) => core.deliverIn(durationMs, done));
  const server = core.serverAt(settings.url);
  if (server?.isUp !== true) return { findings: [STOPPED], evidence: [] };
  if (room === undefined) return NOTHING;
  const isFull = server.seats(room).size >= server.maxRoomSize;
  const isRefused = server.authorize?.({ room, token }) === false;
  const said = isFull ? "The room is full." : isRefused ? "You may not enter the room." : undefined;
  const answer = said === undefined ? "welcome" : "refused";
  const evidence: readonly Evidence[] = [{ kind: "room-entry", room, answer, said, durationMs }];
  const causes = [isFull ? ROOM_FULL : undefined, isRefused ? TOKEN_REFUSED : undefined];
  const found = causes.flatMap((cause) =>
    cause === undefined ? [] : [{ ...cause, severity: "error", evidence } as const],
  );
  return { findings: found, evidence };
}

async function examineIce(
  core: NetworkCore,
  request: ExaminationRequest,
  settings: SettingsInForce,
): Promise<Examination> {
  const servers = await core.tracker.track(iceServersOf(settings));
  const asked = servers
    .flatMap(({ urls }) => urls)
    .map((url) => ({ url, does: core.iceServers.get(url) ?? "silent" }));
  if (asked.length === 0) return NOTHING;
  const isSilent = asked.some(({ does }) => does === "silent");
  const afterMs = core.options.latencyMs * 2;
  // Simulated time that is to settle does not wait for silence.
  if (isSilent) await passing(request, (done) => request.runtime.clock.setTimer(request.timeoutMs, done));
  else await passing(request, (done) => core.deliverIn(afterMs, done));
  const severity = settings.icePolicy === "relay" ? "error" : "warning";
  const outcomes = asked.map(({ url, does }) => outcomeOf(url, does, afterMs, severity));
  return {
    findings: outcomes.flatMap(({ findings }) => findings),
    evidence: outcomes.flatMap(({ evidence }) => evidence),
  };
}

function outcomeOf(
  url: string,
  does: "answers" | "refuses" | "silent",
  afterMs: number,
  severity: FindingSeverity,
): Examination {
  const isTurn = /^turns?:/.test(url);
  if (does === "answers") {
    const candidate = isTurn ? "relay" : "srflx";
    return { findings: [], evidence: [{ kind: "ice-answer", candidate, afterMs }] };
  }
  const [errorCode, text] = does === "refuses" ? [401, "Unauthorized"] : [701, ""];
  const evidence: readonly Evidence[] = [{ kind: "ice-error", url, errorCode, text }];
  const cause = isTurn ? (does === "refuses" ? TURN_REFUSED : TURN_UNREACHABLE) : STUN_UNREACHABLE;
  return { findings: [{ ...cause, severity, evidence }], evidence };
}

/** @throws SwarmError `aborted` */
function passing({ signal }: ExaminationRequest, start: (done: () => void) => Cancel): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel();
      reject(abortedError("The examination", signal));
    };
    const cancel = start(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}
