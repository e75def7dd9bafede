import { cpus } from "node:os";
import type { Figures } from "./figures.js";
import { PANEL_CONTESTANTS } from "./panels.js";
import { judge } from "./targets.js";
import { WORK_SIZES } from "./work.js";

/** What a run was made with. */
export interface RunFacts {
  readonly date: string;
  readonly chromium: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly isQuick: boolean;
  /** The machine's load average over five minutes at the end: what else ran beside the bench. */
  readonly load: number;
}

type Columns = readonly (readonly [heading: string, figure: string, digits: number])[];

const PAIR_COLUMNS: Columns = [
  ["join → first answer, ms", "connectMs", 1],
  ["round trip p50, ms", "roundTripP50Ms", 2],
  ["p95", "roundTripP95Ms", 2],
  ["one way, /s", "messagesPerSecond", 0],
  ["bursts of 10, /s", "burstMessagesPerSecond", 0],
  ["one a task, /s", "singleMessagesPerSecond", 0],
  ["CPU, µs a message", "cpuMicrosecondsPerMessage", 1],
  ["longest stall, ms", "longestStallMs", 0],
  ["bulk, MB/s", "bulkMegabytesPerSecond", 1],
  ["round trip under bulk p50, ms", "bulkRoundTripP50Ms", 1],
  ["p95", "bulkRoundTripP95Ms", 1],
  ["heap a link end, KiB", "heapKibPerLink", 0],
];

const MESH_COLUMNS: Columns = [5, 10, 20].flatMap((size) => [
  [`mesh of ${size}, ms`, `meshOf${size}Ms`, 0] as const,
  ["one more, ms", `oneMoreIn${size}Ms`, 0] as const,
]);

const PANEL_COLUMNS: Columns = [
  ["messages/s", "messagesPerSecond", 0],
  ["frames/s", "framesPerSecond", 1],
  ["longest frame, ms", "longestFrameMs", 0],
  ["tasks over 50 ms, a minute", "longTasksPerMinute", 1],
  ["longest of them, ms", "longestTaskMs", 0],
  ["click → paint p50, ms", "clickP50Ms", 0],
  ["p95", "clickP95Ms", 0],
  ["main thread busy, %", "mainThreadShare", 1],
  ["in React, %", "reactShare", 1],
  ["heap grown, KiB", "heapGrowthKib", 0],
];

const JOIN_COLUMNS: Columns = [
  ["until all 1,000 are known, s", "joinSeconds", 1],
  ["main thread busy, s", "joinBusySeconds", 2],
  ["frames/s", "joinFramesPerSecond", 1],
  ["tasks over 50 ms", "joinLongTasks", 0],
  ["longest of them, ms", "joinLongestTaskMs", 0],
];

const WORK_COLUMNS: Columns = [
  ["picture, s", "workSeconds", 1],
  ["times as fast as one tab", "workSpeedUp", 2],
  ["tabs with a part in it", "workMembers", 0],
];

function table(figures: Figures, columns: Columns): string {
  const present = columns.filter(([, figure]) =>
    figures.contestants.some((name) => figures.median(name, figure) !== undefined),
  );
  const rows = figures.contestants.filter((name) =>
    present.some(([, figure]) => figures.median(name, figure) !== undefined),
  );
  if (rows.length === 0) return "";
  const cell = (name: string, figure: string, digits: number): string =>
    figures.median(name, figure)?.toLocaleString("en", {
      maximumFractionDigits: digits,
      minimumFractionDigits: digits,
    }) ?? "–";
  return [
    `| | ${present.map(([heading]) => heading).join(" | ")} |`,
    `| --- |${" --- |".repeat(present.length)}`,
    ...rows.map(
      (name) =>
        `| ${name} | ${present.map(([, figure, digits]) => cell(name, figure, digits)).join(" | ")} |`,
    ),
  ].join("\n");
}

