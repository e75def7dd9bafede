import { randomBytes } from "node:crypto";
import {
  bandwidthOf,
  connectionOf,
  demoAddress,
  enterSwarm,
  expectFullList,
  heardEntry,
  messagesOf,
  peerRow,
  peerRows,
  say,
} from "./support/demo.js";
import { expect, type LabPage, SERVER_AWAY, test } from "./support/lab.js";

/** From now on a page notes why it thinks that a peer is gone; what is returned waits for that. */
async function reasonOfEnd({ page }: LabPage, peerId: string): Promise<() => Promise<string>> {
  const watch = await page.evaluateHandle((gone) => {
    const end = new Promise<string>((resolve) =>
      window.swarm.events.on("peer-left", (event) => {
        if (event.peerId === gone) resolve(event.reason);
      }),
    );
    return { end };
  }, peerId);
  return () => watch.evaluate(({ end }) => end);
}

/** What the bandwidth panel shows right now. */
const bandwidthShown = async (page: LabPage): Promise<{ numbers: string[]; lines: string[] }> => {
  const panel = bandwidthOf(page);
  const numbers = await Promise.all(
    ["up", "down", "total"].map((metric) => panel.locator(`[data-metric="${metric}"]`).innerText()),
  );
  const lines = await panel
    .locator(".ps-chart path[data-metric-line]")
    .evaluateAll((paths) => paths.map((path) => path.getAttribute("d") ?? ""));
  return { numbers, lines };
};

test("five tabs in one room: list, messages, bandwidth, and tabs that end", async ({ lab, baseURL }) => {
  test.setTimeout(180_000);
  const url = demoAddress(baseURL!, lab.freshRoom());
  // Four tabs of one browser and one of another, which can be killed.
  const context = await lab.openContext();
  const pages = await Promise.all([
    ...Array.from({ length: 4 }, () => lab.openPage({ url, context })),
    lab.openPage({ url, ownProcess: true }),
  ]);
  const [first, second, third, closing, killed] = pages as [LabPage, LabPage, LabPage, LabPage, LabPage];

  await test.step("nothing is opened before the visitor agrees", async () => {
    for (const { page } of pages)
      expect(await page.evaluate(() => window.swarm.store.getSnapshot().status)).toBe("off");
    await expect(connectionOf(first)).toHaveCount(0);
  });

  await test.step("ten links", async () => {
    await Promise.all(pages.map(enterSwarm));
    await expectFullList(pages);
    const links = await Promise.all(
      pages.map(async (page) => (await page.snapshot()).peers.map((peer) => peer.linkId)),
    );
    expect(new Set(links.flat()).size).toBe(10);
    await expect(connectionOf(first)).toContainText("Joined");
  });

  const ids = await Promise.all(pages.map((page) => page.peerId()));
  const [firstId, secondId, , closingId, killedId] = ids as [string, string, string, string, string];

  await test.step("a broadcast reaches four", async () => {
    await say(first, "hello everyone");
    for (const page of [second, third, closing, killed]) {
      await expect(
        heardEntry(page, { from: firstId, kind: "broadcast", text: "hello everyone" }),
      ).toHaveCount(1);
    }
    await expect(
      heardEntry(first, { from: firstId, kind: "broadcast", text: "hello everyone" }),
    ).toContainText("reached 4 peers");
  });

  await test.step("who types is seen by all, as long as they do", async () => {
    const text = messagesOf(first).getByRole("textbox", { name: "Message" });
    await text.fill("about to say");
    for (const page of [second, killed]) await expect(messagesOf(page)).toContainText("is typing…");
    await expect(messagesOf(first)).not.toContainText("is typing…");
    await text.fill("");
    for (const page of [second, killed]) await expect(messagesOf(page)).not.toContainText("typing…");
  });

  await test.step("the topic is the same for all", async () => {
    const topicOf = (page: LabPage) => messagesOf(page).getByRole("textbox", { name: "Topic of the room" });
    await topicOf(second).fill("Plans for Friday");
    await topicOf(second).press("Enter");
    for (const page of pages) await expect(topicOf(page)).toHaveValue("Plans for Friday");
  });

  await test.step("a direct message reaches exactly one", async () => {
    await say(first, "for your eyes only", { peerId: secondId });
    await expect(
      heardEntry(second, { from: firstId, kind: "direct", text: "for your eyes only" }),
    ).toHaveCount(1);
    // What was sent later has come: the direct one would be there if it came at all.
    await say(first, "and now everyone");
    for (const page of [third, closing, killed]) {
      await expect(
        heardEntry(page, { from: firstId, kind: "broadcast", text: "and now everyone" }),
      ).toHaveCount(1);
      await expect(page.page.getByText("for your eyes only")).toHaveCount(0);
    }
  });

  await test.step("the bandwidth moves", async () => {
    const before = await bandwidthShown(second);
    expect(before.lines).toHaveLength(3);
    // Random, because what repeats itself is packed and moves little.
    for (let count = 0; count < 5; count++) await say(first, randomBytes(990).toString("hex"));
    await expect(async () => {
      const now = await bandwidthShown(second);
      const [, down, total] = now.numbers.map(Number.parseFloat);
      expect(down).toBeGreaterThan(0.5);
      expect(total).toBeGreaterThan(0.5);
      now.numbers.slice(1).forEach((number, index) => {
        expect(number).not.toBe(before.numbers[index + 1]);
      });
      now.lines.slice(0, 2).forEach((line, index) => {
        expect(line).toMatch(/^M/);
        expect(line).not.toBe(before.lines[index]);
      });
    }).toPass();
  });

  const rest = [first, second, third];
  const endOfKilled = await Promise.all(rest.map((page) => reasonOfEnd(page, killedId)));
  killed.kill();

  await test.step("a closed tab says goodbye, and leaves the list with it", async () => {
    const endOfClosed = await Promise.all(rest.map((page) => reasonOfEnd(page, closingId)));
    await closing.page.close();
    for (const reason of endOfClosed) expect(await reason()).toBe("left");
    for (const page of rest) await expect(peerRow(page, closingId)).toHaveCount(0);
  });

  // Within 20 s: in simulated time that is measured, here other tests keep the processors busy.
  await test.step("a killed one, when its silence has lasted", async () => {
    for (const reason of endOfKilled) expect(await reason()).toBe("timed-out");
    for (const page of rest) await expect(peerRow(page, killedId)).toHaveCount(0);
    await expectFullList([first, second, third]);
    await say(third, "three are left");
    for (const page of [first, second])
      await expect(
        heardEntry(page, { from: ids[2]!, kind: "broadcast", text: "three are left" }),
      ).toHaveCount(1);
  });
});

