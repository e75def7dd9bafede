import type { Page } from "playwright";
import type { Load } from "../page/panels/crowdProtocol.js";
import type { Surface } from "../page/panels/index.js";
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
// Where React renders and commits, and where its subscriptions look whether they have to.
const REACT = new Set(["performWorkOnRoot", "flushPassiveEffects", "handleStoreChange"]);

interface Contestant {
  readonly name: string;
  readonly surface: Surface;
}

/** Who is compared; each adds one thing to the one before, but the last. */
const CONTESTANTS: readonly Contestant[] = [
  { name: "an empty page", surface: "nothing" },
  { name: "the swarm without panels", surface: "bare" },
  { name: "the five default panels", surface: "five" },
  { name: "all eleven panels", surface: "all" },
  { name: "naive: state set per message", surface: "naive" },
];

/** How the contestants' figures are named. */
export const PANEL_CONTESTANTS: readonly string[] = CONTESTANTS.map(({ name }) => name);

export interface PanelsOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Surface whose profile is printed. */
  readonly profiled: string | undefined;
}

/**
 * A dashboard over a thousand simulated peers that send 10,000 messages a second, beside an empty page, the same swarm
 * without panels, and a dashboard that sets state per message. Each has a fresh page in each round, in turn.
 */
export async function runPanels(
  { rounds, seconds, profiled }: PanelsOptions,
  figures: Figures,
): Promise<void> {
  const site = await serveSite("bench/page/panels/index.tsx");
  const browser = await launchBrowser();
  try {
    for (let round = 0; round < rounds; round++)
      for (let turn = 0; turn < CONTESTANTS.length; turn++) {
        const contestant = CONTESTANTS[(turn + round) % CONTESTANTS.length] as Contestant;
        console.log(`round ${round + 1}: ${contestant.name}`);
        const recording = await runContestant(contestant, { site, browser, seconds, figures });
        if (profiled === contestant.surface) console.log(profileLines(recording).join("\n"));
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
  const { figures, seconds } = run;
  const page = await run.browser.openPage(run.site.url);
  if (surface !== "nothing") await page.evaluate((peers) => window.panels.gather(peers), PEERS);
  await page.evaluate((what) => window.panels.mount(what), surface);
  await page.evaluate((load) => window.panels.speak(load), LOAD);
  await page.waitForTimeout(WARM_UP_MS);
  const stopClicking = await click(page);
  const heapBefore = await heldHeapBytes(page);
  const { busyShare, result } = await watchBusy(page, () =>
    page.evaluate((length) => window.panels.measure(length), seconds),
  );
  const recording = await record(page, () => page.waitForTimeout(RECORDED_SECONDS * 1000));
  await stopClicking();
  await page.evaluate(() => window.panels.hush());
  const heapAfter = await heldHeapBytes(page);
  await page.close();

  for (const [figure, value] of Object.entries(result)) figures.add(name, figure, value);
  figures.add(name, "mainThreadShare", busyShare * 100);
  figures.add(name, "reactShare", (recording.timeIn(REACT) / recording.totalMs) * 100);
  figures.add(name, "heapGrowthKib", (heapAfter - heapBefore) / 1024);
  return recording;
}

/** Clicks the first row's control again and again, as a visitor's mouse would, until it is told to stop. */
async function click(page: Page): Promise<() => Promise<void>> {
  const devTools = await page.context().newCDPSession(page);
  const { x, y } = await page.evaluate(() => window.panels.target());
  const press = async (type: "mousePressed" | "mouseReleased"): Promise<void> => {
    await devTools.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
  };
  const clickOnce = (): void =>
    void press("mousePressed")
      .then(() => press("mouseReleased"))
      .catch(() => undefined);
  const timer = setInterval(clickOnce, CLICK_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await devTools.detach();
  };
}

/** Which part of the time the page's main thread was busy while `work` ran. */
async function watchBusy<Result>(
  page: Page,
  work: () => Promise<Result>,
): Promise<{ busyShare: number; result: Result }> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Performance.enable", { timeDomain: "timeTicks" });
  const read = async (): Promise<{ busy: number; at: number }> => {
    const { metrics } = await devTools.send("Performance.getMetrics");
    const metric = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? 0;
    return { busy: metric("TaskDuration"), at: metric("Timestamp") };
  };
  const before = await read();
  const result = await work();
  const after = await read();
  await devTools.detach();
  return { busyShare: (after.busy - before.busy) / (after.at - before.at), result };
}
