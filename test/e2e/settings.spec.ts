import { demoAddress, expectFullList } from "./support/demo.js";
import { jumpTo, pressKey, tabTo, typeInto } from "./support/keyboard.js";
import { expect, type Lab, type LabPage, SERVER_AWAY, test } from "./support/lab.js";
import { freePort } from "./support/servers.js";
import { type StunServerOptions, startStunServer } from "./support/stunServer.js";

const settingsOf = ({ page }: LabPage) => page.getByRole("region", { name: "Settings" });
const field = (tab: LabPage, name: string) => settingsOf(tab).getByLabel(name, { exact: true });
const button = (tab: LabPage, name: string) => settingsOf(tab).getByRole("button", { name, exact: true });
const unfold = (tab: LabPage, name: string): Promise<void> =>
  pressKey(tab.page, settingsOf(tab).locator("summary", { hasText: name }));

const enterByKeyboard = ({ page }: LabPage): Promise<void> =>
  pressKey(page, page.getByRole("button", { name: "Join swarm" }));

/** Applied, and there. */
async function expectApplied(tab: LabPage, room: string): Promise<void> {
  await expect(settingsOf(tab).getByText(`Applied. You are in “${room}”.`)).toBeVisible({ timeout: 15_000 });
}

async function openDemo(lab: Lab, base: string, count: number): Promise<{ room: string; tabs: LabPage[] }> {
  const room = lab.freshRoom();
  const tabs = await lab.openPages(count, { url: demoAddress(base, room) });
  for (const tab of tabs) {
    await enterByKeyboard(tab);
    await jumpTo(tab.page, "Inspect");
  }
  return { room, tabs };
}

async function startTurn(lab: Lab, options: StunServerOptions = {}): Promise<string> {
  const server = await startStunServer(options);
  lab.onEnd(() => server.close());
  return `127.0.0.1:${server.port}`;
}

test("with the keyboard alone: another room, another server, and both meet there", async ({
  lab,
  baseURL,
}) => {
  test.setTimeout(300_000);
  const other = await lab.startSignaling();
  const { tabs } = await openDemo(lab, baseURL!, 2);
  await expectFullList(tabs, 30_000);
  const second = lab.freshRoom();

  await test.step("another name, which others see", async () => {
    const [tab, other] = tabs as [LabPage, LabPage];
    await typeInto(tab.page, field(tab, "Your name"), "Augusta");
    await tab.page.keyboard.press("Enter");
    await expect(other.page.getByRole("region", { name: "Peers" })).toContainText("Augusta");
  });

  await test.step("another room", async () => {
    for (const tab of tabs) {
      await typeInto(tab.page, field(tab, "Room"), second);
      await expect(settingsOf(tab)).toContainText(`and join “${second}”`);
      await tab.page.keyboard.press("Enter");
      await expectApplied(tab, second);
    }
    await expectFullList(tabs);
  });

  await test.step("another server, which is tested first", async () => {
    for (const tab of tabs) {
      await typeInto(tab.page, field(tab, "Signalling server"), other.url);
      await pressKey(tab.page, button(tab, "Test server"));
      await expect(settingsOf(tab)).toContainText("It would let you into the room.");
      await pressKey(tab.page, button(tab, "Apply"));
      await expectApplied(tab, second);
    }
    await expectFullList(tabs);
    expect(other.server.rooms().map(({ room, members }) => [room, members.length])).toEqual([[second, 2]]);
  });

  await test.step("and what cannot be used leaves both where they are", async () => {
    const [tab] = tabs as [LabPage];
    const peerId = await tab.peerId();
    await typeInto(tab.page, field(tab, "Room"), " ", "Shift+Tab");
    await tab.page.keyboard.press("Enter");
    await expect(field(tab, "Room")).toHaveAttribute("aria-invalid", "true");
    await expect(field(tab, "Room")).toBeFocused();
    await pressKey(tab.page, button(tab, "Revert"));
    expect(await tab.peerId()).toBe(peerId);
    await expectFullList(tabs);
  });
});

