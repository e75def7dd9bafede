import type { Evidence } from "../../../core/index.js";

/** What is known of a fact, in one line of German. Names and codes stay as the core has them. */
export function germanEvidence(fact: Evidence): string {
  switch (fact.kind) {
    case "candidates":
      return candidates(fact);
    case "ice-answer":
      return `${fact.candidate === "srflx" ? "STUN" : "TURN"} antwortete nach ${milliseconds(fact.afterMs)}`;
    case "room-entry":
      return `Dürfen wir in ${fact.room}: ${roomAnswer(fact)} nach ${milliseconds(fact.durationMs)}`;
    case "ice-error":
      return `${fact.url}: Fehler ${fact.errorCode}${fact.text === "" ? "" : `, ${fact.text}`}`;
    case "http":
      return `GET ${fact.url}: ${httpAnswer(fact)} nach ${milliseconds(fact.durationMs)}`;
    case "websocket":
      return `WebSocket zu ${fact.url}: ${socketAnswer(fact)} nach ${milliseconds(fact.durationMs)}`;
    case "error":
      return `${fact.code}: ${fact.message}`;
    case "signaling":
      return `${fact.server}: ${fact.connectedAtMs === undefined ? `nicht verbunden, ${fact.failedTries} gescheiterte Versuche` : "verbunden"}`;
    case "peer":
      return `${fact.peerId}: ${fact.state}${fact.attempts > 0 ? `, ${fact.attempts} Versuche` : ""}${fact.error === undefined ? "" : `, ${fact.error}`}`;
    case "restraint":
      return `${fact.peerId}: ${fact.stage}, ${fact.reason}`;
    case "timer":
      return `Eine Frist von ${milliseconds(fact.dueAfterMs)} kam nach ${milliseconds(fact.cameAfterMs)}`;
    case "sleep":
      return `Lief ${Math.round(fact.sleptMs / 1000)} s lang nicht`;
  }
}

function candidates({ host, srflx, relay, isComplete }: Extract<Evidence, { kind: "candidates" }>): string {
  const counts = `Kandidaten: ${host} eigene, ${srflx} über STUN, ${relay} über TURN`;
  return isComplete ? counts : `${counts}, bisher`;
}

function httpAnswer({ status, isOpaque }: Extract<Evidence, { kind: "http" }>): string {
  if (status !== undefined) return `Status ${status}`;
  return isOpaque ? "eine Antwort, die diese Seite nicht lesen darf" : "keine Antwort";
}

function socketAnswer({ isOpen, closeCode, said }: Extract<Evidence, { kind: "websocket" }>): string {
  const state = isOpen ? "öffnete sich" : "öffnete sich nicht";
  const end = closeCode === undefined ? "" : `, geschlossen mit ${closeCode}`;
  return `${state}${end}${said === undefined ? "" : `, sagte „${said}“`}`;
}

function roomAnswer({ answer, said }: Extract<Evidence, { kind: "room-entry" }>): string {
  const text = { welcome: "ja", refused: "nein", unknown: "das kann der Server nicht sagen" }[answer];
  return said === undefined ? text : `${text}, „${said}“`;
}

function milliseconds(duration: number): string {
  return `${Math.round(duration)} ms`;
}
