import { connectionOf, demoAddress, enterSwarm, expectFullList, peerRow, peersOf } from "./support/demo.js";
import { expectVisibleFocus, tabTo } from "./support/keyboard.js";
import { expect, test } from "./support/lab.js";

test("without a mouse: join, find a peer, look at it, mute it, ban it, take that back, leave", async ({
  lab,
  baseURL,
}) => {
  test.setTimeout(180_000);
  const url = demoAddress(baseURL!, lab.freshRoom());
  const [first, second, third] = [
    await lab.openPage({ url }),
    await lab.openPage({ url }),
    await lab.openPage({ url }),
  ];
  const { page } = first;
  const { keyboard } = page;
  const peers = peersOf(first);

  await test.step("the gate", async () => {
    const join = page.getByRole("button", { name: "Join swarm" });
    await tabTo(page, join);
    await expectVisibleFocus(join);
    await keyboard.press("Enter");
    await Promise.all([enterSwarm(second), enterSwarm(third)]);
    await expectFullList([first, second, third], 60_000);
  });

  const secondId = await second.peerId();
  const row = peerRow(first, secondId);

  await test.step("the filter", async () => {
    const text = peers.getByRole("searchbox", { name: "Filter peers" });
    await tabTo(page, text);
    await expectVisibleFocus(text);
    await keyboard.type(secondId.slice(0, 8));
    await expect(peers.locator(".ps-count")).toHaveText("1 of 2 shown");
    await expect(peers.getByRole("listitem")).toHaveCount(1);
  });

  await test.step("the detail", async () => {
    const control = row.locator("[data-row-control]");
    await tabTo(page, control);
    await expectVisibleFocus(control);
    await keyboard.press("Enter");
    await expect(row.locator('[data-fact="path"]')).toContainText("Direct, within one network");
    await expect(row.locator('[data-fact="path"]')).toContainText("host");
  });

  await test.step("mute and unmute", async () => {
    const mute = row.getByRole("button", { name: /^(Mute|Unmute) / });
    await tabTo(page, mute);
    await keyboard.press("Space");
    await expect(row).toHaveAttribute("data-muted", "true");
    await keyboard.press("Space");
    await expect(row).not.toHaveAttribute("data-muted", "true");
  });

  await test.step("ban, and take it back", async () => {
    await tabTo(page, row.getByRole("button", { name: /^Ban / }));
    await keyboard.press("Enter");
    await expect(row.getByRole("button", { name: "Cancel" })).toBeFocused();
    await tabTo(page, row.getByRole("button", { name: "Ban", exact: true }), "Shift+Tab");
    await keyboard.press("Enter");
    await expect(row).toHaveCount(0);
    await expect(peers.getByText("No peer matches.")).toBeVisible();
    const undo = peers.getByRole("button", { name: "Undo" });
    await expectVisibleFocus(undo);
    await keyboard.press("Enter");
    const note = peers.locator(".ps-note");
    await expect(note).toHaveText(/ is no longer banned\.$/);
    await expect(note).toBeFocused();
  });

  await test.step("show all again", async () => {
    const clear = peers.getByRole("button", { name: "Show all peers" }).first();
    await tabTo(page, clear, "Shift+Tab");
    await keyboard.press("Enter");
    await expect(peers.getByRole("searchbox")).toBeFocused();
    await expect(row).toHaveAttribute("data-state", "connected", { timeout: 30_000 });
    await expect(peers.getByRole("listitem")).toHaveCount(2);
  });

  await test.step("disconnect, and leave", async () => {
    const disconnect = connectionOf(first).getByRole("button", { name: "Disconnect" });
    await tabTo(page, disconnect, "Shift+Tab");
    await keyboard.press("Enter");
    await expect(connectionOf(first)).toHaveAttribute("data-state", "off");
    await expect(disconnect).toBeFocused();
    const leave = page.getByRole("button", { name: "Leave" });
    await tabTo(page, leave, "Shift+Tab");
    await keyboard.press("Enter");
    await expect(page.getByRole("button", { name: "Join swarm" })).toBeVisible();
  });
});