test("a server that wants a token, and one that does not answer", async ({ lab, baseURL }) => {
  test.setTimeout(240_000);
  lab.expectErrors(SERVER_AWAY);
  const strict = await lab.startSignaling({
    authorize: ({ token }) => (token === "right" ? true : { allow: false, reason: "sign in again" }),
  });
  const { room, tabs } = await openDemo(lab, baseURL!, 2);
  await expectFullList(tabs);
  const [tab] = tabs as [LabPage];
  const peerId = await tab.peerId();

  await typeInto(tab.page, field(tab, "Signalling server"), `http://127.0.0.1:${await freePort()}`);
  await pressKey(tab.page, button(tab, "Apply"));
  await expect(settingsOf(tab)).toContainText("what you typed is still here");
  await expect(settingsOf(tab)).toContainText("Nothing answers at the signalling server");
  expect(await tab.peerId()).toBe(peerId);
  await expectFullList(tabs);

  await typeInto(tab.page, field(tab, "Signalling server"), strict.url, "Shift+Tab");
  await unfold(tab, "Token and key");
  await typeInto(tab.page, field(tab, "Token for the server"), "wrong");
  await pressKey(tab.page, button(tab, "Test server"), "Shift+Tab");
  await expect(settingsOf(tab).locator('[data-code="token-refused"]')).toBeVisible();
  await expect(settingsOf(tab).locator('[data-evidence="room-entry"]')).toContainText("sign in again");
  await typeInto(tab.page, field(tab, "Token for the server"), "right");
  await tab.page.keyboard.press("Enter");
  await expectApplied(tab, room);
  expect(strict.server.rooms().map((each) => [each.room, each.members.length])).toEqual([[room, 1]]);
  // It is not shown, and it is in no state of the swarm.
  expect(await tab.page.evaluate(() => JSON.stringify(window.swarm.store.getSnapshot()))).not.toContain(
    '"right"',
  );
  await expect(field(tab, "Token for the server")).toHaveAttribute("placeholder", "Set, not shown");
});

test("STUN and TURN servers: one that answers, one that takes us, and those that do not", async ({
  lab,
  baseURL,
}) => {
  test.setTimeout(300_000);
  const account = { username: "ada", credential: "the credential" };
  const [known, strange, silent] = await Promise.all([
    startTurn(lab, { account }),
    startTurn(lab),
    startTurn(lab, { isSilent: true }),
  ]);
  const { tabs } = await openDemo(lab, baseURL!, 2);
  await expectFullList(tabs);
  const [tab] = tabs as [LabPage];
  const linkId = (await tab.snapshot()).peers[0]!.linkId;
  await unfold(tab, "Ways to others");

  let count = 0;
  const add = async (urls: string, who?: typeof account): Promise<void> => {
    count++;
    await pressKey(tab.page, button(tab, "Add a server"));
    const row = settingsOf(tab)
      .locator(".ps-ice")
      .nth(count - 1);
    // A new row has the focus already.
    await tab.page.keyboard.type(urls);
    if (who !== undefined) {
      await typeInto(tab.page, row.getByLabel("Username"), who.username);
      await typeInto(tab.page, row.getByLabel("Credential"), who.credential);
    }
    await pressKey(tab.page, button(tab, `Test server ${count}`));
  };
  const row = (place: number) =>
    settingsOf(tab)
      .locator(".ps-ice")
      .nth(place - 1);

  await add(`stun:${known}`);
  await expect(row(1)).toContainText(/Works.*Answered after [\d.,]+ ms/s);
  await add(`turn:${known}?transport=udp`, account);
  await expect(row(2)).toContainText(/Works.*Answered after [\d.,]+ ms/s);
  await add(`turn:${strange}?transport=udp`, account);
  await expect(row(3).locator('[data-code="turn-refused"]')).toBeVisible();
  await add(`turn:${known}?transport=udp`, { username: "1600000000:ada", credential: "old" });
  await expect(row(4).locator('[data-code="turn-expired"]')).toBeVisible();
  await add(`turn:${silent}?transport=udp`, account);
  await expect(row(5)).toContainText("Testing");
  await expect(row(5).locator('[data-code="turn-unreachable"]')).toBeVisible({ timeout: 20_000 });

  await pressKey(tab.page, button(tab, "Remove server 5"));
  for (const place of [4, 3]) await pressKey(tab.page, button(tab, `Remove server ${place}`), "Shift+Tab");
  await tabTo(tab.page, button(tab, "Apply"));
  await tab.page.keyboard.press("Enter");
  await expect(settingsOf(tab)).toContainText("Applied.");
  const { peers, settings } = await tab.snapshot();
  expect(peers[0]?.linkId).toBe(linkId);
  expect(settings.transport?.iceServers).toMatchObject([
    { urls: [`stun:${known}`], hasCredential: false },
    { username: "ada", hasCredential: true },
  ]);
  expect(JSON.stringify(settings)).not.toContain(account.credential);
});

test("what is remembered is there after a reload", async ({ lab, baseURL }) => {
  const other = await lab.startSignaling();
  const { room, tabs } = await openDemo(lab, baseURL!, 1);
  const [tab] = tabs as [LabPage];
  await typeInto(tab.page, field(tab, "Signalling server"), other.url);
  await tabTo(tab.page, settingsOf(tab).getByRole("checkbox", { name: "Remember in this browser" }));
  await tab.page.keyboard.press("Space");
  await pressKey(tab.page, button(tab, "Apply"));
  await expectApplied(tab, room);
  await tab.page.reload();
  await tab.until(
    ({ status, signaling }, url) => status === "joined" && url.startsWith(signaling.server),
    other.url,
  );
});
