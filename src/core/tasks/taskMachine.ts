import type { SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { TaskChoice, TaskRole, TaskSnapshot, TaskState } from "./taskState.js";

/** What can happen to a task. */
export type TaskEvent =
  | { readonly type: "assigned"; readonly attempt: number; readonly choice: TaskChoice }
  | { readonly type: "parked" | "resumed" | "checking" | "approval-wanted" | "queued" | "started" }
  | { readonly type: "progressed"; readonly fraction: number | undefined; readonly note: string | undefined }
  | { readonly type: "streamed"; readonly bytes: number }
  | {
      readonly type: "taken-over";
      readonly attempt: number;
      readonly peerId: PeerId;
    }
  | { readonly type: "lost"; readonly error: SwarmError }
  | { readonly type: "succeeded"; readonly atMs: number }
  | { readonly type: "failed" | "cancelled" | "refused"; readonly atMs: number; readonly error: SwarmError };

type Row = Partial<Record<TaskEvent["type"], TaskState>>;

const ENDS: Row = { failed: "failed", cancelled: "cancelled" };
// A peer has it: by what it says next it can be anywhere on its way, or have been lost.
const HELD: Row = {
  checking: "checking",
  "approval-wanted": "approval",
  queued: "queued",
  started: "running",
  lost: "choosing",
  succeeded: "done",
  ...ENDS,
};
const STREAMING: Row = { progressed: "running", streamed: "running" };

/** The whole machine: by role and state, where each event leads. What is not here is ignored. */
export const TASK_TRANSITIONS: Readonly<Record<TaskRole, Readonly<Partial<Record<TaskState, Row>>>>> = {
  delegated: {
    choosing: { assigned: "assigned", parked: "waiting", ...ENDS },
    waiting: { resumed: "choosing", ...ENDS },
    assigned: HELD,
    checking: HELD,
    approval: HELD,
    queued: HELD,
    running: { ...HELD, ...STREAMING },
  },
  handled: {
    checking: {
      "approval-wanted": "approval",
      queued: "queued",
      "taken-over": "checking",
      refused: "refused",
      ...ENDS,
    },
    approval: { queued: "queued", "taken-over": "approval", refused: "refused", ...ENDS },
    queued: { started: "running", "taken-over": "queued", ...ENDS },
    running: { "taken-over": "running", succeeded: "done", ...STREAMING, ...ENDS },
  },
};

const ENDED: ReadonlySet<TaskState> = new Set(["done", "failed", "cancelled", "refused"]);

export const isEnded = ({ state }: Pick<TaskSnapshot, "state">): boolean => ENDED.has(state);

const NO_OUTPUTS = { chunks: 0, bytes: 0 };

/** A task as it begins: a delegated one looks for a peer, a handled one is looked at by the policy. */
export function newTask(
  role: TaskRole,
  of: Pick<TaskSnapshot, "id" | "type" | "inputPreview" | "startedAtMs">,
  from?: { readonly peerId: PeerId; readonly agentId: AgentId; readonly attempt: number },
): TaskSnapshot {
  return {
    ...of,
    // The book counts them.
    key: 0,
    role,
    state: role === "delegated" ? "choosing" : "checking",
    peerId: from?.peerId,
    agentId: from?.agentId,
    attempt: from?.attempt ?? 0,
    progress: undefined,
    note: undefined,
    endedAtMs: undefined,
    error: undefined,
    choice: undefined,
    outputs: NO_OUTPUTS,
  };
}

/** The one place where a task changes. Pure; returns `task` itself where the event means nothing to its state. */
export function reduceTask(task: TaskSnapshot, event: TaskEvent): TaskSnapshot {
  const state = TASK_TRANSITIONS[task.role][task.state]?.[event.type];
  if (state === undefined) return task;
  const change = changeOf(task, event);
  if (change === undefined && state === task.state) return task;
  return { ...task, ...change, state };
}

function changeOf(task: TaskSnapshot, event: TaskEvent): Partial<TaskSnapshot> | undefined {
  switch (event.type) {
    case "assigned": {
      const { attempt, choice } = event;
      const { peerId, agentId } = choice;
      return { attempt, choice, peerId, agentId, progress: undefined, note: undefined, outputs: NO_OUTPUTS };
    }
    case "progressed":
      return task.progress === event.fraction && task.note === event.note
        ? undefined
        : { progress: event.fraction, note: event.note };
    case "streamed":
      return { outputs: { chunks: task.outputs.chunks + 1, bytes: task.outputs.bytes + event.bytes } };
    case "taken-over":
      return { attempt: event.attempt, peerId: event.peerId };
    case "lost":
      return { peerId: undefined, agentId: undefined, error: event.error };
    case "succeeded":
      return { endedAtMs: event.atMs, error: undefined };
    case "failed":
    case "cancelled":
    case "refused":
      return { endedAtMs: event.atMs, error: event.error };
    default:
      return undefined;
  }
}
