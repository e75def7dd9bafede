import { settleWithin } from "../abort.js";
import { SwarmError } from "../errors.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { RiskLevel } from "../risk.js";
import type { WorkDecision, WorkPolicy } from "./taskApi.js";
import type { ApprovalRequest, WorkRequest } from "./taskState.js";

/** Time to decide about a request, the policy's own and that of a person together. */
export const APPROVAL_MS = 60_000;

/** What became of a request. `by`: who decided. */
export interface Verdict {
  readonly isAllowed: boolean;
  readonly by: "policy" | "person" | "time" | "error";
  /** Told to the delegator. */
  readonly reason: string;
  readonly risk: RiskLevel;
}

/** Judges work from others. */
export interface Approvals {
  /**
   * Never rejects.
   * @param onAsked a person is asked
   */
  judge(policy: WorkPolicy, request: WorkRequest, signal: AbortSignal, onAsked: () => void): Promise<Verdict>;
  decide(requestId: string, isAllowed: boolean, reason?: string): void;
}

const LEVELS: readonly RiskLevel[] = ["low", "medium", "high"];

/** The higher of two; what a screening in plain JavaScript returns may be anything. */
function higher(a: RiskLevel, b: RiskLevel | undefined): RiskLevel {
  return b !== undefined && LEVELS.indexOf(b) > LEVELS.indexOf(a) ? b : a;
}

export function startApprovals(
  port: ProtocolPort,
  show: (approvals: readonly ApprovalRequest[]) => void,
): Approvals {
  const open = new Map<string, { request: ApprovalRequest; decide(verdict: Verdict): void }>();
  const publish = (): void => show([...open.values()].map(({ request }) => request));

  const screened = async (policy: WorkPolicy, request: WorkRequest): Promise<WorkRequest> => ({
    ...request,
    risk: higher(request.risk, await policy.screen?.(request)),
  });

  const decisionOf = async (policy: WorkPolicy, request: WorkRequest): Promise<WorkDecision> => {
    if (policy.approve !== undefined) return policy.approve(request);
    return request.risk === "high" ? "ask" : "allow";
  };

  const listed = (policy: WorkPolicy, { from, type }: WorkRequest): string | undefined => {
    if (policy.agents?.includes(from.agentId) === false) return "Tasks of this agent are not taken here.";
    if (policy.types?.includes(type) === false) return "Tasks of this type are not taken here.";
    return undefined;
  };

  const ask = (wanted: ApprovalRequest, decide: (verdict: Verdict) => void): (() => void) => {
    open.set(wanted.id, { request: wanted, decide });
    return () => {
      if (open.delete(wanted.id)) publish();
    };
  };

  // Whoever hears of it may decide at once.
  const tell = (wanted: ApprovalRequest): void => {
    publish();
    if (open.has(wanted.id)) port.emit("task-approval-wanted", wanted);
  };

  const byPolicy = (isAllowed: boolean, reason: string, risk: RiskLevel): Verdict => ({
    isAllowed,
    by: "policy",
    reason,
    risk,
  });

  return {
    judge(policy, request, signal, onAsked) {
      let { risk } = request;
      const expiresAtMs = port.runtime.clock.now() + APPROVAL_MS;
      return settleWithin<Verdict>(
        {
          clock: port.runtime.clock,
          timeoutMs: APPROVAL_MS,
          signal,
          what: "Approval",
          onTimeout: () => undecided(),
        },
        (resolve, reject) => {
          let isOver = false;
          let stopAsking = (): void => undefined;
          const consider = async (): Promise<void> => {
            const refusal = listed(policy, request);
            if (refusal !== undefined) return resolve(byPolicy(false, refusal, risk));
            const seen = await screened(policy, request);
            risk = seen.risk;
            const decision = await decisionOf(policy, seen);
            if (decision === "allow") return resolve(byPolicy(true, "", risk));
            if (decision !== "ask") return resolve(byPolicy(false, "The policy here refuses it.", risk));
            if (isOver) return;
            onAsked();
            const wanted: ApprovalRequest = { ...seen, expiresAtMs };
            stopAsking = ask(wanted, resolve);
            tell(wanted);
          };
          consider().catch((error: unknown) => {
            if (!isOver) port.handlerFailed(error, `The policy for "${request.type}"`);
            reject(error);
          });
          return () => {
            isOver = true;
            stopAsking();
          };
        },
      ).catch((error: unknown) => failedVerdict(error, risk));
    },
    decide(requestId, isAllowed, reason = "") {
      const entry = open.get(requestId);
      if (entry === undefined) return;
      const text = isAllowed || reason !== "" ? reason : "A person refused it.";
      entry.decide({ isAllowed, by: "person", reason: text, risk: entry.request.risk });
    },
  };
}

function undecided(): SwarmError {
  return new SwarmError("task-refused", {
    what: `Nobody decided within ${APPROVAL_MS / 1000} s whether it may run.`,
    fix: "Ask again when somebody is there.",
  });
}

function failedVerdict(error: unknown, risk: RiskLevel): Verdict {
  const isTime = error instanceof SwarmError && error.code === "task-refused";
  return {
    isAllowed: false,
    by: isTime ? "time" : "error",
    reason: isTime ? "Nobody decided in time." : "It could not be judged.",
    risk,
  };
}
