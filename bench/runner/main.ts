import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../scripts/entries.mjs";
import { attempt } from "./attempt.js";
import { Figures } from "./figures.js";
import { type Lab, openLab } from "./lab.js";
import { MESH_CONTESTANTS, measureHeap, runMesh } from "./mesh.js";
import { ENTRIES, type Entry, FULL_SCALE, QUICK_SCALE, runPair } from "./pair.js";
import { runPanels } from "./panels.js";
import { report, targetTable } from "./report.js";
import { runWork } from "./work.js";

const USAGE = `npm run bench -- [options]

  --only <p1,p4,…>        these targets alone; pair is short for p1 to p8, panels for p12, work is no target
  --contestants <a,b,…>   these alone; of panels: nothing, bare, five, all, naive
  --rounds <n>            how often everything runs (default 5)
  --quick                 a tenth of the messages: for a look, not for a verdict
  --profile <contestant>  where both ends of its flood spend their time; panels likewise
  --write                 bench/RESULTS.md is written anew, also where only a part ran`;

const PAIR_TARGETS = ["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"];
const SHORT_FOR: Readonly<Record<string, readonly string[]>> = { pair: PAIR_TARGETS, panels: ["p12"] };
const ALL_TARGETS = [...PAIR_TARGETS, "p9", "p10", "p12", "work"];
const MESH_SIZES = [5, 10, 20];
const HEAP_LINKS = 8;
const PANEL_SECONDS = 10;
const QUICK_PANEL_SECONDS = 3;
const MEASURED_PACKAGES = ["peerjs", "@trystero-p2p/core", "simple-peer"];

function readOptions(given: string[]) {
  try {
    return parseArgs({
      args: given,
      options: {
        only: { type: "string" },
        contestants: { type: "string" },
        rounds: { type: "string", default: "5" },
        quick: { type: "boolean", default: false },
        profile: { type: "string" },
        write: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n\n${USAGE}`, { cause });
  }
}

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;

function targetsOf(only: string | undefined): ReadonlySet<string> {
  if (only === undefined) return new Set(ALL_TARGETS);
  const named = only.split(",").flatMap((name) => SHORT_FOR[name] ?? name);
  const unknown = named.find((name) => !ALL_TARGETS.includes(name));
  if (unknown !== undefined) throw new Error(`There is no target "${unknown}".\n\n${USAGE}`);
  return new Set(named);
}

export async function main(given: string[]): Promise<void> {
  const options = readOptions(given);
  if (options.help) return console.log(USAGE);
  const targets = targetsOf(options.only);
  const names = options.contestants?.split(",");
  const isWanted = (name: string): boolean => names === undefined || names.includes(name);
  const rounds = Number(options.rounds);
  const figures = new Figures();
  const pairEntries = PAIR_TARGETS.some((target) => targets.has(target))
    ? ENTRIES.filter(({ name }) => isWanted(name))
    : [];

  const lab = await openLab();
  try {
    for (let round = 0; round < rounds; round++) {
      await runRound({ lab, figures, targets, pairEntries, round, options });
    }
    for (const contestant of MESH_CONTESTANTS.filter(isWanted))
      if (targets.has("p10"))
        await attempt(contestant, () => measureHeap(contestant, HEAP_LINKS, lab, figures));
  } finally {
    await lab.close();
  }
  for (let round = 0; round < rounds && targets.has("work"); round++) await runWork(figures);
  if (targets.has("p12"))
    await runPanels(
      {
        rounds,
        seconds: options.quick ? QUICK_PANEL_SECONDS : PANEL_SECONDS,
        isWanted,
        profiled: options.profile,
      },
      figures,
    );

  const facts = {
    date: new Date().toISOString().slice(0, 10),
    chromium: lab.version,
    versions: Object.fromEntries(MEASURED_PACKAGES.map((name) => [name, versionOf(name)])),
    rounds,
    isQuick: options.quick,
    load: loadavg()[1] ?? 0,
  };
  mkdirSync(join(root, "test-results"), { recursive: true });
  writeFileSync(join(root, "test-results/bench.json"), JSON.stringify({ ...facts, figures }, null, 2));
  const isWhole = options.only === undefined && names === undefined && !options.quick;
  if (isWhole || options.write) writeFileSync(join(root, "bench/RESULTS.md"), report(figures, facts));
  console.log(`\n${report(figures, facts)}`);
  console.log(targetTable(figures));
}

interface Round {
  readonly lab: Lab;
  readonly figures: Figures;
  readonly targets: ReadonlySet<string>;
  readonly pairEntries: readonly Entry[];
  readonly round: number;
  readonly options: ReturnType<typeof readOptions>;
}

async function runRound({ lab, figures, targets, pairEntries, round, options }: Round): Promise<void> {
  // Whoever comes first finds the machine cooler: each is first in its turn.
  const rotated = pairEntries.map((_, index) => pairEntries[(index + round) % pairEntries.length] as Entry);
  for (const entry of rotated) {
    console.log(`round ${round + 1}: ${entry.name}`);
    await attempt(entry.name, () =>
      runPair(entry, {
        lab,
        figures,
        scale: options.quick ? QUICK_SCALE : FULL_SCALE,
        wants: (part) => targets.has(part) || (part === "p4" && (targets.has("p7") || targets.has("p8"))),
        profiled: options.profile,
      }),
    );
  }
  if (!targets.has("p9")) return;
  const names = options.contestants?.split(",");
  for (const size of MESH_SIZES)
    for (const contestant of MESH_CONTESTANTS) {
      if (names?.includes(contestant) === false) continue;
      console.log(`round ${round + 1}: mesh of ${size}, ${contestant}`);
      await attempt(contestant, () => runMesh(contestant, size, lab, figures));
    }
}
