import { defineConfig } from "@playwright/test";
import { chromium, permissions } from "./test/setup/chromium.js";

// Not the defaults of npm start: a demo that a developer has open must not become what is tested.
const demoPort = 5273;
const signalingPort = 8273;

// One holds what two clocks measured at the same moment against each other; the other computes on all processors,
// which starves whatever runs beside it.
const NEEDS_THE_MACHINE = ["**/numbers.spec.ts", "**/work.spec.ts"];

export default defineConfig({
  testDir: "test/e2e",
  outputDir: "test-results/e2e",
  reporter: [["list"], ["json", { outputFile: "test-results/e2e.json" }]],
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // Most of these tests wait for time-outs of real networks. Three at once were hardly quicker, and starved each other.
  workers: 2,
  timeout: 120_000,
  // No test says with it how quick something is: it is for what never comes, on a machine that is busy.
  expect: { timeout: 30_000 },
  projects: [
    { name: "together", testIgnore: NEEDS_THE_MACHINE },
    { name: "alone", testMatch: NEEDS_THE_MACHINE, dependencies: ["together"], workers: 1 },
  ],
  use: {
    baseURL: `http://localhost:${demoPort}`,
    browserName: "chromium",
    launchOptions: chromium,
    permissions,
    // Recording every page took a quarter of the run: ask for it with --trace retain-on-failure.
    trace: "off",
    video: "off",
  },
  webServer: {
    command: `node scripts/start.mjs --port ${demoPort} --signaling-port ${signalingPort} --built`,
    url: `http://localhost:${demoPort}`,
    stdout: "pipe",
    gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
  },
});
