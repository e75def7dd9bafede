import { type ReactNode, useId } from "react";
import type { TaskSnapshot } from "../core/index.js";
import { useTasks } from "../hooks/index.js";
import { TaskItem } from "./TaskItem.js";
import { useTexts } from "./TextsProvider.js";
import { useLongList } from "./useLongList.js";
import { useOpenKeys } from "./useOpenKeys.js";

const keyOf = ({ key }: TaskSnapshot): string => String(key);

/** Tasks, newest first, each with a detail on request. */
export function TaskList(): ReactNode {
  const { tasks: texts, common } = useTexts();
  const tasks = useTasks();
  const [open, toggle] = useOpenKeys();
  const hintId = useId();
  const taskAt = (index: number): TaskSnapshot | undefined => tasks[tasks.length - 1 - index];
  const { isLong, rows, scrollProps, listProps } = useLongList({
    count: tasks.length,
    keyOf: (index) => {
      const task = taskAt(index);
      return task === undefined ? "" : keyOf(task);
    },
  });
  return (
    <>
      <p className="ps-hidden" id={hintId}>
        {common.keys}
      </p>
      <div className="ps-scroll" {...scrollProps}>
        <ul
          className="ps-list"
          aria-label={texts.list}
          aria-describedby={isLong ? hintId : undefined}
          {...listProps}
        >
          {rows.map(({ index, key, tabIndex, itemProps }) => {
            const task = taskAt(index);
            if (task === undefined) return null;
            const direction = task.role === "delegated" ? "sent" : "received";
            return (
              <li
                key={key}
                className="ps-item"
                data-role={task.role}
                data-state={task.state}
                data-direction={direction}
                data-task-id={task.id}
                {...itemProps}
              >
                <TaskItem
                  task={task}
                  itemKey={key}
                  isOpen={open.has(key)}
                  tabIndex={tabIndex}
                  onToggle={toggle}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}
