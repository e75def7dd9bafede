import { type Browser, type Page, chromium as playwright } from "playwright";
import { chromium, permissions } from "../../test/setup/chromium.js";

/** One browser process tree of its own. */
export interface BenchBrowser {
  readonly version: string;
  openPage(url: string): Promise<Page>;
  /** Processor time of all of its processes so far. */
  cpuSeconds(): Promise<number>;
  close(): Promise<void>;
}

export async function launchBrowser(): Promise<BenchBrowser> {
  const browser: Browser = await playwright.launch(chromium);
  const context = await browser.newContext({ permissions });
  const devTools = await browser.newBrowserCDPSession();
  return {
    version: browser.version(),
    async openPage(url) {
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(`page error: ${error.stack ?? error.message}`));
      await page.goto(url);
      await page.waitForFunction(() => "bench" in window);
      return page;
    },
    async cpuSeconds() {
      const { processInfo } = await devTools.send("SystemInfo.getProcessInfo");
      return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    },
    close: () => browser.close(),
  };
}

/** Heap that the page's scripts hold, after everything unreachable has been collected. */
export async function heldHeapBytes(page: Page): Promise<number> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("HeapProfiler.enable");
  // What the first collection sets free may hold more.
  for (let i = 0; i < 3; i++) await devTools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devTools.send("Runtime.getHeapUsage");
  await devTools.detach();
  return usedSize;
}

/** Records where a page spends its time while `work` runs; returns self time by function, the greatest first. */
export async function profile(page: Page, work: () => Promise<void>): Promise<string[]> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Profiler.enable");
  await devTools.send("Profiler.setSamplingInterval", { interval: 200 });
  await devTools.send("Profiler.start");
  await work();
  const { profile: recorded } = await devTools.send("Profiler.stop");
  await devTools.detach();
  const { nodes, samples = [], timeDeltas = [] } = recorded;
  const names = new Map(
    nodes.map(({ id, callFrame }) => [
      id,
      `${callFrame.functionName || "(anonymous)"}:${callFrame.lineNumber + 1}`,
    ]),
  );
  const selfMs = new Map<string, number>();
  let total = 0;
  samples.forEach((id, index) => {
    const name = names.get(id) ?? "?";
    const ms = (timeDeltas[index] ?? 0) / 1000;
    total += ms;
    selfMs.set(name, (selfMs.get(name) ?? 0) + ms);
  });
  return [...selfMs]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 45)
    .map(
      ([name, ms]) =>
        `${((ms / total) * 100).toFixed(1).padStart(5)} %  ${ms.toFixed(0).padStart(6)} ms  ${name}`,
    );
}
