import type { ProposalSnapshot } from "../../core/index.js";

const HALF = 0.5;

/** Least weight with which `yes`, or an option, meets the rule, as far as weights are whole. */
export function neededOf({ rule, tally }: Pick<ProposalSnapshot, "rule" | "tally">): number {
  const { kind, threshold = HALF } = rule;
  const { total } = tally;
  const moreThanHalf = Math.floor(total * HALF) + 1;
  switch (kind) {
    case "majority":
      return moreThanHalf;
    case "two-thirds":
      return Math.ceil((2 * total) / 3);
    case "unanimous":
      return total;
    case "weighted":
      return Math.max(moreThanHalf, leastShare(threshold, total));
  }
}

/** By the same quotient as the count, because 0.55 of 100 is a little more than 55. */
function leastShare(threshold: number, total: number): number {
  const least = Math.floor(total * threshold);
  return least / total >= threshold ? least : least + 1;
}
