import { expect, type LabPage, test } from "./support/lab.js";

/** Asks a page to send reliably, and does not wait for what becomes of it. */
function post({ page }: LabPage, agentId: string, texts: readonly string[]): Promise<void> {
  return page.evaluate(
    async ({ to, payloads }) => {
      const { swarm } = window;
      const before = swarm.store.getSnapshot().mailbox.total;
      for (const payload of payloads) void swarm.sendReliably(to, "note", payload);
      await window.untilState(swarm, ({ mailbox }) => mailbox.total === before + payloads.length);
    },
    { to: agentId, payloads: texts },
  );
}

test("letters wait for an agent that is away, through reloads of both sides, and come once, in order, sealed", async ({
  lab,
}) => {
  const { url } = await lab.startSignaling();
  const options = { url, room: lab.freshRoom(), identity: "persistent" as const, record: ["note"] };
  const [ada, bob] = (await lab.openPages(2)) as [LabPage, LabPage];
  await Promise.all([ada.join(options), bob.join(options)]);
  await Promise.all([ada.untilPeerCount(1), bob.untilPeerCount(1)]);
  const agentId = (await bob.snapshot()).self.agentId as string;

  await bob.page.goto("about:blank");
  await ada.untilPeerCount(0);
  await post(ada, agentId, ["one", "two", "three"]);
  await ada.reload();
  await ada.join(options);
  await ada.until(({ mailbox }) => mailbox.total === 3, undefined);
  await post(ada, agentId, ["four"]);

  await bob.page.goto(lab.site.url);
  await bob.create(options);
  await bob.page.evaluate(async () => {
    const sealed: unknown[] = [];
    window.swarm.on("note", (_, { mail }) => void sealed.push(mail?.isSealed));
    Object.assign(window, { sealed });
    await window.swarm.join();
  });
  const texts = async (): Promise<unknown[]> => (await bob.received()).map(({ payload }) => payload);
  await expect.poll(texts).toEqual(["one", "two", "three", "four"]);
  expect(await bob.page.evaluate(() => (window as unknown as { sealed: unknown[] }).sealed)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  await ada.until(({ mailbox }) => mailbox.total === 0, undefined);

  // What was handled is not handled again after a reload: only what is new comes.
  await bob.reload();
  await bob.join(options);
  await bob.untilPeerCount(1);
  await ada.page.evaluate((to) => window.swarm.sendReliably(to, "note", "five"), agentId);
  await expect.poll(texts).toEqual(["five"]);
});
