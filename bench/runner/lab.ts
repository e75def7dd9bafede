import type { Page } from "playwright";
import { createSignalingServer, type SignalingServer } from "../../src/server/index.js";
import type { Place } from "../page/contestant.js";
import { type BenchBrowser, launchBrowser } from "./browsers.js";
import { type HubServer, startHub } from "./hub.js";
import { type Site, serveSite } from "./site.js";

export type { Place } from "../page/contestant.js";

/** Two browsers, signalling for everyone, and the page with all contestants. */
export interface Lab {
  readonly browsers: readonly [BenchBrowser, BenchBrowser];
  readonly version: string;
  openPage(browser: BenchBrowser): Promise<Page>;
  /** A fresh room, the same for both pages of a pair. */
  place(chunkBytes?: number): Place;
  close(): Promise<void>;
}

export async function openLab(): Promise<Lab> {
  const site: Site = await serveSite("bench/page/index.ts");
  const hub: HubServer = await startHub();
  const signaling: SignalingServer = await createSignalingServer({ host: "127.0.0.1", port: 0 });
  const browsers = [await launchBrowser(), await launchBrowser()] as const;
  let roomCount = 0;
  return {
    browsers,
    version: browsers[0].version,
    openPage: (browser) => browser.openPage(site.url),
    place: (chunkBytes = 65_536) => ({
      room: `bench-${Date.now().toString(36)}-${++roomCount}`,
      hubUrl: hub.url,
      signalingUrl: `http://127.0.0.1:${signaling.port}/`,
      chunkBytes,
    }),
    async close() {
      for (const browser of browsers) await browser.close();
      await signaling.close();
      hub.close();
      site.close();
    },
  };
}
