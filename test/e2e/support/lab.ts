import { type BrowserContext, test as base } from "@playwright/test";
import type { SignalingServerOptions } from "../../../src/server/index.js";
import { permissions } from "../../setup/chromium.js";
import { type BlankSite, serveBlankSite } from "./blankSite.js";
import { launchFreezable, launchKillable } from "./browsers.js";
import { createLabPage, type LabPage } from "./labPage.js";
import { createNetwork, type LabNetwork } from "./network.js";
import { type LabSignaling, prepareSignaling, type StockServer, startStockServer } from "./servers.js";

export { expect } from "@playwright/test";
export type { LabPage } from "./labPage.js";
export { DEADLINE_MS, proveMessaging, untilFullMesh } from "./labPage.js";
export type { LabNetwork } from "./network.js";
export type { LabSignaling, StockServer } from "./servers.js";

export interface OpenPageOptions {
  /** A browser process of its own, so that it can be killed. */
  readonly ownProcess?: boolean;
  /** A browser process of its own, in which a page can be hidden and frozen. */
  readonly canFreeze?: boolean;
  /** Default: the blank page. */
  readonly url?: string;
  /** An existing context, for tabs of one profile. */
  readonly context?: BrowserContext;
}

/** Real pages, real servers. All of it is gone after the test. */
export interface Lab {
  readonly site: BlankSite;
  /** Our signalling server, already running. */
  startSignaling(options?: SignalingServerOptions): Promise<LabSignaling>;
  /** Our signalling server, not running yet. */
  prepareSignaling(options?: SignalingServerOptions): Promise<LabSignaling>;
  startStockServer(): Promise<StockServer>;
  /** A network that can be cut, in front of a signalling server. */
  createNetwork(signaling: { readonly url: string }): Promise<LabNetwork>;
  openContext(): Promise<BrowserContext>;
  /** A blank page, in a context of its own unless told otherwise. */
  openPage(options?: OpenPageOptions): Promise<LabPage>;
  openPages(count: number, options?: OpenPageOptions): Promise<LabPage[]>;
  /** A room that no other test uses. */
  freshRoom(): string;
  /** Page and console errors that match are no failure of this test. */
  expectErrors(pattern: RegExp): void;
  /** Runs at the end of the test, the last one first. */
  onEnd(clean: () => unknown): void;
}

/** What Chromium writes on the console when a signalling server is away. */
export const SERVER_AWAY: RegExp = /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/;

let roomCount = 0;

export const test = base.extend<{ lab: Lab }, { site: BlankSite }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright wants a destructured first argument
    async ({}, use) => {
      const site = await serveBlankSite();
      await use(site);
      site.close();
    },
    { scope: "worker" },
  ],
  lab: async ({ browser, site }, use) => {
    const cleanups: (() => unknown)[] = [];
    const expected: RegExp[] = [];
    const errors: string[] = [];

    const note = (text: string): void => void errors.push(text);
    const openContext = async (): Promise<BrowserContext> => {
      const context = await browser.newContext({ permissions });
      cleanups.push(() => context.close().catch(() => undefined));
      return context;
    };
    const contextFor = async (options: OpenPageOptions): Promise<[BrowserContext, () => void]> => {
      const notKillable = (): never => {
        throw new Error("Only a page opened with ownProcess can be killed.");
      };
      if (options.context !== undefined) return [options.context, notKillable];
      if (!options.ownProcess && !options.canFreeze) return [await openContext(), notKillable];
      const own = await (options.canFreeze ? launchFreezable() : launchKillable());
      cleanups.push(own.close);
      return [own.context, own.kill];
    };

    const lab: Lab = {
      site,
      async startSignaling(options) {
        const signaling = await lab.prepareSignaling(options);
        await signaling.start();
        return signaling;
      },
      async prepareSignaling(options) {
        const signaling = await prepareSignaling(options);
        cleanups.push(() => signaling.stop());
        return signaling;
      },
      async startStockServer() {
        const stock = await startStockServer();
        cleanups.push(() => stock.stop());
        return stock;
      },
      async createNetwork(signaling) {
        const network = await createNetwork(signaling.url);
        cleanups.push(() => network.close());
        return network;
      },
      openContext,
      async openPage(options = {}) {
        const [context, kill] = await contextFor(options);
        const page = await context.newPage();
        page.on("pageerror", (error) => note(`page error: ${error.stack ?? error.message}`));
        page.on("console", (message) => {
          if (message.type() === "error") note(`console.error: ${message.text()} ${message.location().url}`);
        });
        page.on("crash", () => note("The page crashed."));
        await page.goto(options.url ?? site.url);
        return createLabPage(page, kill);
      },
      openPages: (count, options) => Promise.all(Array.from({ length: count }, () => lab.openPage(options))),
      freshRoom: () => `lab-${Date.now().toString(36)}-${++roomCount}`,
      expectErrors: (pattern) => void expected.push(pattern),
      onEnd: (clean) => void cleanups.push(clean),
    };

    await use(lab);
    for (const clean of cleanups.reverse()) await clean();
    const unexpected = errors.filter((error) => !expected.some((pattern) => pattern.test(error)));
    if (unexpected.length > 0) throw new Error(`Errors in pages:\n${unexpected.join("\n")}`);
  },
});
