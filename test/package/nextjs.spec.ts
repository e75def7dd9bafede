import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import type { RunningCommand } from "./support/command.js";
import { nextPort } from "./support/ports.js";
import { startExample } from "./support/startExample.js";
import { joinThroughGate, openTabs, say } from "./support/tabs.js";

declare global {
  interface Window {
    /** What the page's Content-Security-Policy has blocked, from the page's first moment on. */
    violations: string[];
  }
}

test.use({ baseURL: `http://localhost:${nextPort}` });

let example: RunningCommand | undefined;

test.beforeAll(async () => {
  // npm, Next.js and two servers take half a minute, more on a busy machine.
  test.setTimeout(300_000);
  example = await startExample("nextjs", ["next", "start", "-H", "localhost", "-p", String(nextPort)]);
});

test.afterAll(() => example?.stop());

const watchPolicy = (context: BrowserContext): Promise<unknown> =>
  context.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      window.violations.push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });

const violationsOf = (page: Page): Promise<string[]> => page.evaluate(() => window.violations);

test("the server sends the gate and the panels, a strict policy, and no inline style", async ({
  request,
}) => {
  const response = await request.get("/");
  const policy = response.headers()["content-security-policy"] ?? "";
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "none";
  expect(policy).toMatch(/script-src 'self' 'nonce-\S+' 'strict-dynamic'/);
  expect(policy).toMatch(/style-src 'self' 'nonce-\S+'/);
  expect(policy).not.toMatch(/unsafe|\*/);

  const html = await response.text();
  const panels = [...html.matchAll(/data-panel="([^"]+)"/g)].map(([, name]) => name);
  expect(panels).toEqual(["gate", "connection", "peers", "bandwidth"]);
  expect(html.match(/<[^>]* style="[^>]*>/g)).toBeNull();
  const inline = [...html.matchAll(/<(?:script|style)\b[^>]*>/g)].map(([tag]) => tag);
  expect(inline.length).toBeGreaterThan(0);
  expect(inline.filter((tag) => !tag.includes(`nonce="${nonce}"`))).toEqual([]);
});

test("each request has a nonce of its own", async ({ request }) => {
  const policies = [await request.get("/"), await request.get("/")].map(
    (response) => response.headers()["content-security-policy"],
  );
  expect(new Set(policies).size).toBe(2);
});

test("two tabs of the Next.js example meet and talk, and its policy blocks nothing", async ({ context }) => {
  await watchPolicy(context);
  const { tabs, problems } = await openTabs(context);
  await joinThroughGate(tabs);
  const [first, second] = tabs;
  await say(first, second, "hello");
  await say(second, first, "hello yourself");

  const chart = first.locator('[data-panel="bandwidth"] .recharts-line path').first();
  await expect(chart).toHaveAttribute("d", /L/);
  // The reading under the pointer moves by styles that scripts set.
  await first.locator('[data-panel="bandwidth"] .ps-chart').hover();
  await expect(first.locator(".ps-reading")).toBeVisible();
  for (const tab of tabs) expect(await violationsOf(tab)).toEqual([]);
  expect(problems).toEqual([[], []]);
});

test("a page that is not there obeys the policy too", async ({ context, page }) => {
  await watchPolicy(context);
  await page.goto("/nowhere");
  await expect(page.getByRole("heading")).toHaveText("There is no such page");
  expect(await violationsOf(page)).toEqual([]);
});

test("the watch on the policy sees what the policy blocks", async ({ context, page }) => {
  await watchPolicy(context);
  await page.goto("/");
  await page.evaluate(() => document.querySelector("main")?.setAttribute("style", "color: red"));
  await expect.poll(() => violationsOf(page)).toEqual(["style-src-attr: inline "]);
});
