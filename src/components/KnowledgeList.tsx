import { memo, type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import { useKnowledge } from "../hooks/index.js";
import { AgentName } from "./AgentName.js";
import { ArtifactDetail } from "./ArtifactDetail.js";
import { formatBytes } from "./format.js";
import { ChevronIcon } from "./icons.js";
import { type KnowledgeEntry, titleOf } from "./knowledgeEntry.js";
import { ReflectionDetail } from "./ReflectionDetail.js";
import { StateWord } from "./StateWord.js";
import { useTexts } from "./TextsProvider.js";
import { useLongList } from "./useLongList.js";

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
  const { knowledge: texts } = useTexts();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const hintId = useId();
  const { isLong, rows, scrollProps, listProps } = useLongList({
    count: entries.length,
    keyOf: (index) => entries[index]?.id ?? "",
  });
  const list = useRef<HTMLUListElement>(null);
  const lastToggled = useRef<string>(undefined);
  const toggle = useCallback((id: string) => {
    lastToggled.current = id;
    setOpen((before) => toggled(before, id));
  }, []);
  // A detail that opens below the edge of the list would seem not to open.
  useEffect(() => {
    const id = lastToggled.current;
    if (id === undefined || !open.has(id)) return;
    const shown = [...(list.current?.children ?? [])];
    shown.find((item) => item.getAttribute("data-entry-id") === id)?.scrollIntoView?.({ block: "nearest" });
  }, [open]);
  return (
    <>
      <p className="ps-hidden" id={hintId}>
        {texts.keys}
      </p>
      <div className="ps-scroll" {...scrollProps}>
        <ul
          className="ps-list"
          ref={list}
          aria-label={label}
          aria-describedby={isLong ? hintId : undefined}
          {...listProps}
        >
          {rows.map(({ index, key, tabIndex, itemProps }) => {
            const entry = entries[index];
            if (entry === undefined) return null;
            const isOpen = open.has(entry.id);
            return (
              <li
                key={key}
                className="ps-peer ps-entry"
                data-kind={entry.kind}
                data-entry-id={entry.id}
                data-open={isOpen || undefined}
                {...itemProps}
              >
                <EntryLine
                  entry={entry}
                  isOpen={isOpen}
                  tabIndex={tabIndex}
                  showsKind={showsKind}
                  onToggle={toggle}
                />
                {isOpen && <EntryDetail entry={entry} onRemoved={onRemoved} />}
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

function toggled(open: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(open);
  if (!next.delete(id)) next.add(id);
  return next;
}

function EntryDetail({
  entry,
  onRemoved,
}: Pick<KnowledgeListProps, "onRemoved"> & { entry: KnowledgeEntry }) {
  const { knowledge: texts } = useTexts();
  const title = titleOf(entry, texts);
  const gone = (): void => onRemoved(title);
  if (entry.kind === "artifact") {
    return (
      <ArtifactDetail artifact={entry.artifact} title={title} sources={entry.sources} onRemoved={gone} />
    );
  }
  return <ReflectionDetail reflection={entry.reflection} sources={entry.sources} onRemoved={gone} />;
}

interface EntryLineProps {
  readonly entry: KnowledgeEntry;
  readonly isOpen: boolean;
  readonly tabIndex: 0 | -1;
  readonly showsKind: boolean;
  readonly onToggle: (id: string) => void;
}

const EntryLine = memo(function EntryLine({ entry, isOpen, tabIndex, showsKind, onToggle }: EntryLineProps) {
  const { knowledge: texts } = useTexts();
  return (
    <div className="ps-peer-line ps-entry-line">
      <p className="ps-peer-name">
        <button
          type="button"
          className="ps-disclosure"
          data-row-control
          tabIndex={tabIndex}
          aria-expanded={isOpen}
          onClick={() => onToggle(entry.id)}
        >
          <ChevronIcon />
          <bdi className="ps-entry-title">{titleOf(entry, texts)}</bdi>
        </button>
      </p>
      <EntryState entry={entry} />
      <p className="ps-peer-details">
        {showsKind && <span className="ps-chip">{texts.kind[entry.kind]}</span>}
        <EntryFacts entry={entry} />
      </p>
    </div>
  );
});

function EntryState({ entry }: { readonly entry: KnowledgeEntry }): ReactNode {
  const { knowledge: texts } = useTexts();
  const isFetching = useKnowledge(({ fetches }) => fetches.some(({ id }) => id === entry.id));
  if (entry.kind === "reflection") {
    const { outcome } = entry.reflection;
    return <StateWord state={outcome} word={texts.outcome[outcome]} />;
  }
  const state = isFetching ? "fetching" : entry.artifact.isHere ? "here" : "elsewhere";
  return <StateWord state={state} word={texts.state[state]} />;
}

function EntryFacts({ entry }: { readonly entry: KnowledgeEntry }): ReactNode {
  const { knowledge: texts, common, locale } = useTexts();
  if (entry.kind === "artifact") {
    const { bytes, author, mediaType, isShared } = entry.artifact;
    return (
      <>
        <span data-value={bytes}>{formatBytes(bytes, locale, common.byteUnits)}</span>
        {mediaType !== undefined && <bdi className="ps-chip">{mediaType}</bdi>}
        <AgentName agentId={author} />
        <span className="ps-entry-shared">{isShared ? texts.shared : texts.notShared}</span>
      </>
    );
  }
  const { author, standing, tags } = entry.reflection;
  return (
    <>
      <AgentName agentId={author} />
      <span className="ps-entry-shared">{texts.standing[standing]}</span>
      <Tags tags={tags.slice(0, FIRST_TAGS)} />
    </>
  );
}

const FIRST_TAGS = 4;

/** What an author calls it. */
export function Tags({ tags }: { readonly tags: readonly string[] }): ReactNode {
  return [...new Set(tags)].map((tag) => (
    <bdi className="ps-chip" key={tag}>
      {tag}
    </bdi>
  ));
}
