import { defineConfig } from "@playwright/test";
import { chromium, permissions } from "../setup/chromium.js";
import { signalingPort } from "./support/ports.js";

const args = [
  ...(chromium.args ?? []),
  // The examples ask for the default server, whose port may be a developer's.
  `--host-resolver-rules=MAP localhost:8000 127.0.0.1:${signalingPort}`,
];

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "../../test-results/app",
  reporter: [["list"], ["json", { outputFile: "../../test-results/app.json" }]],
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 1,
  timeout: 120_000,
  // For what never comes, on a machine that is busy.
  expect: { timeout: 30_000 },
  use: {
    browserName: "chromium",
    launchOptions: { ...chromium, args },
    permissions,
    // Recording every page took a quarter of the run: ask for it with --trace retain-on-failure.
    trace: "off",
    video: "off",
  },
});
