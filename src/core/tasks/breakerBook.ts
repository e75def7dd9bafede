import type { Cancel, Clock } from "../clock.js";
import type { AgentId } from "../identity/ids.js";
import { type Breaker, begun, breakerState, CLOSED, failed, released, succeeded } from "./breaker.js";
import type { BreakerView } from "./taskState.js";

/** Agents whose failures are remembered. */
const MAX_BREAKERS = 256;

/** The breakers of all agents. */
export interface BreakerBook {
  of(agentId: AgentId): Breaker;
  begun(agentId: AgentId): void;
  /** `undefined`: the end says nothing of the agent. */
  ended(agentId: AgentId, isGood: boolean | undefined): void;
  view(): readonly BreakerView[];
  /** Shows them as they are now, and again when an open one lets a trial through. */
  show(): void;
  /** Nothing is shown late any more. */
  rest(): void;
}

export function createBreakerBook(clock: Clock, onChange: () => void): BreakerBook {
  const now = (): number => clock.now();
  let stopTimer: Cancel | undefined;
  const breakers = new Map<AgentId, Breaker>();
  const of = (agentId: AgentId): Breaker => breakers.get(agentId) ?? CLOSED;

  const set = (agentId: AgentId, breaker: Breaker): void => {
    if (breaker === of(agentId)) return;
    breakers.delete(agentId);
    if (breaker !== CLOSED) breakers.set(agentId, breaker);
    for (const oldest of breakers.keys()) {
      if (breakers.size <= MAX_BREAKERS) break;
      breakers.delete(oldest);
    }
    show();
  };

  const rest = (): void => {
    stopTimer?.();
    stopTimer = undefined;
  };

  const show = (): void => {
    rest();
    const nowMs = now();
    const times = [...breakers.values()].map(({ retryAtMs = 0 }) => retryAtMs);
    const nextMs = Math.min(...times.filter((atMs) => atMs > nowMs));
    if (Number.isFinite(nextMs)) stopTimer = clock.setTimer(nextMs - nowMs, show);
    onChange();
  };

  return {
    of,
    show,
    rest,
    begun: (agentId) => set(agentId, begun(of(agentId), now())),
    ended(agentId, isGood) {
      const breaker = of(agentId);
      if (isGood === undefined) return set(agentId, released(breaker));
      set(agentId, isGood ? succeeded() : failed(breaker, now()));
    },
    view: () =>
      [...breakers].map(([agentId, breaker]) => ({
        agentId,
        state: breakerState(breaker, now()),
        failures: breaker.failures,
        retryAtMs: breaker.retryAtMs,
      })),
  };
}
