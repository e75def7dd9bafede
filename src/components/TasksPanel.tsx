import type { ReactNode } from "react";
import { useCapabilities, useSwarmSelector, useTasks } from "../hooks/index.js";
import { Chips } from "./parts/Chips.js";
import { formatCount } from "./parts/format.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { ApprovalList } from "./tasks/ApprovalList.js";
import { BreakerList } from "./tasks/BreakerList.js";
import { TaskList } from "./tasks/TaskList.js";
import { useLocale } from "./texts/TextsProvider.js";
import { useTasksTexts } from "./texts/tasksTexts.js";

/**
 * Work between members: on top what peers ask for and a person has to approve, then tasks delegated and handled, newest first, with
 * their state, progress, why this peer was chosen and why one failed; and below, peers that are skipped
 * because they failed lately.
 */
export function TasksPanel(props: PanelProps): ReactNode {
  const texts = useTasksTexts();
  const locale = useLocale();
  const isEmpty = useTasks(({ list, approvals }) => list.length === 0 && approvals.length === 0);
  const { busy, slots, queued } = useTasks((tasks) => ({
    busy: tasks.busy,
    slots: tasks.slots,
    queued: tasks.queued,
  }));
  const count = (number: number): string => formatCount(number, locale);
  return (
    <Panel
      title={texts.title}
      {...props}
      name="tasks"
      state={isEmpty ? "empty" : "full"}
      aside={
        <span className="ps-count" data-busy={busy} data-queued={queued}>
          {texts.load({ busy: count(busy), slots: count(slots), queued: count(queued) })}
        </span>
      }
    >
      <ApprovalList />
      {isEmpty ? <NothingYet /> : <TaskList />}
      <BreakerList />
    </Panel>
  );
}

const TASK_CAPABILITY = "task:";
const TYPES_SHOWN = 12;

function NothingYet(): ReactNode {
  const { empty } = useTasksTexts();
  const selfId = useSwarmSelector(({ self }) => self.peerId);
  const types = useCapabilities((capabilities) =>
    Object.entries(capabilities)
      .filter(([name, holders]) => name.startsWith(TASK_CAPABILITY) && holders.some((id) => id !== selfId))
      .slice(0, TYPES_SHOWN)
      .map(([name]) => name.slice(TASK_CAPABILITY.length)),
  );
  return (
    <div className="ps-empty">
      <p className="ps-empty-what">{empty.what}</p>
      <p>{types.length === 0 ? empty.nobody : empty.types}</p>
      {types.length > 0 && (
        <p className="ps-chips">
          <Chips words={types} />
        </p>
      )}
    </div>
  );
}
