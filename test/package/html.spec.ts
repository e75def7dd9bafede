import { expect, type Page, test } from "@playwright/test";
import type { RunningCommand } from "./support/command.js";
import { htmlPort } from "./support/ports.js";
import { startExample } from "./support/startExample.js";
import { joinThroughGate, openTabs } from "./support/tabs.js";

test.use({ baseURL: `http://localhost:${htmlPort}` });

let example: RunningCommand | undefined;

test.beforeAll(async () => {
  // npm and two servers take seconds, more on a busy machine.
  test.setTimeout(180_000);
  example = await startExample("html", ["--call", `node serve.mjs ${htmlPort}`]);
});

test.afterAll(() => example?.stop());

const statusOf = (page: Page) => page.evaluate(() => document.querySelector("swarm-widget")?.getStatus());

/** What the page's policy has stopped since it was loaded. */
const violationsOf = (page: Page) =>
  page.evaluate(() => (globalThis as { violations?: string[] }).violations);

test("two tabs with one script tag meet, under a strict Content-Security-Policy", async ({ context }) => {
  await context.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(globalThis, { violations });
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
      violations.push(`${violatedDirective} ${blockedURI} ${sample}`),
    );
  });
  const { tabs, problems } = await openTabs(context);
  expect(await statusOf(tabs[0])).toMatchObject({ state: "disabled", primaryMetric: "0 peers" });
  await joinThroughGate(tabs);
  for (const tab of tabs) {
    await expect.poll(() => statusOf(tab)).toMatchObject({ state: "active", primaryMetric: "1 peer" });
    await expect(tab.locator('[data-panel="bandwidth"] svg').first()).toBeVisible();
    expect(await violationsOf(tab)).toEqual([]);
  }
  expect(problems).toEqual([[], []]);
});

test("the page's policy is the strict one, and its violations would be seen", async ({ page }) => {
  const response = await page.goto("/");
  const policy = response?.headers()["content-security-policy"];
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("unsafe");
  const seen = page.waitForEvent("console", (message) => message.text().includes("Content Security Policy"));
  await page.evaluate(() => document.body.setAttribute("style", "color: red"));
  await seen;
});

test("the page's own styles reach the widget", async ({ page }) => {
  await page.goto("/");
  const gate = page.locator('[data-panel="gate"]');
  await expect(gate).toHaveCSS("border-radius", "6px");
  await expect(gate).toHaveCSS("border-top-style", "solid");
  await expect(page.getByRole("button", { name: "Join swarm" })).toHaveCSS(
    "background-color",
    "rgb(122, 63, 242)",
  );
});
