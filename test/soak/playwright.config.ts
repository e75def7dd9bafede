import { defineConfig } from "@playwright/test";
import { chromium, permissions } from "../setup/chromium.js";

export default defineConfig({
  testDir: ".",
  outputDir: "../../test-results/soak",
  reporter: [["list"], ["json", { outputFile: "../../test-results/soak.json" }]],
  retries: 0,
  workers: 1,
  use: {
    browserName: "chromium",
    launchOptions: { ...chromium, args: [...(chromium.args ?? []), "--js-flags=--expose-gc"] },
    permissions,
  },
});
