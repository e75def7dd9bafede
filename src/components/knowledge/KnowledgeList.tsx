import { memo, type ReactNode } from "react";
import { useKnowledge } from "../../hooks/index.js";
import { isShallowEqual } from "../../hooks/isShallowEqual.js";
import { AgentName } from "../parts/AgentName.js";
import { Chips } from "../parts/Chips.js";
import { DisclosureList } from "../parts/DisclosureList.js";
import { formatBytes } from "../parts/format.js";
import { type DisclosedRow, RowDisclosure } from "../parts/RowDisclosure.js";
import { StateWord } from "../parts/StateWord.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { ArtifactDetail } from "./ArtifactDetail.js";
import { type KnowledgeEntry, subjectOf, titleOf } from "./knowledgeEntry.js";
import { ReflectionDetail } from "./ReflectionDetail.js";

interface KnowledgeListProps {
  readonly label: string;
  readonly entries: readonly KnowledgeEntry[];
  readonly onRemoved: (title: string) => void;
  /** Whether each row says if it is an artifact or a reflection. */
  readonly showsKind?: boolean;
}

/** Artifacts and reflections, each with a detail on request. */
export function KnowledgeList({
  label,
  entries,
  onRemoved,
  showsKind = false,
}: KnowledgeListProps): ReactNode {
  const texts = useKnowledgeTexts();
  return (
    <DisclosureList
      items={entries}
      keyOf={({ id }) => id}
      attributesOf={({ id, kind }) => ({
        className: "ps-peer ps-entry",
        "data-kind": kind,
        "data-entry-id": id,
      })}
      label={label}
      hint={texts.keys}
    >
      {(entry, row) => (
        <>
          <EntryLine entry={entry} showsKind={showsKind} {...row} />
          {row.isOpen && <EntryDetail entry={entry} onRemoved={onRemoved} />}
        </>
      )}
    </DisclosureList>
  );
}

function EntryDetail({
  entry,
  onRemoved,
}: Pick<KnowledgeListProps, "onRemoved"> & { entry: KnowledgeEntry }) {
  const texts = useKnowledgeTexts();
  const title = titleOf(entry, texts);
  const gone = (): void => onRemoved(title);
  if (entry.kind === "artifact") {
    return (
      <ArtifactDetail artifact={entry.artifact} title={title} sources={entry.sources} onRemoved={gone} />
    );
  }
  return <ReflectionDetail reflection={entry.reflection} sources={entry.sources} onRemoved={gone} />;
}

interface EntryLineProps extends DisclosedRow {
  readonly entry: KnowledgeEntry;
  readonly showsKind: boolean;
}

// Entries are made anew with each change of the list; what they are of is not.
const EntryLine = memo(function EntryLine({ entry, showsKind, ...row }: EntryLineProps) {
  const texts = useKnowledgeTexts();
  return (
    <div className="ps-peer-line ps-entry-line">
      <p className="ps-peer-name">
        <RowDisclosure {...row}>
          <bdi className="ps-entry-title">{titleOf(entry, texts)}</bdi>
        </RowDisclosure>
      </p>
      <EntryState entry={entry} />
      <p className="ps-peer-details">
        {showsKind && <span className="ps-chip">{texts.kind[entry.kind]}</span>}
        <EntryFacts entry={entry} />
      </p>
    </div>
  );
}, isSameLine);

function isSameLine(before: EntryLineProps, now: EntryLineProps): boolean {
  return isShallowEqual(
    { ...before, entry: subjectOf(before.entry) },
    { ...now, entry: subjectOf(now.entry) },
  );
}

function EntryState({ entry }: { readonly entry: KnowledgeEntry }): ReactNode {
  const texts = useKnowledgeTexts();
  const isFetching = useKnowledge(({ fetches }) => fetches.some(({ id }) => id === entry.id));
  if (entry.kind === "reflection") {
    const { outcome } = entry.reflection;
    return <StateWord state={outcome} word={texts.outcome[outcome]} />;
  }
  const state = isFetching ? "fetching" : entry.artifact.isHere ? "here" : "elsewhere";
  return <StateWord state={state} word={texts.state[state]} />;
}

function EntryFacts({ entry }: { readonly entry: KnowledgeEntry }): ReactNode {
  const texts = useKnowledgeTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  if (entry.kind === "artifact") {
    const { bytes, author, mediaType, isShared } = entry.artifact;
    return (
      <>
        <span data-value={bytes}>{formatBytes(bytes, locale, common.byteUnits)}</span>
        {mediaType !== undefined && <bdi className="ps-chip">{mediaType}</bdi>}
        <span>
          <AgentName agentId={author} />
        </span>
        <span className="ps-entry-shared">{isShared ? texts.shared : texts.notShared}</span>
      </>
    );
  }
  const { author, standing, tags } = entry.reflection;
  return (
    <>
      <span>
        <AgentName agentId={author} />
      </span>
      <span className="ps-entry-shared">{texts.standing[standing]}</span>
      <Chips words={tags.slice(0, FIRST_TAGS)} />
    </>
  );
}

const FIRST_TAGS = 4;
