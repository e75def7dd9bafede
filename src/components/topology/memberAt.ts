import type { TopologyNode } from "../../core/index.js";

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Which of the members, clockwise from the top, a key leads to; `undefined` where it is none of these keys. */
export function memberAt(
  key: string,
  round: readonly TopologyNode[],
  from: TopologyNode,
): TopologyNode | undefined {
  if (key === "Home") return round[0];
  if (key === "End") return round.at(-1);
  const step = Object.hasOwn(STEPS, key) ? STEPS[key] : undefined;
  return step === undefined ? undefined : round.at((round.indexOf(from) + step) % round.length);
}
