import type { ReactNode } from "react";
import type { KnowledgeSource } from "../../core/index.js";
import { AgentName } from "../parts/AgentName.js";
import { Fact } from "../parts/Fact.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";

/** Who has what a search found. */
export function EntrySources({
  sources,
}: {
  readonly sources: readonly KnowledgeSource[] | undefined;
}): ReactNode {
  const texts = useKnowledgeTexts();
  if (sources === undefined || sources.length === 0) return null;
  return (
    <Fact term={texts.sources} name="sources">
      <span className="ps-chips">
        {sources.map((source) => (
          <span className="ps-chip" key={source}>
            {source === "here" ? texts.sourceHere : <AgentName agentId={source} />}
          </span>
        ))}
      </span>
    </Fact>
  );
}
