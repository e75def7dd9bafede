import type { ReactNode } from "react";
import type { Artifact, KnowledgeSource } from "../../core/index.js";
import { AgentName } from "../parts/AgentName.js";
import { Chips } from "../parts/Chips.js";
import { CopyButton } from "../parts/CopyButton.js";
import { Fact } from "../parts/Fact.js";
import { When } from "../parts/When.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";
import { EntrySources } from "./EntrySources.js";

interface EntryFactsProps {
  /** An artifact, or a reflection. */
  readonly entry: Pick<Artifact, "author" | "tags" | "writtenAtMs">;
  readonly sources: readonly KnowledgeSource[] | undefined;
  /** What there is to say besides of its kind. */
  readonly children?: ReactNode;
}

/** Who wrote something, who has it, when it was written, and its tags. */
export function EntryFacts({ entry, sources, children }: EntryFactsProps): ReactNode {
  const texts = useKnowledgeTexts();
  const { author, tags, writtenAtMs } = entry;
  return (
    <>
      <Fact term={texts.author} name="author">
        <AgentName agentId={author} />
        <CopyButton text={author} label={texts.copyAuthor} />
      </Fact>
      <EntrySources sources={sources} />
      {children}
      <Fact term={texts.written} name="written">
        <When atMs={writtenAtMs} isWhole />
      </Fact>
      {tags.length > 0 && (
        <Fact term={texts.tags} name="tags">
          <span className="ps-chips">
            <Chips words={tags} />
          </span>
        </Fact>
      )}
    </>
  );
}
