import { type ReactNode, useState } from "react";
import { useTasks } from "../../hooks/index.js";
import { Aggregate } from "../parts/Aggregate.js";
import { Choice } from "../parts/Choice.js";
import { DisclosureList } from "../parts/DisclosureList.js";
import { formatCount } from "../parts/format.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useTasksTexts } from "../texts/tasksTexts.js";
import { TaskItem } from "./TaskItem.js";
import { countsOf, fitsFilter, type TaskFilter } from "./taskFilter.js";

/** Tasks, newest first, each with a detail on request; how many there were of each end, and only those of one. */
export function TaskList(): ReactNode {
  const texts = useTasksTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const [filter, setFilter] = useState<TaskFilter>("all");
  const { list, counts } = useTasks((tasks) => ({ list: tasks.list, counts: tasks.counts }));
  const shown = list.filter((task) => fitsFilter(task, filter)).toReversed();
  const all = countsOf(counts);
  return (
    <>
      <Choice legend={texts.show} words={texts.filter} counts={all} value={filter} onChange={setFilter} />
      <DisclosureList
        items={shown}
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
      {all[filter] === 0 ? (
        <p className="ps-empty">{texts.noneSuch}</p>
      ) : (
        <Aggregate>
          {texts.kept(formatCount(shown.length, locale), formatCount(all[filter], locale))}
        </Aggregate>
      )}
    </>
  );
}