export function targetTable(figures: Figures): string {
  const verdict = (isMet: boolean | undefined): string =>
    isMet === undefined ? "" : isMet ? "met" : "**missed**";
  return [
    "| | | target | measured | |",
    "| --- | --- | --- | --- | --- |",
    ...judge(figures).map(
      ({ name, what, target, measured, isMet }) =>
        `| ${name} | ${what} | ${target} | ${measured ?? "not measured"} | ${verdict(isMet)} |`,
    ),
  ].join("\n");
}

/** How much faster more tabs are than one, by the medians. */
function withSpeedUp(figures: Figures): Figures {
  const alone = figures.median(WORK_SIZES[0] as string, "workSeconds");
  for (const size of figures.contestants) {
    const seconds = figures.median(size, "workSeconds");
    if (alone !== undefined && seconds !== undefined) figures.add(size, "workSpeedUp", alone / seconds);
  }
  return figures;
}

const withMethod = (method: string, body: string): string => (body === "" ? "" : `${method}\n\n${body}`);

const PANELS_METHOD =
  "A page with a real swarm among 1,000 simulated peers, whose keys, handshakes and signatures live in a worker; each frame of " +
  "theirs comes as a task of its own, is verified and delivered like a real one's. Under load each peer in its turn sends ten " +
  "messages in one frame: 1,000 frames a second. React as apps ship it. `main thread busy` is processor time of the page's main " +
  "thread: verifying, rendering, style, layout and painting; `in React` the part of it in renders, commits and store listeners, " +
  "from a CPU profile. Clicks open and close a row three times a second in a stretch of their own. The panels' share is the " +
  "difference to the same swarm without panels; the frames of the empty page are the most that the browser gives. The naive one " +
  "shows who is here, totals, a chart and the last 50 messages from one context whose state is set per message. `heap grown` " +
  "is what the page holds more after the stretch, garbage collected before and after.";

function sections(figures: Figures): [string, string][] {
  const others = [...PANEL_CONTESTANTS, ...WORK_SIZES];
  const rivals = figures.only(figures.contestants.filter((name) => !others.includes(name)));
  return [
    ["Two pages", table(rivals, PAIR_COLUMNS)],
    ["Full meshes", table(rivals, MESH_COLUMNS)],
    [
      "The dashboard under 10,000 messages/s",
      withMethod(PANELS_METHOD, table(figures.only(PANEL_CONTESTANTS), PANEL_COLUMNS)),
    ],
    ["The dashboard while 1,000 peers join", table(figures.only(PANEL_CONTESTANTS), JOIN_COLUMNS)],
    [
      `Shared work on ${cpus().length} processors`,
      table(withSpeedUp(figures.only(WORK_SIZES)), WORK_COLUMNS),
    ],
  ];
}

/** The run as a page for people. */
export function report(figures: Figures, facts: RunFacts): string {
  const versions = Object.entries(facts.versions).map(([name, version]) => `${name} ${version}`);
  return [
    "# Results of the bench",
    "",
    `Written by \`npm run bench\` on ${facts.date}: Chromium ${facts.chromium}, ${cpus().length} processors, load average ` +
      `${facts.load.toFixed(1)} (what else ran on the machine is in it), ${facts.rounds} rounds${facts.isQuick ? ", quick" : ""}. ` +
      `${versions.join(", ")}.`,
    "",
    "Two pages in two browser processes on loopback, contestants in turn, medians. Messages are objects of 120 to 140 bytes " +
      "as JSON that differ from one another; nothing may be lost. peerswarm's count once they are verified, schema-checked " +
      "and delivered, with statistics and the witness log on; the others sign and check nothing. Joining includes opening " +
      "the signalling connection, for everyone. Bulk ends with a SHA-256 over what arrived, compared with the sender's.",
    "",
    "## Targets",
    "",
    targetTable(figures),
    ...sections(figures)
      .filter(([, body]) => body !== "")
      .flatMap(([heading, body]) => ["", `## ${heading}`, "", body]),
    "",
  ].join("\n");
}
