import type { BenchLink, Contestant, Member, Place } from "./contestant.js";
import { peerjs } from "./peerjs.js";
import { peerswarm } from "./peerswarm.js";
import { raw } from "./raw.js";
import { simplePeer } from "./simplePeer.js";
import { trystero } from "./trystero.js";
import {
  absorb,
  echo,
  type FloodReport,
  flood,
  type Pattern,
  roundTrips,
  roundTripsUnderBulk,
  sendBulk,
  takeBulk,
} from "./workloads.js";

const contestants: readonly Contestant[] = [
  raw,
  peerjs("raw"),
  peerjs("json"),
  peerjs("binary"),
  trystero,
  simplePeer,
  peerswarm,
];

const GREETING = { n: 0, kind: "greeting", user: "", text: "", x: 0, y: 0 };

let members: Member[] = [];
let links: BenchLink[] = [];
let report: Promise<FloodReport> | undefined;

const only = (): BenchLink => {
  const [link] = links;
  if (link === undefined || links.length > 1)
    throw new Error(`There are ${links.length} links instead of one.`);
  return link;
};

/**
 * Joins and greets; resolves when a message has gone to and fro on `count` links, with the time of that since the
 * beginning of the join, and its end on the clock that all pages share.
 */
async function meet(
  name: string,
  place: Place,
  count: number,
): Promise<{ elapsedMs: number; endedAtMs: number }> {
  const contestant = contestants.find((each) => each.name === name);
  if (contestant === undefined) throw new Error(`There is no contestant "${name}".`);
  const startedAt = performance.now();
  let greeted = 0;
  return new Promise((resolve, reject) => {
    const onGreeted = (): void => {
      if (++greeted !== count) return;
      const now = performance.now();
      resolve({ elapsedMs: now - startedAt, endedAtMs: performance.timeOrigin + now });
    };
    const onLink = (link: BenchLink): void => {
      links.push(link);
      link.listen(() => {
        // Whoever was greeted answers; whoever greeted has its answer.
        if (!link.speaksFirst) link.send(GREETING);
        link.listen(() => undefined);
        onGreeted();
      });
      if (link.speaksFirst) link.send(GREETING);
    };
    contestant.join(place, onLink).then((member) => void members.push(member), reject);
    if (count === 0) resolve({ elapsedMs: 0, endedAtMs: 0 });
  });
}

async function leave(): Promise<void> {
  for (const member of members) await member.leave();
  members = [];
  links = [];
}

const bench = {
  meet,
  leave,
  linkCount: () => links.length,
  roundTrips: (count: number) => roundTrips(only(), count),
  echo: () => echo(only()),
  flood: (count: number, pattern: Pattern) => flood(only(), count, pattern),
  /** Begins to absorb; `absorbed` waits for the end. */
  absorb(count: number) {
    report = absorb(only(), count);
  },
  absorbed: () => report,
  sendBulk: (length: number) => sendBulk(only(), length),
  /** Begins to take a payload while answering everything else. */
  takeBulk(length: number) {
    echo(only());
    void takeBulk(only(), length);
  },
  roundTripsUnderBulk: (length: number) => roundTripsUnderBulk(only(), length),
};

declare global {
  interface Window {
    bench: typeof bench;
  }
}

window.bench = bench;
