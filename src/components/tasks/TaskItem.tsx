import { memo, type ReactNode } from "react";
import type { TaskSnapshot } from "../../core/index.js";
import { useNow, useSwarm, useTasks } from "../../hooks/index.js";
import { AgentName } from "../parts/AgentName.js";
import { formatCount, formatDuration, formatElapsed, formatPercent } from "../parts/format.js";
import { DownIcon, UpIcon } from "../parts/icons.js";
import { previewText } from "../parts/previewText.js";
import { type DisclosedRow, RowDisclosure } from "../parts/RowDisclosure.js";
import { reasonOf } from "../parts/reasonOf.js";
import { StateWord } from "../parts/StateWord.js";
import { useFocusKept } from "../parts/useFocusKept.js";
import { When } from "../parts/When.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useTasksTexts } from "../texts/tasksTexts.js";
import { TaskDetail } from "./TaskDetail.js";

interface TaskItemProps extends DisclosedRow {
  readonly task: TaskSnapshot;
}

// Memoised on the snapshot, whose reference changes only with this task.
export const TaskItem = memo(function TaskItem({ task, ...row }: TaskItemProps): ReactNode {
  const swarm = useSwarm();
  const texts = useTasksTexts();
  const focus = useFocusKept<HTMLDivElement>();
  const { id, type, role, state, inputPreview, endedAtMs, error } = task;
  return (
    <div tabIndex={-1} {...focus}>
      <div className="ps-item-line">
        <p className="ps-name ps-task-name">
          <RowDisclosure {...row}>
            <bdi>{type}</bdi>
          </RowDisclosure>
          <code className="ps-task-input" dir="auto">
            {previewText(inputPreview)}
          </code>
        </p>
        <StateWord state={state} word={texts.state[state]} />
        <TaskFacts task={task} />
        {role === "delegated" && endedAtMs === undefined && (
          <button
            type="button"
            className="ps-button"
            data-small
            aria-label={texts.cancelTask(type)}
            onClick={() => swarm.tasks.cancel(id)}
          >
            {texts.cancel}
          </button>
        )}
      </div>
      {state === "running" && <Progress task={task} />}
      {error !== undefined && (state === "failed" || state === "refused") && (
        <p className="ps-item-error" data-code={error.code}>
          {reasonOf(error).what}
        </p>
      )}
      {row.isOpen && <TaskDetail task={task} />}
    </div>
  );
});

function TaskFacts({ task }: { readonly task: TaskSnapshot }): ReactNode {
  const texts = useTasksTexts();
  const { role, state, attempt, choice } = task;
  // One that has ended was with the last one chosen.
  const { agentId } = task.peerId === undefined && choice !== undefined ? choice : task;
  return (
    <p className="ps-item-facts">
      <span className="ps-task-peer">
        <span className="ps-activity-direction">
          {role === "delegated" ? <UpIcon /> : <DownIcon />}
          <span className="ps-hidden">{texts.role[role]} </span>
        </span>
        <span>
          {texts.peer[role]} {agentId === undefined ? texts.nobody : <AgentName agentId={agentId} />}
        </span>
      </span>
      {state === "queued" && role === "handled" && <QueuePlace taskKey={task.key} />}
      {attempt > 1 && <span data-attempt={attempt}>{texts.attempt(attempt)}</span>}
      <Duration task={task} />
    </p>
  );
}

/** Which of those that wait here it is. */
function QueuePlace({ taskKey }: { readonly taskKey: number }): ReactNode {
  const texts = useTasksTexts();
  const locale = useLocale();
  const { place, all } = useTasks(({ queue }) => ({ place: queue.indexOf(taskKey) + 1, all: queue.length }));
  if (place === 0) return null;
  return <span data-place={place}>{texts.place(formatCount(place, locale), formatCount(all, locale))}</span>;
}

function Duration({ task }: { readonly task: TaskSnapshot }): ReactNode {
  const locale = useLocale();
  const { startedAtMs, endedAtMs } = task;
  if (endedAtMs === undefined) return <RunningFor sinceMs={startedAtMs} />;
  return (
    <>
      <span>{formatElapsed(endedAtMs - startedAtMs, locale)}</span>
      <When atMs={endedAtMs} />
    </>
  );
}

function RunningFor({ sinceMs }: { readonly sinceMs: number }): ReactNode {
  const locale = useLocale();
  return <span>{formatDuration((useNow() ?? sinceMs) - sinceMs, locale)}</span>;
}

function Progress({ task }: { readonly task: TaskSnapshot }): ReactNode {
  const texts = useTasksTexts();
  const locale = useLocale();
  const { type, progress, note } = task;
  if (progress === undefined && note === undefined) return null;
  const percent = progress === undefined ? undefined : formatPercent(progress, locale);
  return (
    <>
      {progress !== undefined && (
        <progress
          className="ps-progress"
          aria-label={texts.progressOf(type)}
          aria-valuetext={note === undefined ? percent : `${percent} ${note}`}
          value={progress}
          max={1}
        />
      )}
      <p className="ps-item-facts" data-value={progress}>
        {percent !== undefined && <span>{percent}</span>}
        {note !== undefined && <bdi className="ps-item-note">{note}</bdi>}
      </p>
    </>
  );
}
