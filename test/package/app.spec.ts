import { rmSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { type RunningCommand, startCommand } from "./support/command.js";
import { installApp } from "./support/installApp.js";
import { previewPort, signalingPort } from "./support/ports.js";

let folder: string | undefined;
const commands: RunningCommand[] = [];

test.beforeAll(async () => {
  // npm, Vite and two servers take seconds, more on a busy machine.
  test.setTimeout(120_000);
  folder = installApp();
  commands.push(
    await startCommand(folder, ["peerswarm-server", "--port", String(signalingPort)], /listens on/),
    await startCommand(
      folder,
      ["vite", "preview", "--port", String(previewPort), "--strictPort"],
      /localhost/,
    ),
  );
});

test.afterAll(async () => {
  await Promise.all(commands.map((command) => command.stop()));
  if (folder !== undefined) rmSync(folder, { recursive: true });
});

/** What a page says that it should not, as it comes. */
function listenForProblems(page: Page): string[] {
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => problems.push(`request failed: ${request.url()}`));
  return problems;
}

async function say(from: Page, to: Page, text: string): Promise<void> {
  await from.getByLabel("Message").fill(text);
  await from.getByRole("button", { name: "Send" }).click();
  await expect(to.locator("output")).toHaveText(text);
}

test("two tabs of an app made of the packed package meet and talk", async ({ context }) => {
  const tabs = [await context.newPage(), await context.newPage()] as const;
  const problems = tabs.map(listenForProblems);
  for (const tab of tabs) await tab.goto("/");
  const [first, second] = tabs;

  await first.getByRole("button", { name: "Join swarm" }).click();
  await expect(first.locator('[data-panel="peers"]')).toHaveAttribute("data-state", "empty");
  // The choice is remembered for both tabs, and heard by the other one only at its next load.
  await second.reload();
  for (const tab of tabs) {
    await expect(tab.locator('[data-panel="peers"] li[data-state="connected"]')).toHaveCount(1, {
      timeout: 20_000,
    });
  }
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
