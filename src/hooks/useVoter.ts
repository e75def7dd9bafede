import { useEffect, useInsertionEffect, useRef } from "react";
import type { VotingPolicy } from "../core/index.js";
import { useSwarm } from "./useSwarm.js";

/**
 * Votes by policy while the component is mounted: it is asked about each proposal on which this agent can vote, those that are
 * open included. What it answers by `undefined` is left to other policies and to people. The policy may be
 * written inline: it is always the one of the last render that runs.
 * @example
 * useVoter(({ risk }) => (risk === "low" ? "yes" : undefined));
 */
export function useVoter(policy: VotingPolicy): void {
  const swarm = useSwarm();
  const latest = useRef(policy);
  // Runs before every other effect of the same commit, so that none of them meets the policy before.
  useInsertionEffect(() => {
    latest.current = policy;
  });
  useEffect(() => swarm.consensus.onProposal((proposal) => latest.current(proposal)), [swarm]);
}
