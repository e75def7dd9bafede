import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/entries.mjs";
import type { Figures } from "./figures.js";

/** One promise about speed, as a ratio to raw channels in the same run or as a figure of its own. */
export interface TargetResult {
  readonly name: string;
  readonly what: string;
  /** For people: the target with its unit. */
  readonly target: string;
  /** The same for what was measured; `undefined` where it was not. */
  readonly measured: string | undefined;
  readonly isMet: boolean | undefined;
}

const OURS = "peerswarm";
const BULK_RAW = ["raw", "raw 16 KiB", "raw 256 KiB"];

interface Rule {
  readonly name: string;
  readonly what: string;
  readonly limit: number;
  readonly isAtLeast?: boolean;
  readonly unit: string;
  readonly measure: (figures: Figures) => number | undefined;
}

const ratio =
  (figure: string) =>
  (figures: Figures): number | undefined => {
    const [ours, raw] = [figures.median(OURS, figure), figures.median("raw", figure)];
    return ours === undefined || raw === undefined ? undefined : ours / raw;
  };

const own = (contestant: string, figure: string) => (figures: Figures) => figures.median(contestant, figure);

/** Against the best chunk size of the raw channel, which has to be tried out. */
function bulkRatio(figures: Figures): number | undefined {
  const ours = figures.median(OURS, "bulkMegabytesPerSecond");
  const raw = BULK_RAW.flatMap((name) => figures.median(name, "bulkMegabytesPerSecond") ?? []);
  return ours === undefined || raw.length === 0 ? undefined : ours / Math.max(...raw);
}

function panelShare(figures: Figures): number | undefined {
  const [shown, bare] = ["the five default panels", "the swarm without panels"].map((name) =>
    figures.median(name, "mainThreadShare"),
  );
  return shown === undefined || bare === undefined ? undefined : shown - bare;
}

function sizeOf(budget: string): number | undefined {
  const report = join(root, "test-results/sizes.json");
  if (!existsSync(report)) return undefined;
  const sizes = JSON.parse(readFileSync(report, "utf8")) as { name: string; size: number }[];
  const found = sizes.find(({ name }) => name.startsWith(budget));
  return found === undefined ? undefined : found.size / 1000;
}

const mesh = (size: number): Rule[] => [
  {
    name: "P-9",
    what: `full mesh of ${size}, all at once`,
    limit: 2,
    unit: "× raw",
    measure: ratio(`meshOf${size}Ms`),
  },
  {
    name: "P-9",
    what: `one more joins ${size}`,
    limit: 2,
    unit: "× raw",
    measure: ratio(`oneMoreIn${size}Ms`),
  },
];

const RULES: readonly Rule[] = [
  {
    name: "P-1",
    what: "join to first answered message, both sides authenticated",
    limit: 2,
    unit: "× raw",
    measure: ratio("connectMs"),
  },
  { name: "P-2", what: "round trip, p50", limit: 1.8, unit: "× raw", measure: ratio("roundTripP50Ms") },
  { name: "P-2", what: "round trip, p95", limit: 1.8, unit: "× raw", measure: ratio("roundTripP95Ms") },
  {
    name: "P-3",
    what: "round trip under bulk, p50",
    limit: 1.2,
    unit: "× raw",
    measure: ratio("bulkRoundTripP50Ms"),
  },
  {
    name: "P-3",
    what: "round trip under bulk, p95",
    limit: 1.2,
    unit: "× raw",
    measure: ratio("bulkRoundTripP95Ms"),
  },
  {
    name: "P-4",
    what: "one way, signed",
    limit: 2.2,
    isAtLeast: true,
    unit: "× raw",
    measure: ratio("messagesPerSecond"),
  },
  {
    name: "P-5",
    what: "one message a task, signed",
    limit: 2,
    isAtLeast: true,
    unit: "× raw",
    measure: ratio("singleMessagesPerSecond"),
  },
  {
    name: "P-6",
    what: "bulk with its hash checked, against raw at its best chunk size",
    limit: 0.95,
    isAtLeast: true,
    unit: "× raw",
    measure: bulkRatio,
  },
  {
    name: "P-7",
    what: "processor time a message, both ends",
    limit: 0.5,
    unit: "× raw",
    measure: ratio("cpuMicrosecondsPerMessage"),
  },
  {
    name: "P-8",
    what: "longest stall of the receiver's main thread under the flood",
    limit: 50,
    unit: "ms",
    measure: own(OURS, "longestStallMs"),
  },
  ...mesh(5),
  ...mesh(10),
  ...mesh(20),
  {
    name: "P-10",
    what: "JS heap of an idle end of a link",
    limit: 64,
    unit: "KiB",
    measure: own(OURS, "heapKibPerLink"),
  },
  {
    name: "P-11",
    what: "messaging core as a page loads it at once, minified and gzipped (`npm run build && npm run sizes`)",
    limit: 30,
    unit: "KB",
    measure: () => sizeOf("messaging core: what a page loads at once"),
  },
  {
    name: "P-12",
    what: "dashboard under 10,000 messages/s of 1,000 simulated peers: frames",
    limit: 60,
    isAtLeast: true,
    unit: "a second",
    measure: own("the five default panels", "framesPerSecond"),
  },
  {
    name: "P-12",
    what: "the panels' share of the main thread there",
    limit: 25,
    unit: "%",
    measure: panelShare,
  },
];

const rounded = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

export function judge(figures: Figures): TargetResult[] {
  return RULES.map(({ name, what, limit, isAtLeast = false, unit, measure }) => {
    const value = measure(figures);
    return {
      name,
      what,
      target: `${isAtLeast ? "≥" : "≤"} ${limit} ${unit}`,
      measured: value === undefined ? undefined : `${rounded(value)} ${unit}`,
      isMet: value === undefined ? undefined : isAtLeast ? value >= limit : value <= limit,
    };
  });
}
