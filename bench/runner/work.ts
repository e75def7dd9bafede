import type { Page } from "playwright";
import { createSignalingServer } from "../../src/server/index.js";
import { launchBrowser } from "./browsers.js";
import type { Figures } from "./figures.js";
import { serveSite } from "./site.js";

const TAB_COUNTS = [1, 2, 4];

/** `1 tab`, `2 tabs` …: how figures of shared work are named. */
export const WORK_SIZES: readonly string[] = TAB_COUNTS.map(
  (count) => `${count} tab${count === 1 ? "" : "s"}`,
);

/** The demo's picture, computed by more and more tabs of one machine, one sandbox in each. */
export async function runWork(figures: Figures): Promise<void> {
  const site = await serveSite("bench/page/work.ts");
  const signaling = await createSignalingServer({ host: "127.0.0.1", port: 0 });
  const browser = await launchBrowser();
  const pages: Page[] = [];
  const room = `work-${Date.now().toString(36)}`;
  try {
    for (const [index, count] of TAB_COUNTS.entries()) {
      while (pages.length < count) pages.push(await browser.openPage(site.url));
      const place = { url: `http://127.0.0.1:${signaling.port}/`, room, others: count - 1 };
      await Promise.all(
        pages.map((page) => page.evaluate((at) => window.work.join(at.url, at.room, at.others), place)),
      );
      const { elapsedMs, members } = await (pages[0] as Page).evaluate(() => window.work.compute());
      figures.add(WORK_SIZES[index] as string, "workSeconds", elapsedMs / 1000);
      figures.add(WORK_SIZES[index] as string, "workMembers", members);
    }
  } finally {
    await browser.close();
    await signaling.close();
    site.close();
  }
}
