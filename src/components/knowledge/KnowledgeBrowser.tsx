import { type ReactNode, useMemo, useRef, useState } from "react";
import type { KnowledgeHit, KnowledgeView } from "../../core/index.js";
import { useKnowledge, useKnowledgeQuery } from "../../hooks/index.js";
import { Choice } from "../parts/Choice.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { formatCount } from "../parts/format.js";
import { Nothing } from "../parts/Nothing.js";
import { useDebounced } from "../parts/useDebounced.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { KnowledgeList } from "./KnowledgeList.js";
import type { KnowledgeEntry } from "./knowledgeEntry.js";
import { ShareSuccess } from "./ShareSuccess.js";

const TYPING_PAUSE_MS = 300;
const MAX_HITS = 20;
const MAX_QUERY_LENGTH = 256;

type Shelf = "artifacts" | "reflections";

/** A search over the swarm and, while nothing is searched for, what is here. */
export function KnowledgeBrowser(): ReactNode {
  const texts = useKnowledgeTexts();
  const [text, setText] = useState("");
  const [shelf, setShelf] = useState<Shelf>("artifacts");
  const [removed, setRemoved] = useState("");
  const note = useRef<HTMLParagraphElement>(null);
  const query = useDebounced(text.trim(), TYPING_PAUSE_MS);
  // The row that had the focus has gone.
  const noteRemoved = (title: string): void => {
    setRemoved(texts.removed(title));
    note.current?.focus();
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: browsers of 2023 and React 18 do not know <search> */}
      <div role="search" className="ps-field">
        <label>
          <span>{texts.search}</span>
          <input
            type="search"
            className="ps-input"
            maxLength={MAX_QUERY_LENGTH}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
      </div>
      <p className="ps-feedback ps-removed" role="status" tabIndex={-1} ref={note}>
        {removed}
      </p>
      {text.trim() === "" ? (
        <>
          <ShelfChoice shelf={shelf} onChange={setShelf} />
          {shelf === "artifacts" ? (
            <Artifacts onRemoved={noteRemoved} />
          ) : (
            <Reflections onRemoved={noteRemoved} />
          )}
        </>
      ) : (
        <Results query={query} onRemoved={noteRemoved} />
      )}
    </>
  );
}

interface ShelfProps {
  readonly onRemoved: (title: string) => void;
}

function Artifacts({ onRemoved }: ShelfProps): ReactNode {
  const texts = useKnowledgeTexts();
  const artifacts = useKnowledge((knowledge) => knowledge.artifacts);
  const count = useKnowledge(({ artifactCount }) => artifactCount);
  const entries = useMemo(
    () =>
      artifacts
        .toReversed()
        .map((artifact): KnowledgeEntry => ({ kind: "artifact", id: artifact.id, artifact })),
    [artifacts],
  );
  if (count === 0) return <Nothing {...texts.empty.artifacts} />;
  return (
    <>
      <KnowledgeList label={texts.artifacts} entries={entries} onRemoved={onRemoved} />
      <Rest shown={entries.length} all={count} />
    </>
  );
}

function Reflections({ onRemoved }: ShelfProps): ReactNode {
  const texts = useKnowledgeTexts();
  const reflections = useKnowledge((knowledge) => knowledge.reflections);
  const count = useKnowledge(({ reflectionCount }) => reflectionCount);
  const entries = useMemo(
    () =>
      reflections
        .toReversed()
        .map((reflection): KnowledgeEntry => ({ kind: "reflection", id: reflection.id, reflection })),
    [reflections],
  );
  if (count === 0) return <Nothing {...texts.empty.reflections} />;
  return (
    <>
      <KnowledgeList label={texts.reflections} entries={entries} onRemoved={onRemoved} />
      <Rest shown={entries.length} all={count} />
      <ShareSuccess />
    </>
  );
}

function Rest({ shown, all }: { readonly shown: number; readonly all: number }): ReactNode {
  const texts = useKnowledgeTexts();
  const locale = useLocale();
  if (shown >= all) return null;
  return <p className="ps-feedback">{texts.latest(formatCount(shown, locale), formatCount(all, locale))}</p>;
}

function Results({ query, onRemoved }: ShelfProps & { readonly query: string }): ReactNode {
  const texts = useKnowledgeTexts();
  const { data, error, isFetching, isPlaceholderData } = useKnowledgeQuery(query, { k: MAX_HITS });
  const knowledge = useKnowledge();
  const entries = useMemo(() => data?.map((hit) => current(hit, knowledge)), [data, knowledge]);
  const isDone = entries !== undefined && !isPlaceholderData;
  // That there is nothing is shown below, too.
  const look = entries?.length === 0 ? "ps-hidden" : "ps-feedback";
  return (
    <>
      <p className={`ps-found ${look}`} role="status" data-busy={isFetching || undefined}>
        {isDone ? texts.found(entries.length) : error === null ? texts.searching : ""}
      </p>
      {error !== null && <ErrorNote error={error} tone="error" />}
      {isDone && entries.length === 0 && (
        <Nothing what={texts.nothingFound.what(query)} next={texts.nothingFound.next} />
      )}
      {entries !== undefined && entries.length > 0 && (
        <KnowledgeList label={texts.search} entries={entries} onRemoved={onRemoved} showsKind />
      )}
    </>
  );
}

/** What was found, as it is now: it may have been fetched, shared or integrated since. */
function current(hit: KnowledgeHit, { artifacts, reflections }: KnowledgeView): KnowledgeEntry {
  if (hit.kind === "artifact") {
    return { ...hit, artifact: artifacts.find(({ id }) => id === hit.id) ?? hit.artifact };
  }
  return { ...hit, reflection: reflections.find(({ id }) => id === hit.id) ?? hit.reflection };
}

interface ShelfChoiceProps {
  readonly shelf: Shelf;
  readonly onChange: (shelf: Shelf) => void;
}

function ShelfChoice({ shelf, onChange }: ShelfChoiceProps): ReactNode {
  const texts = useKnowledgeTexts();
  const { artifacts, reflections } = texts;
  const counts = useKnowledge(({ artifactCount, reflectionCount }) => ({
    artifacts: artifactCount,
    reflections: reflectionCount,
  }));
  return (
    <Choice
      legend={texts.show}
      words={{ artifacts, reflections }}
      counts={counts}
      value={shelf}
      onChange={onChange}
    />
  );
}
