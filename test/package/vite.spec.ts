import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { viteDevPort, vitePort } from "./support/ports.js";
import { type RunningExample, startExample } from "./support/startExample.js";
import { joinThroughGate, openTabs, say } from "./support/tabs.js";

test.use({ baseURL: `http://localhost:${vitePort}` });
const devAddress = `http://localhost:${viteDevPort}/`;

let example: RunningExample | undefined;

test.beforeAll(async () => {
  // npm, Vite and three servers take seconds, more on a busy machine.
  test.setTimeout(180_000);
  example = await startExample(
    "vite",
    ["vite", "preview", "--port", String(vitePort), "--strictPort"],
    ["vite", "--port", String(viteDevPort), "--strictPort"],
  );
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

/** Edits the app as a developer does while Vite serves it, and waits until the tabs show it. */
async function edit(tabs: readonly Page[], heading: string, change: (source: string) => string) {
  const file = join(example?.folder ?? "", "src/App.tsx");
  const titled = (source: string): string =>
    source.replace(/<Chat \/>(<h1>.*<\/h1>)?/, `<Chat /><h1>${heading}</h1>`);
  writeFileSync(file, titled(change(readFileSync(file, "utf8"))));
  for (const tab of tabs) {
    await expect(tab.getByRole("heading", { name: heading })).toBeVisible({ timeout: 20_000 });
  }
}

const others = (tab: Page) => tab.locator('[data-panel="peers"] li[data-state]');
const connected = (tab: Page) => tab.locator('[data-panel="peers"] li[data-state="connected"]');

test("an edit of the app keeps the swarm, and leaves no ghost in the room where it cannot", async ({
  context,
}) => {
  test.slow();
  const { tabs, problems } = await openTabs(context, devAddress);
  await joinThroughGate(tabs);
  const [first, second] = tabs;
  await say(first, second, "before");

  await edit(tabs, "Another text", (source) => source);
  // The links are those of before: nobody had to come anew.
  for (const tab of tabs) expect(await connected(tab).count()).toBe(1);
  await say(first, second, "after an edit");
  await edit(tabs, "Another name", (source) => source.replace('"Ada"', '"Grace"'));
  await expect(others(second)).toContainText("Grace");
  await expect(second.locator('[data-panel="chat"] li')).toHaveCount(2);

  // A new hook: React mounts the component anew, and with it the swarm.
  await edit(tabs, "Another hook", (source) =>
    source.replace(/^/, 'import { useState } from "react";\n').replace("App() {", "App() {\n  useState(0);"),
  );
  await expect(second.locator('[data-panel="chat"] li')).toHaveCount(0);
  for (const tab of tabs) await expect(connected(tab)).toHaveCount(1, { timeout: 20_000 });

  // Who comes now is told at once of everyone who is in the room.
  const third = await context.newPage();
  await third.goto(devAddress);
  await expect(connected(third)).toHaveCount(2, { timeout: 20_000 });
  for (const tab of [...tabs, third]) await expect(others(tab)).toHaveCount(2);
  expect(problems).toEqual([[], []]);
});
