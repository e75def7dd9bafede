import type { ReactNode } from "react";
import { useTasks } from "../../hooks/index.js";
import { DisclosureList } from "../parts/DisclosureList.js";
import { useTexts } from "../texts/TextsProvider.js";
import { TaskItem } from "./TaskItem.js";

/** Tasks, newest first, each with a detail on request. */
export function TaskList(): ReactNode {
  const { tasks: texts, common } = useTexts();
  const tasks = useTasks();
  return (
    <DisclosureList
      items={tasks.toReversed()}
      keyOf={({ key }) => String(key)}
      attributesOf={({ id, role, state }) => ({
        className: "ps-item",
        "data-role": role,
        "data-state": state,
        "data-direction": role === "delegated" ? "sent" : "received",
        "data-task-id": id,
      })}
      label={texts.list}
      hint={common.keys}
    >
      {(task, row) => <TaskItem task={task} {...row} />}
    </DisclosureList>
  );
}
