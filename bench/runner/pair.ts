import type { Page } from "playwright";
import type { FloodReport } from "../page/workloads.js";
import type { Figures } from "./figures.js";
import type { Lab } from "./lab.js";
import { profileLines, record } from "./recording.js";

/** How much of each workload is run. */
export interface PairScale {
  readonly connects: number;
  readonly roundTrips: number;
  /** Messages of a flood, and of one with one message a task, which is slower. */
  readonly floodMessages: number;
  readonly singleMessages: number;
  readonly bulkBytes: number;
}

export const FULL_SCALE: PairScale = {
  connects: 5,
  roundTrips: 1500,
  floodMessages: 150_000,
  singleMessages: 60_000,
  bulkBytes: 64 * 1024 * 1024,
};

export const QUICK_SCALE: PairScale = {
  connects: 2,
  roundTrips: 300,
  floodMessages: 40_000,
  singleMessages: 15_000,
  bulkBytes: 16 * 1024 * 1024,
};

/** A contestant, with the chunk size of its bulk where that is the app's choice. */
export interface Entry {
  readonly name: string;
  readonly contestant: string;
  readonly chunkBytes: number;
  readonly hasBulk: boolean;
  /** Whether it takes part in nothing but bulk: the same contestant with another chunk size. */
  readonly isBulkOnly?: boolean;
}

const KIB = 1024;

export const ENTRIES: readonly Entry[] = [
  { name: "raw", contestant: "raw", chunkBytes: 64 * KIB, hasBulk: true },
  { name: "raw 16 KiB", contestant: "raw", chunkBytes: 16 * KIB, hasBulk: true, isBulkOnly: true },
  { name: "raw 256 KiB", contestant: "raw", chunkBytes: 256 * KIB, hasBulk: true, isBulkOnly: true },
  { name: "peerswarm", contestant: "peerswarm", chunkBytes: 64 * KIB, hasBulk: true },
  { name: "peerjs raw", contestant: "peerjs raw", chunkBytes: 64 * KIB, hasBulk: true },
  { name: "peerjs json", contestant: "peerjs json", chunkBytes: 64 * KIB, hasBulk: false },
  { name: "peerjs binary", contestant: "peerjs binary", chunkBytes: 64 * KIB, hasBulk: true },
  { name: "trystero", contestant: "trystero", chunkBytes: 64 * KIB, hasBulk: true },
  { name: "simple-peer", contestant: "simple-peer", chunkBytes: 64 * KIB, hasBulk: true },
];

/** Parts of the pair's program, by the targets that they measure. */
export type PairPart = "p1" | "p2" | "p3" | "p4" | "p5" | "p6";

export interface PairRun {
  readonly lab: Lab;
  readonly figures: Figures;
  readonly scale: PairScale;
  readonly wants: (part: PairPart) => boolean;
  /** Whether the flood of this contestant is profiled at both ends. */
  readonly profiled: string | undefined;
}

type Pair = readonly [Page, Page];

const WARM_UP_MESSAGES = 3000;
const PART_LIMIT_MS = 120_000;

/** A contestant that hangs ends the bench with its name instead of hanging it. */
async function within<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`${what} took longer than ${PART_LIMIT_MS / 1000} s.`)),
      PART_LIMIT_MS,
    );
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs everything that two pages do, for one contestant, once. */
export async function runPair(entry: Entry, run: PairRun): Promise<void> {
  const { lab } = run;
  const pair: Pair = [await lab.openPage(lab.browsers[0]), await lab.openPage(lab.browsers[1])];
  try {
    await within(`${entry.name}`, runParts(entry, run, pair));
  } finally {
    for (const page of pair) await page.close();
  }
}

async function runParts(entry: Entry, run: PairRun, pair: Pair): Promise<void> {
  const { figures, scale, wants } = run;
  const isOnlyBulk = entry.isBulkOnly === true;
  // The first meeting loads what later ones find ready.
  await meet(entry, run.lab, pair);
  if (wants("p1") && !isOnlyBulk) {
    for (let i = 0; i < scale.connects; i++) {
      await part(pair);
      figures.add(entry.name, "connectMs", await meet(entry, run.lab, pair));
    }
  }
  if (wants("p2") && !isOnlyBulk) await measureRoundTrips(entry, run, pair);
  if ((wants("p4") || wants("p5")) && !isOnlyBulk) await measureFloods(entry, run, pair);
  if (wants("p6") && entry.hasBulk) {
    await bulk(pair, scale.bulkBytes / 8);
    const { megabytesPerSecond } = await bulk(pair, scale.bulkBytes);
    figures.add(entry.name, "bulkMegabytesPerSecond", megabytesPerSecond);
  }
  // A channel of its own for bulk is what is compared; whoever has one channel stands in line.
  if (wants("p3") && entry.hasBulk && !isOnlyBulk) {
    const { p50Ms, p95Ms } = await roundTripsUnderBulk(pair, scale.bulkBytes);
    figures.add(entry.name, "bulkRoundTripP50Ms", p50Ms);
    figures.add(entry.name, "bulkRoundTripP95Ms", p95Ms);
  }
  await part(pair);
}

