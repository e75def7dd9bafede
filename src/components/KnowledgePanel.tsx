import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import type { KnowledgeUsage, SwarmError } from "../core/index.js";
import {
  knowledgeUsageQueryOptions,
  useKnowledge,
  useSwarm,
  useSwarmQueryClient,
  useSwarmSelector,
} from "../hooks/index.js";
import { AddKnowledge } from "./knowledge/AddKnowledge.js";
import { KnowledgeBackup } from "./knowledge/KnowledgeBackup.js";
import { KnowledgeBrowser } from "./knowledge/KnowledgeBrowser.js";
import { KnowledgeSync } from "./knowledge/KnowledgeSync.js";
import { ErrorNote } from "./parts/ErrorNote.js";
import { formatBytes, formatCount } from "./parts/format.js";
import { Nothing } from "./parts/Nothing.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useCommonTexts } from "./texts/commonTexts.js";
import { useKnowledgeTexts } from "./texts/knowledgeTexts.js";
import { useLocale } from "./texts/TextsProvider.js";

/**
 * What is known here and in the room: how much space it takes, artifacts and reflections with what can be done about
 * each, a search that asks every peer, a form to add a note or a file, everything as one file out and in, and with
 * whom it is being compared. Showing it loads what is kept on this device.
 */
export function KnowledgePanel(props: PanelProps): ReactNode {
  const texts = useKnowledgeTexts();
  const locale = useLocale();
  const { state, error, retry } = useKnowledgeState();
  const [artifacts = 0, reflections = 0] = useKnowledge((known) => [
    known.artifactCount,
    known.reflectionCount,
  ]);
  const count = texts.count(artifacts, reflections, {
    artifacts: formatCount(artifacts, locale),
    reflections: formatCount(reflections, locale),
  });
  const isOpen = state === "empty" || state === "full";
  return (
    <Panel
      title={texts.title}
      {...props}
      name="knowledge"
      state={state}
      aside={isOpen && <span className="ps-count">{count}</span>}
    >
      {state === "off" && <Nothing {...texts.off} />}
      {state === "loading" && (
        <p className="ps-empty" role="status">
          {texts.loading}
        </p>
      )}
      {error !== undefined && <Failure error={error} onRetry={retry} />}
      {isOpen && (
        <>
          <UsageBar />
          <KnowledgeBrowser />
          <KnowledgeSync />
          <AddKnowledge />
          <KnowledgeBackup />
        </>
      )}
    </Panel>
  );
}

type KnowledgeState = "off" | "loading" | "error" | "empty" | "full";

function useKnowledgeState(): {
  readonly state: KnowledgeState;
  readonly error: SwarmError | undefined;
  readonly retry: () => void;
} {
  const swarm = useSwarm();
  // The key of the query names the agent and the room.
  const isIn = useSwarmSelector(({ status, self }) => status !== "off" && self.agentId !== undefined);
  const isEmpty = useKnowledge(({ artifactCount, reflectionCount }) => artifactCount + reflectionCount === 0);
  const { error, isSuccess, refetch } = useQuery(
    { ...knowledgeUsageQueryOptions(swarm), enabled: isIn },
    useSwarmQueryClient(),
  );
  const retry = (): void => void refetch();
  if (!isIn) return { state: "off", error: undefined, retry };
  // It is asked again once the stay has begun.
  if (error !== null && error.code !== "not-joined") return { state: "error", error, retry };
  if (!isSuccess) return { state: "loading", error: undefined, retry };
  return { state: isEmpty ? "empty" : "full", error: undefined, retry };
}

function Failure({
  error,
  onRetry,
}: {
  readonly error: SwarmError;
  readonly onRetry: () => void;
}): ReactNode {
  const texts = useKnowledgeTexts();
  return (
    <div className="ps-knowledge-failure" role="alert">
      <p className="ps-subtitle">{texts.failed}</p>
      <ErrorNote error={error} tone="error" />
      <div className="ps-buttons">
        <button type="button" className="ps-button" onClick={onRetry}>
          {texts.retry}
        </button>
      </div>
    </div>
  );
}

// From here on a big file may be refused.
const NEARLY_FULL = 0.9;

/** Whether little is left of what is ours: what peers share has a part of its own. */
function isNearlyFull(usage: KnowledgeUsage | undefined): boolean {
  if (usage === undefined) return false;
  const { usedBytes, receivedBytes, maxBytes, maxReceivedBytes } = usage;
  return usedBytes - receivedBytes >= (maxBytes - maxReceivedBytes) * NEARLY_FULL;
}

function UsageBar(): ReactNode {
  const texts = useKnowledgeTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const [used = 0, most = 0] = useKnowledge(({ usedBytes, maxBytes }) => [usedBytes, maxBytes]);
  const { data: usage } = useQuery(knowledgeUsageQueryOptions(useSwarm()), useSwarmQueryClient());
  const labelId = useId();
  const bytes = (count: number): string => formatBytes(count, locale, common.byteUnits);
  const text = texts.used(bytes(used), bytes(most));
  return (
    <div
      className="ps-usage"
      data-value={used}
      data-max={most}
      data-level={isNearlyFull(usage) ? "full" : undefined}
    >
      <p className="ps-usage-text">
        <span id={labelId}>{texts.usage}</span> <span>{text}</span>
      </p>
      <progress
        className="ps-progress"
        aria-labelledby={labelId}
        aria-valuetext={text}
        value={Math.min(used, most)}
        max={most}
      />
    </div>
  );
}
