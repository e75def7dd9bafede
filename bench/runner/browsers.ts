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
