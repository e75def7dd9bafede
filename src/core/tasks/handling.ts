import { toHex } from "../bytes.js";
import type { Cancel } from "../clock.js";
import { SwarmError } from "../errors.js";
import type { AgentId } from "../identity/ids.js";
import { isSameList } from "../isSameList.js";
import { validateNow } from "../messages/definition.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { sha256 } from "../sha256.js";
import { encodeValue } from "../wire/encoder.js";
import { createAdmissions } from "./admissions.js";
import { type Approvals, startApprovals } from "./approvals.js";
import type { TaskChannel, TaskPeer } from "./channel.js";
import type { TaskDefinition } from "./definition.js";
import { inputPreview } from "./inputPreview.js";
import { createJob, endedError, type Job } from "./job.js";
import { createJobSlots, type JobSlots } from "./jobSlots.js";
import type { LoadBook } from "./load.js";
import { createResultMemory } from "./resultMemory.js";
import type { TaskExecutor, TaskHandlerOptions, TaskLimits, WorkPolicy } from "./taskApi.js";
import type { TaskBook } from "./taskBook.js";
import { newTask } from "./taskMachine.js";
import {
  ackMessage,
  assignMessage,
  cancelledMessage,
  cancelMessage,
  MAX_REASON_LENGTH,
  refusalMessage,
  TASK_CAPABILITY,
  type WireAssign,
  type WireAttempt,
  type WireRefusal,
} from "./wire.js";

/** Does the tasks of others. */
export interface Handling {
  handle(definition: TaskDefinition, executor: TaskExecutor<never>, options: TaskHandlerOptions): Cancel;
  handles(type: string): boolean;
  configure(limits: TaskLimits): void;
  decide: Approvals["decide"];
}

interface Handler {
  readonly definition: TaskDefinition;
  readonly executor: TaskExecutor<never>;
  readonly policy: WorkPolicy | undefined;
}

/** Results of one agent's tasks that may wait to be acknowledged: each keeps its output until then. */
const MAX_UNHEARD_RESULTS = 64;

const ASK_NOBODY: WorkPolicy = { approve: () => "allow" };

