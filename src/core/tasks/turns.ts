import type { AgentId } from "../identity/ids.js";

/** Work that waits, agent by agent: each has its turn, however much another has brought. */
export interface Turns<Work> {
  add(agentId: AgentId, work: Work): void;
  /** The oldest of the agent whose turn it is. */
  next(): Work | undefined;
  remove(agentId: AgentId, work: Work): void;
  /** All that waits, in the order in which it comes up if nothing is added. */
  inOrder(): readonly Work[];
}

export function createTurns<Work>(): Turns<Work> {
  /** The first agent is the next one. */
  const waiting = new Map<AgentId, Set<Work>>();

  const remove = (agentId: AgentId, work: Work): void => {
    const works = waiting.get(agentId);
    if (works?.delete(work) && works.size === 0) waiting.delete(agentId);
  };

  return {
    add(agentId, work) {
      const works = waiting.get(agentId) ?? new Set();
      waiting.set(agentId, works.add(work));
    },
    next() {
      for (const [agentId, works] of waiting) {
        const [work] = works;
        remove(agentId, work as Work);
        if (waiting.delete(agentId)) waiting.set(agentId, works);
        return work;
      }
      return undefined;
    },
    remove,
    inOrder() {
      const queues = [...waiting.values()].map((works) => [...works]);
      const rounds = Math.max(0, ...queues.map((queue) => queue.length));
      return Array.from({ length: rounds }, (_, round) =>
        queues.flatMap((queue) => queue[round] ?? []),
      ).flat();
    },
  };
}
