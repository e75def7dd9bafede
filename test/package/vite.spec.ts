import { expect, test } from "@playwright/test";
import type { RunningCommand } from "./support/command.js";
import { vitePort } from "./support/ports.js";
import { startExample } from "./support/startExample.js";
import { joinThroughGate, openTabs, say } from "./support/tabs.js";

test.use({ baseURL: `http://localhost:${vitePort}` });

let example: RunningCommand | undefined;

test.beforeAll(async () => {
  // npm, Vite and two servers take seconds, more on a busy machine.
  test.setTimeout(180_000);
  example = await startExample("vite", ["vite", "preview", "--port", String(vitePort), "--strictPort"]);
});

test.afterAll(() => example?.stop());

test("two tabs of the Vite example, made of the packed package, meet and talk", async ({ context }) => {
  const { tabs, problems } = await openTabs(context);
  await joinThroughGate(tabs);
  const [first, second] = tabs;
  await say(first, second, "hello");
  await say(second, first, "hello yourself");

  await expect(first.locator('[data-panel="bandwidth"] svg').first()).toBeVisible();
  expect(problems).toEqual([[], []]);
});

test("the packed styles survive the app's minifier", async ({ page }) => {
  await page.goto("/");
  const panel = page.locator('[data-panel="gate"]');
  await expect(panel).toHaveCSS("border-radius", "14px");
  await expect(panel).toHaveCSS("border-top-style", "solid");
});
