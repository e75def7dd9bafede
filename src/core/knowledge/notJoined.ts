import { SwarmError } from "../errors.js";

/** The error of a call while the swarm is off. */
export function notJoined(): SwarmError {
  return new SwarmError("not-joined", {
    what: "The swarm has not joined, so it has no knowledge.",
    why: "What is known belongs to an agent and a room.",
    fix: "Call join() first; nobody else needs to be there.",
  });
}
