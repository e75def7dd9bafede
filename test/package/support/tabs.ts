import { type BrowserContext, expect, type Page } from "@playwright/test";

/** What a page says that it should not, as it comes. */
export function listenForProblems(page: Page): readonly string[] {
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught: ${error.message}`));
  page.on("requestfailed", (request) => problems.push(`request failed: ${request.url()}`));
  return problems;
}

/** Two tabs of one browser that show the example, and what each complains of. */
export async function openTabs(context: BrowserContext, url = "/") {
  const tabs = [await context.newPage(), await context.newPage()] as const;
  const problems = tabs.map(listenForProblems);
  for (const tab of tabs) await tab.goto(url);
  return { tabs, problems };
}

/** Joins in both tabs through the gate, and waits until each shows the other as connected. */
export async function joinThroughGate([first, second]: readonly [Page, Page]): Promise<void> {
  await first.getByRole("button", { name: "Join swarm" }).click();
  await expect(first.locator('[data-panel="peers"]')).toHaveAttribute("data-state", "empty");
  // The choice is remembered for both tabs, and heard by the other one only at its next load.
  await second.reload();
  for (const tab of [first, second]) {
    await expect(tab.locator('[data-panel="peers"] li[data-state="connected"]')).toHaveCount(1, {
      timeout: 20_000,
    });
  }
}

/** Sends a line of the examples' chat, and waits until the other tab shows it. */
export async function say(from: Page, to: Page, text: string): Promise<void> {
  await from.getByLabel("Message").fill(text);
  await from.getByRole("button", { name: "Send" }).click();
  await expect(to.locator('[data-panel="chat"] li').last()).toContainText(text);
}