async function meet(entry: Entry, lab: Lab, [a, b]: Pair): Promise<number> {
  const place = lab.place(entry.chunkBytes);
  const given = { name: entry.contestant, place };
  await a.evaluate(({ name, place: at }) => window.bench.meet(name, at, 0), given);
  // It is in the room now, or a moment later: the other one is what is measured.
  await a.waitForTimeout(150);
  const { elapsedMs } = await b.evaluate(({ name, place: at }) => window.bench.meet(name, at, 1), given);
  await a.waitForFunction(() => window.bench.linkCount() === 1);
  return elapsedMs;
}

async function part(pair: Pair): Promise<void> {
  for (const page of pair) await page.evaluate(() => window.bench.leave());
}

async function measureRoundTrips(entry: Entry, { figures, scale }: PairRun, [a, b]: Pair): Promise<void> {
  await a.evaluate(() => window.bench.echo());
  await b.evaluate((count) => window.bench.roundTrips(count), Math.ceil(scale.roundTrips / 3));
  const { p50Ms, p95Ms } = await b.evaluate((count) => window.bench.roundTrips(count), scale.roundTrips);
  figures.add(entry.name, "roundTripP50Ms", p50Ms);
  figures.add(entry.name, "roundTripP95Ms", p95Ms);
}

async function measureFloods(entry: Entry, run: PairRun, pair: Pair): Promise<void> {
  const { figures, scale, wants } = run;
  await flood(pair, WARM_UP_MESSAGES, "free");
  await flood(pair, WARM_UP_MESSAGES, "single");
  if (wants("p4")) {
    const cpuBefore = await cpuSeconds(run.lab);
    const work = () => flood(pair, scale.floodMessages, "free");
    const { messagesPerSecond, report } =
      run.profiled === entry.name ? await profiled(pair, work) : await work();
    const cpu = (await cpuSeconds(run.lab)) - cpuBefore;
    figures.add(entry.name, "messagesPerSecond", messagesPerSecond);
    figures.add(entry.name, "cpuMicrosecondsPerMessage", (cpu * 1e6) / scale.floodMessages);
    figures.add(entry.name, "longestStallMs", report.longestStallMs);
    figures.add(entry.name, "lateMessages", report.late);
    const bursts = await flood(pair, scale.singleMessages, "bursts");
    figures.add(entry.name, "burstMessagesPerSecond", bursts.messagesPerSecond);
  }
  if (wants("p5")) {
    const single = await flood(pair, scale.singleMessages, "single");
    figures.add(entry.name, "singleMessagesPerSecond", single.messagesPerSecond);
  }
}

async function cpuSeconds({ browsers }: Lab): Promise<number> {
  return (await browsers[0].cpuSeconds()) + (await browsers[1].cpuSeconds());
}

interface Flooded {
  readonly messagesPerSecond: number;
  readonly report: FloodReport;
}

async function flood([a, b]: Pair, count: number, pattern: "free" | "bursts" | "single"): Promise<Flooded> {
  await a.evaluate((expected) => window.bench.absorb(expected), count);
  const { messagesPerSecond } = await b.evaluate(({ messages, how }) => window.bench.flood(messages, how), {
    messages: count,
    how: pattern,
  });
  const report = await a.evaluate(() => window.bench.absorbed());
  if (report === undefined || report.received !== count || report.wrong > 0)
    throw new Error(`Of ${count} messages ${report?.received} came, ${report?.wrong} of them wrong.`);
  return { messagesPerSecond, report };
}

async function profiled([a, b]: Pair, work: () => Promise<Flooded>): Promise<Flooded> {
  let result: Flooded | undefined;
  let sender: string[] = [];
  const receiver = await record(a, async () => {
    const recording = await record(b, async () => {
      result = await work();
    });
    sender = profileLines(recording);
  });
  console.log(["sender:", ...sender, "", "receiver:", ...profileLines(receiver)].join("\n"));
  return result as unknown as Flooded;
}

async function bulk([a, b]: Pair, length: number): Promise<{ readonly megabytesPerSecond: number }> {
  await a.evaluate((expected) => window.bench.takeBulk(expected), length);
  return b.evaluate((bytes) => window.bench.sendBulk(bytes), length);
}

async function roundTripsUnderBulk(
  [a, b]: Pair,
  length: number,
): Promise<{ readonly p50Ms: number; readonly p95Ms: number }> {
  await a.evaluate((expected) => window.bench.takeBulk(expected), length);
  return b.evaluate((bytes) => window.bench.roundTripsUnderBulk(bytes), length);
}