export function startHandling(
  port: ProtocolPort,
  channel: TaskChannel,
  book: TaskBook,
  load: LoadBook,
): Handling {
  const { clock } = port.runtime;
  const handlers = new Map<string, Handler>();
  /** By delegating agent and task: those that are not over. */
  const jobs = new Map<string, Job>();
  const memory = createResultMemory();
  const admissions = createAdmissions(clock);
  const slots: JobSlots = createJobSlots(() => {
    load.show(slots.load);
    showQueue(slots.queue().map(({ key }) => key));
  });
  let policy: WorkPolicy = {};

  const approvals = startApprovals(port, (open) => book.show({ approvals: open }));

  let queue: readonly number[] = [];
  const showQueue = (next: readonly number[]): void => {
    if (isSameList(next, queue)) return;
    queue = next;
    book.show({ queue });
  };

  const keyOf = ({ agentId }: TaskPeer, id: string): string => `${agentId} ${id}`;

  const sayNo = (
    { peerId }: TaskPeer,
    { id, attempt }: WireAttempt,
    reason: WireRefusal["reason"],
    text: string,
  ): void =>
    void channel.send(peerId, refusalMessage, {
      id,
      attempt,
      reason,
      text: text.slice(0, MAX_REASON_LENGTH),
    });

  /** Without the policy having been asked. */
  const refuse = (from: TaskPeer, assign: WireAssign, by: WireRefusal["reason"], reason: string): void => {
    const { id, type } = assign;
    port.note({
      kind: "task_refused",
      detail: { task: id, type, agent: from.agentId, risk: null, by, reason },
    });
    sayNo(from, assign, by, reason);
  };

  const refuseType = (from: TaskPeer, assign: WireAssign): void =>
    refuse(from, assign, "unknown-type", "Nobody handles tasks of this type here.");

  const closed = (job: Job): void => {
    const key = keyOf(job.from, job.request.id);
    if (jobs.get(key) === job) jobs.delete(key);
    if (job.isDone) memory.keep(key, job);
    slots.leave(job);
  };

  const judge = async (job: Job, handler: Handler, assign: WireAssign): Promise<void> => {
    const { risk } = handler.definition;
    const isOwn = job.from.peerId === channel.self?.peerId;
    const rules = isOwn ? ASK_NOBODY : (handler.policy ?? policy);
    const { id, type } = assign;
    const request = { id: requestId(job), taskId: id, type, input: job.request.input, from: job.from, risk };
    const verdict = await approvals.judge(rules, request, job.signal, job.asked);
    if (job.signal.aborted) return;
    const detail = { task: id, type, agent: job.from.agentId, risk: verdict.risk, by: verdict.by };
    if (!verdict.isAllowed) {
      port.note({
        kind: "task_refused",
        detail: { ...detail, reason: verdict.reason.slice(0, MAX_REASON_LENGTH) },
      });
      sayNo(job.from, { id, attempt: job.attempt }, "policy", verdict.reason);
      return job.refuse(refusedError(verdict.reason));
    }
    port.note({ kind: "task_approved", detail });
    job.queued();
    slots.enqueue(job);
  };

  /** Results that wait to be acknowledged. */
  const unheard = (agentId: AgentId): number => {
    let count = 0;
    for (const job of jobs.values()) if (job.from.agentId === agentId && !slots.has(job)) count++;
    return count;
  };

  const begin = (assign: WireAssign, from: TaskPeer, handler: Handler, fingerprint: string): void => {
    const { id, type, attempt, timeoutMs } = assign;
    if (!slots.hasRoom(from.agentId) || unheard(from.agentId) >= MAX_UNHEARD_RESULTS)
      return refuse(from, assign, "busy", "All slots and this agent's share of the queue are full.");
    const key = keyOf(from, id);
    const checked = checkInput(handler.definition, assign.input);
    const about = { id, type, inputPreview: inputPreview(assign.input), startedAtMs: clock.now() };
    const job = createJob({
      port,
      channel,
      request: { id, type, fingerprint, input: checked?.value, timeoutMs },
      from,
      attempt,
      booked: book.add(newTask("handled", about, { ...from, attempt })),
      onClosed: () => closed(job),
    });
    jobs.set(key, job);
    job.beat();
    if (checked === undefined) {
      port.dropped("invalid-payload", from.peerId);
      return job.fail(INVALID_INPUT, refusedError(INVALID_INPUT.text));
    }
    slots.enter(job, () => job.run(handler.definition, handler.executor));
    void judge(job, handler, assign);
  };

  /** What is here already of the same task. */
  const known = (key: string): Job | undefined => jobs.get(key) ?? memory.get(key);

  const receive = (assign: WireAssign, from: TaskPeer): void => {
    const key = keyOf(from, assign.id);
    if (from.peerId !== channel.self?.peerId && !admissions.take(from.agentId)) {
      port.dropped("tasks-exceeded", from.peerId);
      // Too many to note each of them.
      if (!jobs.has(key)) sayNo(from, assign, "busy", "Too many tasks at once.");
      return;
    }
    const fingerprint = toHex(sha256(encodeValue([assign.type, assign.input ?? null])));
    const job = known(key);
    if (job !== undefined && job.request.fingerprint !== fingerprint)
      return refuse(from, assign, "conflict", "This id is known here with another type or input.");
    // What is only remembered has no attempt that goes on.
    if (job !== undefined && jobs.get(key) === job && job.from.peerId === from.peerId) {
      if (assign.attempt < job.attempt) return port.dropped("task-fenced", from.peerId);
      if (assign.attempt === job.attempt) return job.resync();
    }
    // Of a muted agent nobody hears anything, and it learns nothing of that.
    if (port.isMuted(from.agentId)) return refuseType(from, assign);
    if (job?.isReusable) {
      jobs.set(key, job);
      memory.forget(key);
      return job.takeOver(from, assign);
    }
    job?.abandon(endedError("lease-lost", "A newer attempt began."));
    const handler = handlers.get(assign.type);
    if (handler === undefined) return refuseType(from, assign);
    begin(assign, from, handler, fingerprint);
  };

  const heldBy = (id: string, attempt: number, from: TaskPeer): Job | undefined => {
    const job = jobs.get(keyOf(from, id));
    return job?.attempt === attempt && job.from.peerId === from.peerId ? job : undefined;
  };

  channel.on(assignMessage, receive);
  channel.on(ackMessage, (ack, from) => heldBy(ack.id, ack.attempt, from)?.acknowledge(ack));
  channel.on(cancelMessage, ({ id, attempt }, from) => {
    heldBy(id, attempt, from)?.abandon(endedError("task-cancelled", "Its delegator gave it up."));
    channel.send(from.peerId, cancelledMessage, { id, attempt });
  });
  port.watch("relinked", ({ peerId }) => {
    for (const job of [...jobs.values()]) if (job.from.peerId === peerId) job.resync();
  });
  port.watch("left", ({ peerId }) => {
    for (const job of [...jobs.values()])
      if (job.from.peerId === peerId) job.abandon(endedError("task-cancelled", "Its delegator has gone."));
  });
  port.watch("ended", () => {
    for (const job of [...jobs.values()]) job.abandon(endedError("left", "This member has left the room."));
    memory.clear();
  });

  const stopHandling = (type: string): void => {
    const error = endedError("task-cancelled", "Its handler was removed.");
    for (const job of [...jobs.values()]) {
      if (job.request.type !== type || job.isDone) continue;
      job.fail({ reason: "stopped", text: "Its handler was removed." }, error);
      slots.leave(job);
    }
  };

  return {
    handles: (type) => handlers.has(type),
    handle(definition, executor, options) {
      const { type } = definition;
      if (handlers.has(type)) throw alreadyHandled(type);
      const undeclare = port.declare(TASK_CAPABILITY + type);
      const handler: Handler = { definition, executor, policy: options.policy };
      handlers.set(type, handler);
      return () => {
        if (handlers.get(type) !== handler) return;
        handlers.delete(type);
        undeclare();
        stopHandling(type);
      };
    },
    configure({ policy: rules = policy, ...limits }) {
      policy = rules;
      slots.resize(limits);
    },
    decide: approvals.decide,
  };
}

const INVALID_INPUT = {
  reason: "invalid-payload",
  text: "Its input is not what the schema describes.",
} as const;

// Ids of tasks are their delegators' choice: two may choose the same.
function requestId({ from, request }: Job): string {
  return `${from.agentId}:${request.id}`;
}

function checkInput(definition: TaskDefinition, input: unknown): { readonly value: unknown } | undefined {
  try {
    const result = validateNow({ type: definition.type, schema: definition.input }, input);
    return "value" in result ? result : undefined;
  } catch {
    // A schema that throws on hostile input counts as one that refuses it.
    return undefined;
  }
}

function refusedError(why: string): SwarmError {
  return new SwarmError("task-refused", { what: "This task was not taken.", why });
}

function alreadyHandled(type: string): SwarmError {
  return new SwarmError("invalid-option", {
    what: `Tasks of the type "${type}" have a handler already.`,
    why: "A task has one outcome.",
    fix: "Stop the first one with what its handle() returned.",
  });
}
