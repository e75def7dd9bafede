import type { Evidence } from "../../../core/index.js";

/** What is known of a fact, in one line of English. */
export function englishEvidence(fact: Evidence): string {
  switch (fact.kind) {
    case "candidates":
      return candidates(fact);
    case "ice-answer":
      return `${fact.candidate === "srflx" ? "STUN" : "TURN"} answered after ${milliseconds(fact.afterMs)}`;
    case "room-entry":
      return `May we enter ${fact.room}: ${roomAnswer(fact)} after ${milliseconds(fact.durationMs)}`;
    case "ice-error":
      return `${fact.url}: error ${fact.errorCode}${fact.text === "" ? "" : `, ${fact.text}`}`;
    case "http":
      return `GET ${fact.url}: ${httpAnswer(fact)} after ${milliseconds(fact.durationMs)}`;
    case "websocket":
      return `WebSocket to ${fact.url}: ${socketAnswer(fact)} after ${milliseconds(fact.durationMs)}`;
    case "error":
      return `${fact.code}: ${fact.message}`;
    case "signaling":
      return `${fact.server}: ${fact.connectedAtMs === undefined ? `not connected, ${fact.failedTries} failed tries` : "connected"}`;
    case "peer":
      return `${fact.peerId}: ${fact.state}${fact.attempts > 0 ? `, ${fact.attempts} tries` : ""}${fact.error === undefined ? "" : `, ${fact.error}`}`;
    case "restraint":
      return `${fact.peerId}: ${fact.stage}, ${fact.reason}`;
    case "timer":
      return `A timer of ${milliseconds(fact.dueAfterMs)} came after ${milliseconds(fact.cameAfterMs)}`;
    case "sleep":
      return `Did not run for ${Math.round(fact.sleptMs / 1000)} s`;
  }
}

function candidates({ host, srflx, relay, isComplete }: Extract<Evidence, { kind: "candidates" }>): string {
  const counts = `Candidates: ${host} host, ${srflx} through STUN, ${relay} through TURN`;
  return isComplete ? counts : `${counts}, so far`;
}

function httpAnswer({ status, isOpaque }: Extract<Evidence, { kind: "http" }>): string {
  if (status !== undefined) return `status ${status}`;
  return isOpaque ? "an answer that this page may not read" : "no answer";
}

function socketAnswer({ isOpen, closeCode, said }: Extract<Evidence, { kind: "websocket" }>): string {
  const state = isOpen ? "opened" : "did not open";
  const end = closeCode === undefined ? "" : `, closed with ${closeCode}`;
  return `${state}${end}${said === undefined ? "" : `, said “${said}”`}`;
}

function roomAnswer({ answer, said }: Extract<Evidence, { kind: "room-entry" }>): string {
  const text = { welcome: "yes", refused: "no", unknown: "the server cannot tell" }[answer];
  return said === undefined ? text : `${text}, “${said}”`;
}

function milliseconds(duration: number): string {
  return `${Math.round(duration)} ms`;
}
