import type { ReactNode } from "react";
import {
  Panel,
  type PanelName,
  SwarmDashboard,
  SwarmGate,
  type Texts,
  TextsProvider,
} from "../components/index.js";
import { ErrorNote } from "../components/parts/ErrorNote.js";
import type { Swarm, SwarmError } from "../core/index.js";
import { SwarmProvider } from "../hooks/index.js";

/** What a `<swarm-widget>` shows inside its shadow root. */
export interface SwarmWidgetProps {
  /** `undefined`: the attributes are such that there is none. */
  readonly swarm: Swarm | undefined;
  readonly storageKey: string;
  readonly panels: readonly PanelName[] | undefined;
  readonly texts: Texts;
  /** What is wrong with the attributes. */
  readonly problems: readonly SwarmError[];
}

export function SwarmWidget({ swarm, storageKey, panels, texts, problems }: SwarmWidgetProps): ReactNode {
  return (
    <TextsProvider texts={texts}>
      <ProblemList problems={problems} title={texts.widget.problems} />
      {swarm !== undefined && (
        <SwarmProvider swarm={swarm}>
          <SwarmGate storageKey={storageKey} headingLevel={3}>
            <SwarmDashboard panels={panels} headingLevel={3} />
          </SwarmGate>
        </SwarmProvider>
      )}
    </TextsProvider>
  );
}

function ProblemList({
  problems,
  title,
}: {
  readonly problems: readonly SwarmError[];
  readonly title: string;
}): ReactNode {
  if (problems.length === 0) return null;
  return (
    <Panel name="problems" title={title} state="error" headingLevel={3}>
      <div className="ps-notes" role="alert">
        {problems.map((problem) => (
          <ErrorNote key={problem.message} error={problem} tone="error" />
        ))}
      </div>
    </Panel>
  );
}
