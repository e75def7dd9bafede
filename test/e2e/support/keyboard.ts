import type { Locator, Page } from "@playwright/test";
import { expect } from "./lab.js";

// More stops than the demo has.
const MOST_STOPS = 300;

/** Presses Tab, with Shift where it lies before, until this has the focus: what the keyboard cannot reach is not reached. */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(target).toBeVisible();
  const element = await target.elementHandle();
  const hasFocus = () => element?.evaluate((node) => node === document.activeElement);
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (await hasFocus()) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${MOST_STOPS} times ${key} does not lead to ${target}.`);
}

/** Jumps to a part of the demo by its link, as somebody does who knows the page. */
export async function jumpTo(page: Page, section: string): Promise<void> {
  const links = page.getByRole("navigation", { name: "Sections" });
  await pressKey(page, links.getByRole("link", { name: section }));
}

/** Moves the focus there and presses it. */
export async function pressKey(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await tabTo(page, target, key);
  await page.keyboard.press("Enter");
}

/** Moves the focus there and types over what is there. */
export async function typeInto(
  page: Page,
  target: Locator,
  text: string,
  key: "Tab" | "Shift+Tab" = "Tab",
): Promise<void> {
  await tabTo(page, target, key);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(text);
}

/** Whoever cannot see the pointer has to see the focus. */
export async function expectVisibleFocus(target: Locator): Promise<void> {
  await expect(target).toBeFocused();
  const outline = await target.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline).not.toBe("none");
}
