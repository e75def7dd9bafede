import type { PeerId, TopologyLink } from "../../core/index.js";

/** What the links of one member are, taken together. */
export interface LinkSum {
  readonly count: number;
  readonly slowestMs: number | undefined;
}

/** How many links each member has, and how slow the slowest is. */
export function linkSums(links: readonly TopologyLink[]): ReadonlyMap<PeerId, LinkSum> {
  const sums = new Map<PeerId, LinkSum>();
  for (const { a, b, roundTripMs } of links) {
    for (const end of [a, b]) {
      const { count, slowestMs } = sums.get(end) ?? { count: 0, slowestMs: undefined };
      const slowest = Math.max(slowestMs ?? -1, roundTripMs ?? -1);
      sums.set(end, { count: count + 1, slowestMs: slowest < 0 ? undefined : slowest });
    }
  }
  return sums;
}

/** Whether one end of a link is this member. */
export function isEnd(link: TopologyLink, peerId: PeerId | undefined): boolean {
  return link.a === peerId || link.b === peerId;
}

/** The other end of a link of a member. */
export function otherEnd({ a, b }: TopologyLink, peerId: PeerId): PeerId {
  return a === peerId ? b : a;
}

export function keyOf({ a, b }: TopologyLink): string {
  return `${a} ${b}`;
}
