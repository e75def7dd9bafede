import { readFileSync } from "node:fs";
import fc from "fast-check";
import { SwarmError, type TaskSnapshot, type TaskState } from "peerswarm";
import { describe, expect, it } from "vitest";
import {
  isEnded,
  newTask,
  reduceTask,
  TASK_TRANSITIONS,
  type TaskEvent,
} from "../../../src/core/tasks/taskMachine.js";

const error = new SwarmError("task-failed", { what: "It failed." });
const peer = { peerId: "peer", agentId: "agent" };
const events: readonly TaskEvent[] = [
  { type: "assigned", attempt: 1, choice: { ...peer, reasons: [], others: [] } },
  { type: "parked" },
  { type: "resumed" },
  { type: "checking" },
  { type: "approval-wanted" },
  { type: "queued" },
  { type: "started" },
  { type: "progressed", fraction: 0.5, note: undefined },
  { type: "streamed", bytes: 3 },
  { type: "taken-over", attempt: 2, peerId: "other" },
  { type: "lost", error },
  { type: "succeeded", atMs: 1 },
  { type: "failed", atMs: 1, error },
  { type: "cancelled", atMs: 1, error },
  { type: "refused", atMs: 1, error },
];

const first = (role: TaskSnapshot["role"]) =>
  newTask(role, { id: "id", type: "type", inputPreview: "", startedAtMs: 0 });

/** The rows of a table in the documentation, below its heading. */
function documented(role: string): Record<string, Record<string, string>> {
  const page = readFileSync(new URL("../../../docs/tasks.md", import.meta.url), "utf8");
  const table = page.slice(page.indexOf(`| ${role} `)).split("\n\n")[0] ?? "";
  const rows = table.split("\n").slice(2);
  return Object.fromEntries(
    rows.map((row) => {
      const [, state = "", nexts = ""] = row.split("|").map((cell) => cell.trim());
      const pairs = nexts.split(", ").map((pair) => pair.replaceAll("`", "").split(" → "));
      return [state.replaceAll("`", ""), Object.fromEntries(pairs)];
    }),
  );
}

describe("the machine of a task", () => {
  it.each(["delegated", "handled"] as const)("is what the documentation says of a %s one", (role) => {
    expect(documented(role)).toEqual(TASK_TRANSITIONS[role]);
  });

  it.each(["delegated", "handled"] as const)("of a %s one is obeyed, and ignores all else", (role) => {
    for (const [state, row] of Object.entries(TASK_TRANSITIONS[role])) {
      const task = { ...first(role), state: state as TaskState };
      for (const event of events) {
        const next = reduceTask(task, event);
        expect([state, event.type, next.state]).toEqual([state, event.type, row[event.type] ?? state]);
        if (row[event.type] === undefined) expect(next).toBe(task);
      }
    }
  });

  it("never leaves an end, and has an end time and an error where it belongs", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("delegated", "handled"),
        fc.array(fc.constantFrom(...events)),
        (role, steps) => {
          let task = first(role as TaskSnapshot["role"]);
          for (const step of steps) {
            const next = reduceTask(task, step);
            if (isEnded(task)) expect(next).toBe(task);
            task = next;
          }
          expect(task.endedAtMs !== undefined).toBe(isEnded(task));
          if (task.state === "done") expect(task.error).toBeUndefined();
          if (isEnded(task) && task.state !== "done") expect(task.error).toBe(error);
        },
      ),
    );
  });

  it("begins each attempt without the progress and output of the one before", () => {
    let task = first("delegated");
    for (const step of [0, 6, 7, 8, 10] as const) task = reduceTask(task, events[step] as TaskEvent);
    expect(task).toMatchObject({ state: "choosing", peerId: undefined, progress: 0.5, error });
    task = reduceTask(task, { ...events[0], attempt: 2 } as TaskEvent);
    expect(task).toMatchObject({
      attempt: 2,
      peerId: "peer",
      progress: undefined,
      outputs: { chunks: 0, bytes: 0 },
    });
  });
});
