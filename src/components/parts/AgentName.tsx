import type { ReactNode } from "react";
import type { AgentId } from "../../core/index.js";
import { usePeers, useSwarmSelector } from "../../hooks/index.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { peerLabel, shortAgentId } from "./peerLabel.js";

/** What to call an agent, with its identity where it has given itself a name, because anyone can choose any name. */
export function AgentName({ agentId }: { readonly agentId: AgentId }): ReactNode {
  const common = useCommonTexts();
  const isSelf = useSwarmSelector(({ self }) => self.agentId === agentId);
  const short = shortAgentId(agentId);
  const label = usePeers((peers) => {
    const peer = peers.find((candidate) => candidate.agentId === agentId);
    return peer === undefined ? short : peerLabel(peer);
  });
  if (isSelf) return common.you;
  return (
    <>
      {label !== short && (
        <>
          <bdi className="ps-name">{label}</bdi>{" "}
        </>
      )}
      <code>{short}</code>
    </>
  );
}
