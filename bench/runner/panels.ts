import type { CDPSession, Page } from "playwright";
import type { Load } from "../page/panels/crowdProtocol.js";
import type { Surface } from "../page/panels/index.js";
import { attempt } from "./attempt.js";
import { type BenchBrowser, heldHeapBytes, launchBrowser } from "./browsers.js";
import type { Figures } from "./figures.js";
import { profileLines, type Recording, record } from "./recording.js";
import { type Site, serveSite } from "./site.js";

const PEERS = 1000;
const LOAD: Load = { messagesPerSecond: 10_000, messagesPerFrame: 10 };
// Code is compiled and the chart is on its way.
const WARM_UP_MS = 3000;
const RECORDED_SECONDS = 4;
const CLICK_EVERY_MS = 330;
// Where React renders and commits, and where the store calls its listeners, whose selectors say whether it has to.
const REACT = new Set(["performWorkOnRoot", "flushPassiveEffects", "notify"]);

interface Contestant {
  readonly name: string;
  readonly surface: Surface;
}

/** Who is compared; each adds one thing to the one before, but the last. */
const CONTESTANTS: readonly Contestant[] = [
  { name: "an empty page", surface: "nothing" },
  { name: "the swarm without panels", surface: "bare" },
  { name: "the five default panels", surface: "five" },
  { name: "every panel", surface: "all" },
  { name: "naive: state set per message", surface: "naive" },
];

/** How the contestants' figures are named. */
export const PANEL_CONTESTANTS: readonly string[] = CONTESTANTS.map(({ name }) => name);

export interface PanelsOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly isWanted: (surface: string) => boolean;
  /** Surface whose profile is printed. */
  readonly profiled: string | undefined;
}

/**
 * A dashboard over a thousand simulated peers that send 10,000 messages a second, beside an empty page, the same swarm
 * without panels, and a dashboard that sets state per message. Each has a fresh page in each round, in turn.
 */
export async function runPanels(
  { rounds, seconds, isWanted, profiled }: PanelsOptions,
  figures: Figures,
): Promise<void> {
  const contestants = CONTESTANTS.filter(({ surface }) => isWanted(surface));
  const site = await serveSite("bench/page/panels/index.tsx");
  const browser = await launchBrowser();
  try {
    for (let round = 0; round < rounds; round++)
      for (let turn = 0; turn < contestants.length; turn++) {
        const contestant = contestants[(turn + round) % contestants.length] as Contestant;
        console.log(`round ${round + 1}: ${contestant.name}`);
        await attempt(contestant.name, async () => {
          const recording = await runContestant(contestant, { site, browser, seconds, figures });
          if (profiled === contestant.surface) console.log(profileLines(recording).join("\n"));
        });
      }
  } finally {
    await browser.close();
    site.close();
  }
}

interface Run {
  readonly site: Site;
  readonly browser: BenchBrowser;
  readonly seconds: number;
  readonly figures: Figures;
}

async function runContestant({ name, surface }: Contestant, run: Run): Promise<Recording> {
  const page = await run.browser.openPage(run.site.url);
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Performance.enable", { timeDomain: "threadTicks" });
  const bench: Bench = { name, page, devTools, ...run };
  if (surface !== "nothing") await page.evaluate((peers) => window.panels.prepare(peers), PEERS);
  await page.evaluate((what) => window.panels.mount(what), surface);
  if (surface !== "nothing") await measureJoin(bench);
  const recording = await measureLoad(bench);
  await page.close();
  return recording;
}

interface Bench extends Run {
  readonly name: string;
  readonly page: Page;
  readonly devTools: CDPSession;
}

/** A thousand members prove themselves one after the other. */
async function measureJoin({ name, page, devTools, figures }: Bench): Promise<void> {
  const { busySeconds, result } = await watchBusy(devTools, () => page.evaluate(() => window.panels.join()));
  figures.add(name, "joinSeconds", result.joinSeconds);
  figures.add(name, "joinBusySeconds", busySeconds);
  figures.add(name, "joinFramesPerSecond", result.framesPerSecond);
  figures.add(name, "joinLongestTaskMs", result.longestTaskMs);
  figures.add(name, "joinLongTasks", (result.longTasksPerMinute * result.joinSeconds) / 60);
}

/** They speak; then somebody clicks as well. */
async function measureLoad({ name, page, devTools, seconds, figures }: Bench): Promise<Recording> {
  const watch = () => page.evaluate((length) => window.panels.measure(length), seconds);
  await page.evaluate((load) => window.panels.speak(load), LOAD);
  await page.waitForTimeout(WARM_UP_MS);
  const heapBefore = await heldHeapBytes(page);
  const quiet = await watchBusy(devTools, watch);
  const recording = await record(page, () => page.waitForTimeout(RECORDED_SECONDS * 1000));
  const heapAfter = await heldHeapBytes(page);
  const stopClicking = await click(page, devTools);
  const { clickP50Ms, clickP95Ms } = await watch();
  stopClicking();
  await page.evaluate(() => window.panels.hush());

  const { messagesPerSecond, framesPerSecond, longestFrameMs, longTasksPerMinute, longestTaskMs } =
    quiet.result;
  const found = { messagesPerSecond, framesPerSecond, longestFrameMs, longTasksPerMinute, longestTaskMs };
  for (const [figure, value] of Object.entries(found)) figures.add(name, figure, value);
  figures.add(name, "clickP50Ms", clickP50Ms);
  figures.add(name, "clickP95Ms", clickP95Ms);
  figures.add(name, "mainThreadShare", (quiet.busySeconds / quiet.elapsedSeconds) * 100);
  figures.add(name, "reactShare", (recording.timeIn(REACT) / recording.totalMs) * 100);
  figures.add(name, "heapGrowthKib", (heapAfter - heapBefore) / 1024);
  return recording;
}

/** Clicks the first row's control again and again, as a visitor's mouse would, until it is told to stop. */
async function click(page: Page, devTools: CDPSession): Promise<() => void> {
  const { x, y } = await page.evaluate(() => window.panels.target());
  const press = (type: "mousePressed" | "mouseReleased"): Promise<unknown> =>
    devTools.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
  const clickOnce = (): void =>
    void press("mousePressed")
      .then(() => press("mouseReleased"))
      .catch(() => undefined);
  const timer = setInterval(clickOnce, CLICK_EVERY_MS);
  return () => clearInterval(timer);
}

interface Watched<Result> {
  readonly elapsedSeconds: number;
  /** Processor time of the page's main thread meanwhile: what else runs on the machine is not in it. */
  readonly busySeconds: number;
  readonly result: Result;
}

async function watchBusy<Result>(
  devTools: CDPSession,
  work: () => Promise<Result>,
): Promise<Watched<Result>> {
  const read = async (): Promise<number> => {
    const { metrics } = await devTools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
  };
  const [before, startedAtMs] = [await read(), performance.now()];
  const result = await work();
  const elapsedSeconds = (performance.now() - startedAtMs) / 1000;
  return { elapsedSeconds, busySeconds: (await read()) - before, result };
}
