import type { SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { RiskLevel } from "../risk.js";

/** Names a task, for its delegator and for whoever works on it. */
export type TaskId = string;

/**
 * Where a task stands; docs/tasks.md has the table. `choosing`: looking for a peer. `waiting`: nobody can take it
 * now, it is tried again. `assigned`: given to a peer that has not answered yet. `checking`: the executor's policy
 * looks at it. `approval`: a person is asked. `queued`: waits for a slot. `running`: the executor is at work. The
 * rest is the end; `refused` is the end of a handled one only.
 */
export type TaskState =
  | "choosing"
  | "waiting"
  | "assigned"
  | "checking"
  | "approval"
  | "queued"
  | "running"
  | "done"
  | "failed"
  | "cancelled"
  | "refused";

/** Which side of a task this member is on. */
export type TaskRole = "delegated" | "handled";

/** Why a task went to the peer that has it. */
export interface TaskChoice {
  readonly peerId: PeerId;
  readonly agentId: AgentId;
  /** What spoke for it and against it, as short sentences: slots, round trip, region, failures. */
  readonly reasons: readonly string[];
  /** The other candidates, best first, at most 8, each with what stood against it. */
  readonly others: readonly { readonly peerId: PeerId; readonly reasons: readonly string[] }[];
}

/** One task as it stands. */
export interface TaskSnapshot {
  /** Tells it from every other one of this swarm, also where an id comes again or two agents chose the same one. */
  readonly key: number;
  readonly id: TaskId;
  readonly type: string;
  readonly role: TaskRole;
  /** The beginning of the input on one line, at most 160 characters. Of a handled one: text of a peer. */
  readonly inputPreview: string;
  readonly state: TaskState;
  /** The other side: who works on a delegated one (`undefined` while nobody does), who asked for a handled one. */
  readonly peerId: PeerId | undefined;
  readonly agentId: AgentId | undefined;
  /** The fencing token: counts from 1; only the newest attempt can bring the outcome. 0 before the first. */
  readonly attempt: number;
  /** 0 to 1, as the executor says; `undefined` where it says nothing. */
  readonly progress: number | undefined;
  /** What the executor says of its progress. Text of a peer. */
  readonly note: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  /** Why it failed or was refused or cancelled; while it goes on, why the last attempt failed. */
  readonly error: SwarmError | undefined;
  /** Of a delegated one: the last choice of a peer. */
  readonly choice: TaskChoice | undefined;
  /** Streamed output of this attempt. */
  readonly outputs: TaskOutputCount;
}

/** How much output was streamed; text counts its UTF-16 units. */
export interface TaskOutputCount {
  readonly chunks: number;
  readonly bytes: number;
}

/** How busy a member is with tasks. Of a peer: its claim. */
export interface TaskLoad {
  /** Tasks that run at the same time. */
  readonly slots: number;
  readonly busy: number;
  /** Tasks that wait, approvals counted. */
  readonly queued: number;
  /** Most that may wait; beyond it tasks are refused as `busy`. */
  readonly maxQueued: number;
}

/** `open`: skipped until `retryAtMs`. `half-open`: the next task is a trial. */
export type BreakerState = "closed" | "open" | "half-open";

/** The circuit breaker of an agent that has failed lately. */
export interface BreakerView {
  readonly agentId: AgentId;
  readonly state: BreakerState;
  /** Failures in a row. */
  readonly failures: number;
  /** When an open one lets a trial through, milliseconds since the epoch. */
  readonly retryAtMs: number | undefined;
}

/** Work that a peer asks for, as a policy and a person see it. */
export interface WorkRequest {
  /** Names the request in `swarm.tasks.approve` and `refuse`. */
  readonly id: string;
  readonly taskId: TaskId;
  readonly type: string;
  /** Checked by the schema of the task. */
  readonly input: unknown;
  readonly from: { readonly peerId: PeerId; readonly agentId: AgentId };
  /** Of the definition here, or higher where screening found reason; never the sender's claim. */
  readonly risk: RiskLevel;
}

/** A request that waits for a person. */
export interface ApprovalRequest extends WorkRequest {
  /** When it is refused if nobody decides, milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

/** What panels see of tasks. */
export interface TasksView extends TaskLoad {
  /** All that are under way and the last 50 that have ended, newest last. */
  readonly list: readonly TaskSnapshot[];
  /** Keys of handled ones that wait for a slot here, in the order in which they get one: agents in turn. */
  readonly queue: readonly number[];
  /** Of peers that can do tasks, as they said last. */
  readonly loads: Readonly<Record<PeerId, TaskLoad>>;
  /** Of agents that have failed lately. */
  readonly breakers: readonly BreakerView[];
  /** What waits for a person, oldest first. */
  readonly approvals: readonly ApprovalRequest[];
  readonly counts: TaskCounts;
}

/** Tasks since the swarm was created, on both sides. */
export interface TaskCounts {
  readonly delegated: number;
  readonly handled: number;
  readonly active: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly refused: number;
}

/** Tasks that run at the same time, unless `configure` says otherwise. */
export const DEFAULT_TASK_SLOTS = 2;
/** Tasks that may wait for a slot, unless `configure` says otherwise. */
export const DEFAULT_MAX_QUEUED_TASKS = 16;
/** Most tasks that may run at the same time, and most that may wait. */
export const MAX_TASK_SLOTS = 64;
export const MAX_QUEUED_TASKS = 1024;
/** Ended tasks that stay in the list. */
export const ENDED_TASKS_KEPT = 50;

export const NO_TASK_COUNTS: TaskCounts = {
  delegated: 0,
  handled: 0,
  active: 0,
  done: 0,
  failed: 0,
  cancelled: 0,
  refused: 0,
};

export const EMPTY_TASKS: TasksView = {
  list: [],
  queue: [],
  slots: DEFAULT_TASK_SLOTS,
  busy: 0,
  queued: 0,
  maxQueued: DEFAULT_MAX_QUEUED_TASKS,
  loads: {},
  breakers: [],
  approvals: [],
  counts: NO_TASK_COUNTS,
};
