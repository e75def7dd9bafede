import { expect, type Page, test } from "@playwright/test";
import { type StrictSite, serveStrictSite } from "./support/strictSite.js";

let site: StrictSite;

test.beforeAll(async () => {
  site = await serveStrictSite();
});

test.afterAll(() => site.close());

const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:";

async function openStrictly(page: Page, policy: string): Promise<string[]> {
  const problems: string[] = [];
  page.on("pageerror", ({ message }) => problems.push(message));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(site.url(policy));
  return problems;
}

const run = (page: Page, code: string, input?: unknown): Promise<unknown> =>
  page.evaluate(
    ([script, given]) => window.runSandboxed(script as string, given, { timeoutMs: 1000 }),
    [code, input],
  );

test("a page that Vite built, under a strict policy, has a sandbox and breaks no rule", async ({ page }) => {
  const problems = await openStrictly(page, STRICT);
  expect(await run(page, "export const run = ({ n }) => eval('n * 2')", { n: 21 })).toBe(42);
  expect(await run(page, "export const run = ({ n }) => Function('n', 'return n * 2')(n)", { n: 21 })).toBe(
    42,
  );
  expect(await run(page, "while (true);")).toBe("sandbox-timeout");
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  expect(problems).toEqual([]);
});

test("a policy without 'wasm-unsafe-eval' is told of", async ({ page }) => {
  await openStrictly(page, STRICT.replace(" 'wasm-unsafe-eval'", ""));
  expect(await run(page, "export const run = () => 1")).toBe("sandbox-unavailable");
});

test("a policy without workers is told of", async ({ page }) => {
  await openStrictly(page, STRICT.replace("worker-src 'self'", "worker-src 'none'"));
  expect(await run(page, "export const run = () => 1")).toBe("sandbox-unavailable");
});
