import "./test/setup/node20.js";
import { storybookTest } from "@storybook/addon-vitest/vitest-plugin";
import react from "@vitejs/plugin-react";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { prebundled, sourceAliases } from "./scripts/entries.mjs";
import { chromium, permissions } from "./test/setup/chromium.js";
import { LongestFirst } from "./test/setup/longestFirst.js";
import { PATIENCE_MS } from "./test/setup/patienceMs.js";

const setupFiles = ["test/setup/console.ts"];

const dom = {
  environment: "happy-dom",
  include: ["test/dom/**/*.test.{ts,tsx}"],
  setupFiles: [...setupFiles, "test/setup/dom.ts"],
};

// What renders nothing is the same on every React, compiled or not.
const rendered = ["test/dom/**/*.test.tsx"];

const browser = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: chromium, contextOptions: { permissions } }),
  instances: [{ browser: "chromium" as const }],
};

// Letters are drawn alike, however the machine is set to draw them.
const stillChromium = {
  ...chromium,
  args: [
    ...(chromium.args ?? []),
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
  ],
};

export default defineConfig({
  resolve: { alias: sourceAliases },
  test: {
    // For what never ends, on a machine that is busy; no test says with it how quick something is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: PATIENCE_MS } },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: { name: "node", environment: "node", include: ["test/node/**/*.test.ts"], setupFiles },
      },
      {
        extends: true,
        test: { ...dom, name: "dom" },
      },
      {
        extends: true,
        plugins: [react({ compiler: true, include: /\/src\/(hooks|components)\/.*\.tsx?$/ })],
        test: {
          ...dom,
          name: "compiler",
          include: rendered,
          // The rows' test puts a counter in the place of a component, which compiled modules do not get; what it is
          // about, memoisation by hand, is what the compiler makes needless.
          exclude: ["test/dom/ssr.test.tsx", "test/dom/rows.test.tsx"],
          setupFiles: [...dom.setupFiles, "test/setup/compiler.ts"],
        },
      },
      {
        extends: true,
        resolve: { alias: [{ find: /^react(-dom)?(?=$|\/)/, replacement: "react$1-18" }] },
        test: {
          ...dom,
          name: "react18",
          include: rendered,
          setupFiles: ["test/setup/react18.ts", ...dom.setupFiles],
          // ES modules that import React: only what Vite loads obeys the alias.
          server: {
            deps: { inline: ["@tanstack/react-query", "@tanstack/react-virtual", "recharts", "react-redux"] },
          },
        },
      },
      {
        extends: true,
        test: {
          name: "package",
          environment: "node",
          include: ["test/package/**/*.test.ts"],
          globalSetup: ["test/package/support/setup.ts"],
          setupFiles,
          // A compiler over all that consumers import takes seconds, and all of a processor.
          testTimeout: 180_000,
          maxConcurrency: 2,
        },
      },
      {
        extends: true,
        optimizeDeps: {
          include: [...prebundled.include, "vitest-browser-react", "fast-check"],
          entries: [...prebundled.entries, "test/browser/**/*.{ts,tsx}"],
        },
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.{ts,tsx}"],
          setupFiles,
          globalSetup: ["test/setup/signaling.ts", "test/setup/hostServer.ts"],
          browser,
        },
      },
      {
        extends: true,
        optimizeDeps: {
          include: [...prebundled.include, "storybook/test", "@storybook/react-vite"],
          entries: [...prebundled.entries, ".storybook/preview.tsx", "stories/**/*.tsx"],
        },
        test: {
          name: "visual",
          include: ["test/visual/**/*.test.tsx"],
          setupFiles,
          browser: {
            ...browser,
            provider: playwright({ launchOptions: stillChromium, contextOptions: { permissions } }),
            expect: {
              toMatchScreenshot: {
                comparatorName: "pixelmatch" as const,
                // A few for the edges of curves; the smallest chip has three times as many.
                comparatorOptions: { threshold: 0.03, allowedMismatchedPixels: 60 },
                resolveScreenshotPath: ({ arg, root, ext }) => `${root}/test/visual/references/${arg}${ext}`,
              },
            },
          },
        },
      },
      {
        extends: true,
        plugins: [storybookTest({ configDir: ".storybook" })],
        optimizeDeps: {
          include: [...prebundled.include, "storybook/test", "culori"],
          entries: [...prebundled.entries, ".storybook/preview.tsx", "stories/**/*.tsx"],
        },
        // A thousand members gather, and axe looks at each of them.
        test: { name: "storybook", setupFiles, browser, testTimeout: 120_000 },
      },
    ],
  },
});