test("the demo survives its signalling server's restart, and a sixth peer joins after it", async ({
  lab,
  baseURL,
}) => {
  test.setTimeout(180_000);
  lab.expectErrors(SERVER_AWAY);
  const signaling = await lab.startSignaling();
  const url = demoAddress(baseURL!, lab.freshRoom(), signaling.url);
  const pages = await lab.openPages(5, { url });
  await Promise.all(pages.map(enterSwarm));
  await expectFullList(pages);

  await signaling.stop();
  for (const page of pages) {
    await expect(connectionOf(page)).toHaveAttribute("data-state", "reconnecting");
    await expect(connectionOf(page).getByRole("timer")).toHaveText(/Next try in|Trying now/);
    await expect(peerRows(page)).toHaveCount(4);
  }
  const speakerId = await pages[0]!.peerId();
  await say(pages[0]!, "the server is away");
  for (const page of pages.slice(1)) {
    await expect(
      heardEntry(page, { from: speakerId, kind: "broadcast", text: "the server is away" }),
    ).toHaveCount(1);
  }

  await signaling.start();
  for (const page of pages) {
    // A visitor need not wait for the next try.
    await connectionOf(page).getByRole("button", { name: "Reconnect" }).click();
    await expect(connectionOf(page)).toHaveAttribute("data-state", "joined");
  }
  const sixth = await lab.openPage({ url });
  await enterSwarm(sixth);
  await expectFullList([...pages, sixth]);
  await say(sixth, "six are here");
  const sixthId = await sixth.peerId();
  for (const page of pages)
    await expect(heardEntry(page, { from: sixthId, kind: "broadcast", text: "six are here" })).toHaveCount(1);
});
