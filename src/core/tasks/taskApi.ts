import type { Cancel } from "../clock.js";
import type { SwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { RiskLevel } from "../risk.js";
import type { TaskDefinition } from "./definition.js";
import type { TaskId, WorkRequest } from "./taskState.js";

/** Where a piece of streamed output belongs. */
export type TaskStream = "stdout" | "stderr" | "result";

/** What an executor has besides its input. */
export interface TaskContext {
  readonly id: TaskId;
  /** The fencing token of this run; hand it to whatever must not be written to by an older run. */
  readonly attempt: number;
  readonly from: { readonly peerId: PeerId; readonly agentId: AgentId };
  /**
   * Aborted when nobody waits for the outcome any more: cancelled, out of time, lease lost, the delegator or we have
   * left, the handler was removed.
   */
  readonly signal: AbortSignal;
  /**
   * Tells how far it is; the delegator hears of it at most ten times a second.
   * @param fraction 0 to 1
   * @param note for people, at most 200 characters
   */
  progress(fraction: number, note?: string): void;
  /**
   * Streams output, in order and complete; big chunks are split. Resolves when there is room for more.
   * @throws SwarmError `queue-full` where more than 4 MiB wait because nobody awaited it
   */
  write(stream: TaskStream, chunk: string | Uint8Array): Promise<void>;
}

/**
 * Does a task. What it returns is the output. What it throws fails this attempt, and the task goes to another peer;
 * a `SwarmError` with the code `task-failed` is the final outcome instead.
 */
export type TaskExecutor<Received = unknown, Answer = unknown> = (
  input: Received,
  context: TaskContext,
) => Answer | Promise<Answer>;

/** How work from others is judged before it runs. */
export interface WorkPolicy {
  /** Agents whose tasks are taken; default all that are in the room. */
  readonly agents?: readonly AgentId[];
  /** Types that are taken from others; default all that are handled. */
  readonly types?: readonly string[];
  /** Looks at the input, and may raise the risk that the definition states. */
  readonly screen?: (request: WorkRequest) => RiskLevel | undefined | Promise<RiskLevel | undefined>;
  /**
   * Decides. `ask` asks a person (event `task-approval-wanted`, `swarm.tasks.approve`). Default: asks where the risk
   * is `high`, else allows. One that throws refuses.
   */
  readonly approve?: (request: WorkRequest) => WorkDecision | Promise<WorkDecision>;
}

/** What a policy can say. */
export type WorkDecision = "allow" | "refuse" | "ask";

/** What this member takes from others. */
export interface TaskLimits {
  /** Tasks that run at the same time, 1 to 64; default 2. */
  readonly slots?: number;
  /** Tasks that may wait, 0 to 1024; default 16. Beyond it peers hear `busy`. */
  readonly maxQueued?: number;
  readonly policy?: WorkPolicy;
}

/** A handler's own limits. */
export interface TaskHandlerOptions {
  /** Judges the tasks of this type instead of the policy of `configure`. */
  readonly policy?: WorkPolicy;
}

/** How far the executor is. */
export interface TaskProgress {
  readonly attempt: number;
  /** 0 to 1. */
  readonly fraction: number;
  readonly note: string | undefined;
  readonly by: { readonly peerId: PeerId; readonly agentId: AgentId };
}

/**
 * Streamed output of one attempt, complete and in order. `restarted`: what came before belongs to an attempt that
 * is over; all of it comes anew.
 */
export type TaskOutput =
  | {
      readonly kind: "chunk";
      readonly attempt: number;
      readonly stream: TaskStream;
      readonly chunk: string | Uint8Array;
    }
  | { readonly kind: "restarted"; readonly attempt: number };

/** How a task is delegated. */
export interface DelegateOptions {
  /** For everything, retries included. Default 60,000, at most a day. */
  readonly timeoutMs?: number;
  /** Cancels the task, here and at its executor. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TaskProgress) => void;
  readonly onOutput?: (output: TaskOutput) => void;
  /** Attempts after the first one that failed. Default 2, at most 100. */
  readonly retries?: number;
  /** Peers that may be chosen; default all. */
  readonly among?: readonly PeerId[];
  /**
   * 1 to 64 characters; default a random one. The same agent with the same id, type and input gets the same outcome
   * from an executor that remembers it, also after a reload.
   */
  readonly id?: TaskId;
  /** Whether this member may do it itself where it handles the type. Default `false`. */
  readonly allowSelf?: boolean;
}

/** Which capabilities nobody has together, and who has which. */
export interface TaskLack {
  readonly required: readonly string[];
  /** Those that no candidate announces. */
  readonly missing: readonly string[];
  /** By required capability: the candidates that announce it. */
  readonly holders: Readonly<Record<string, readonly PeerId[]>>;
}

/** What became of a task. */
export type TaskOutcome<Output = unknown> =
  | {
      readonly ok: true;
      readonly output: Output;
      readonly by: { readonly peerId: PeerId; readonly agentId: AgentId };
      readonly attempts: number;
    }
  | {
      readonly ok: false;
      /**
       * `no-capable-peer`, `task-failed`, `task-refused`, `task-timeout`, `lease-lost`, `task-cancelled`, `aborted`,
       * `invalid-payload` (the executor or its output), `payload-too-large`, `not-joined`, `left`
       */
      readonly error: SwarmError;
      readonly attempts: number;
      /** With `no-capable-peer`. */
      readonly lack?: TaskLack;
    };

/** The promise of a task's outcome, with the task's id. It rejects for wrong use only. */
export interface DelegatedTask<Output = unknown> extends Promise<TaskOutcome<Output>> {
  readonly id: TaskId;
}

/** Work for others, and work by others. */
export interface Tasks {
  /**
   * Does tasks of this type from now on, and announces `task:<type>` as a capability. Returns the way to stop, which
   * aborts those that run; they go to other peers.
   * @throws SwarmError `invalid-option` where the type has a handler already
   * @example
   * const stop = swarm.tasks.handle(primes, ({ from, to }, { signal, progress }) => search(from, to, signal, progress));
   */
  handle<Received, Answer>(
    definition: TaskDefinition<unknown, Received, Answer, unknown>,
    executor: TaskExecutor<Received, NoInfer<Answer>>,
    options?: TaskHandlerOptions,
  ): Cancel;
  /**
   * Has a task done by the most suitable of the peers that can. The outcome is a value. While the swarm joins, the task waits for
   * somebody who can, within its time; `not-joined` is the outcome while the swarm is off.
   * @throws SwarmError by rejection: `invalid-payload`, `payload-too-large`, `invalid-option`
   * @example
   * const outcome = await swarm.tasks.delegate(primes, { from: 0, to: 1000 });
   * if (outcome.ok) show(outcome.output);
   */
  delegate<Input, Output>(
    definition: TaskDefinition<Input, unknown, unknown, Output>,
    input: NoInfer<Input>,
    options?: DelegateOptions,
  ): DelegatedTask<Output>;
  /** Ends a delegated task, here and at its executor; harmless where it is over. */
  cancel(id: TaskId): void;
  /** Changes what is taken from others; what is left out stays. */
  configure(limits: TaskLimits): void;
  /** A person allows a request of `tasks.approvals`; harmless where it is over. */
  approve(requestId: string): void;
  /** A person refuses it. @param reason told to the delegator, at most 200 characters */
  refuse(requestId: string, reason?: string): void;
}
