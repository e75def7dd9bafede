import { demoAddress, expectFullList } from "./support/demo.js";
import { jumpTo, pressKey } from "./support/keyboard.js";
import { expect, type LabPage, test } from "./support/lab.js";

const votesOf = ({ page }: LabPage) => page.getByRole("region", { name: "Consensus" });

test("with the keyboard alone: propose, cast a ballot, and see the certificate verified", async ({
  lab,
  baseURL,
}) => {
  test.setTimeout(180_000);
  const tabs = (await lab.openPages(2, { url: demoAddress(baseURL!, lab.freshRoom()) })) as [
    LabPage,
    LabPage,
  ];
  const [ada, bob] = tabs;
  for (const { page } of tabs) {
    await pressKey(page, page.getByRole("button", { name: "Join swarm" }));
    await jumpTo(page, "Votes");
  }
  await expectFullList(tabs, 30_000);

  await pressKey(ada.page, votesOf(ada).getByRole("button", { name: "Propose…" }));
  // The form has the focus.
  await ada.page.keyboard.type("Paint the door green");
  await ada.page.keyboard.press("Tab");
  await ada.page.keyboard.type("It has been grey for ten years.");
  await pressKey(ada.page, votesOf(ada).getByRole("button", { name: "Put to the vote" }));

  for (const tab of tabs) {
    const row = votesOf(tab).getByRole("listitem").filter({ hasText: "Paint the door green" });
    await expect(row).toBeVisible();
    const yes = row.getByRole("button", { name: "Yes: Paint the door green" });
    // The proposer has voted with its proposal, where it says so.
    if (tab === bob || (await yes.isVisible())) await pressKey(tab.page, yes);
  }
  for (const tab of tabs) {
    await expect(votesOf(tab).locator('[data-outcome="approved"]')).toBeVisible({ timeout: 20_000 });
    const disclosure = votesOf(tab).getByRole("button", { name: /^Paint the door green/, expanded: false });
    await pressKey(tab.page, disclosure, "Shift+Tab");
    const verify = votesOf(tab).getByRole("button", {
      name: "Verify the certificate of Paint the door green",
    });
    await pressKey(tab.page, verify);
    await expect(votesOf(tab).locator('[data-valid="true"]')).toBeVisible();
  }
});
