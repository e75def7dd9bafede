import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Browser, type BrowserContext, chromium } from "@playwright/test";
import { chromium as options, permissions } from "../../setup/chromium.js";

/** A browser process that one test has for itself. */
export interface OwnBrowser {
  readonly context: BrowserContext;
  /** SIGKILL: no page can do anything any more. */
  kill(): void;
  close(): Promise<void>;
}

// The whole group: a surviving network process would keep the links alive.
const killGroup = (pid: number | undefined): void => {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
};

export async function launchKillable(): Promise<OwnBrowser> {
  const server = await chromium.launchServer(options);
  const browser = await chromium.connect(server.wsEndpoint());
  const context = await browser.newContext({ permissions });
  let isDead = false;
  return {
    context,
    kill() {
      isDead = true;
      killGroup(server.process().pid);
    },
    close: async () => (isDead ? undefined : server.close()),
  };
}

// Rarely, Chromium takes the connection and never answers on it: what is started anew is the tool, not what is tested.
const ANSWERS_WITHIN_MS = 30_000;
const STARTS = 3;

/**
 * Playwright pretends to every page that it has the focus, and a page with the focus cannot be frozen. Only the
 * default context of a browser that it did not start itself is left as it is.
 */
export async function launchFreezable(): Promise<OwnBrowser> {
  for (let start = 1; ; start++) {
    try {
      return await startFreezable();
    } catch (error) {
      if (start === STARTS) throw error;
    }
  }
}

async function startFreezable(): Promise<OwnBrowser> {
  const profile = mkdtempSync(join(tmpdir(), "peerswarm-browser-"));
  const child = spawn(
    options.executablePath ?? "chromium",
    [...(options.args ?? []), "--headless=new", "--remote-debugging-port=0", `--user-data-dir=${profile}`],
    { detached: true, stdio: ["ignore", "ignore", "pipe"] },
  );
  let isDead = false;
  const gone = once(child, "exit");
  const kill = (): void => {
    if (!isDead) killGroup(child.pid);
    isDead = true;
  };
  const endpoint = await new Promise<string>((resolve, reject) => {
    createInterface(child.stderr).on("line", (line) => {
      const [, found] = /^DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    void gone.then(() => reject(new Error("Chromium ended before it listened.")));
  });
  const browser: Browser = await chromium
    .connectOverCDP(endpoint, { noDefaults: true, timeout: ANSWERS_WITHIN_MS })
    .catch(async (error: unknown) => {
      kill();
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      throw error;
    });
  const [context] = browser.contexts();
  if (context === undefined) throw new Error("Chromium has no default context.");
  await context.grantPermissions(permissions);
  return {
    context,
    kill,
    async close() {
      kill();
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
