import type { ReactNode } from "react";
import type { AgentId } from "../../core/index.js";
import { usePeers, useSwarmSelector } from "../../hooks/index.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { ClaimedName } from "./ClaimedName.js";
import { peerLabel, shortAgentId } from "./peerLabel.js";

/** What to call an agent, with the beginning of its identity. */
export function AgentName({ agentId }: { readonly agentId: AgentId }): ReactNode {
  const common = useCommonTexts();
  const isSelf = useSwarmSelector(({ self }) => self.agentId === agentId);
  const short = shortAgentId(agentId);
  const label = usePeers((peers) => {
    const peer = peers.find((candidate) => candidate.agentId === agentId);
    return peer === undefined ? short : peerLabel(peer);
  });
  if (isSelf) return common.you;
  return <ClaimedName label={label} shortId={short} />;
}
