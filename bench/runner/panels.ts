import { launchBrowser } from "./browsers.js";
import type { Figures } from "./figures.js";
import { serveSite } from "./site.js";

/**
 * A dashboard over a thousand simulated peers that send 10,000 messages a second, beside the same page without it:
 * the difference in busy time of the main thread is what the panels cost.
 */
export async function runPanels(seconds: number, figures: Figures): Promise<void> {
  const site = await serveSite("bench/page/react.tsx");
  const browser = await launchBrowser();
  try {
    for (const isMounted of [false, true]) {
      const page = await browser.openPage(site.url);
      await page.evaluate(() => window.panels.gather());
      if (isMounted) await page.evaluate(() => window.panels.mount());
      const devTools = await page.context().newCDPSession(page);
      await devTools.send("Performance.enable", { timeDomain: "timeTicks" });
      const busySeconds = async (): Promise<number> => {
        const { metrics } = await devTools.send("Performance.getMetrics");
        return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
      };
      const [busyBefore, startedAt] = [await busySeconds(), performance.now()];
      const result = await page.evaluate((length) => window.panels.measure(length), seconds);
      const elapsedSeconds = (performance.now() - startedAt) / 1000;
      const busyShare = ((await busySeconds()) - busyBefore) / elapsedSeconds;
      const name = isMounted ? "with panels" : "without panels";
      for (const [figure, value] of Object.entries(result)) figures.add(name, figure, value);
      figures.add(name, "mainThreadShare", busyShare);
      await page.close();
    }
  } finally {
    await browser.close();
    site.close();
  }
}
