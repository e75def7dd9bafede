import { expect, test } from "../support/lab.js";

const ROOMS = 50;
const AT_ONCE = 5;

test(`${ROOMS} pairs that dial each other at the same moment end with one link each`, async ({ lab }) => {
  test.setTimeout(180_000);
  const { url } = await lab.startSignaling();
  const prefix = lab.freshRoom();
  const pages = await lab.openPages(2);

  const enter = (first: number): Promise<string[][]>[] =>
    pages.map(({ page }) =>
      page.evaluate(
        async ({ url, prefix, first, atOnce }) => {
          const swarms = Array.from({ length: atOnce }, (_, index) =>
            window.createLabSwarm({ url, room: `${prefix}-${first + index}`, dialsAtOnce: true }),
          );
          window.swarms = swarms;
          await Promise.all(
            swarms.map(async (swarm) => {
              await swarm.join();
              await window.untilState(swarm, ({ peers }) => peers[0]?.roundTripMs !== undefined);
            }),
          );
          // Late second links would show up while the other rooms of this batch were finishing.
          return swarms.map((swarm) => swarm.store.getSnapshot().peers.map(({ linkId }) => linkId));
        },
        { url, prefix, first, atOnce: AT_ONCE },
      ),
    );

  let glares = 0;
  for (let first = 0; first < ROOMS; first += AT_ONCE) {
    const made = (): Promise<number[]> =>
      Promise.all(pages.map(({ page }) => page.evaluate(() => window.madeConnections)));
    const before = await made();
    const [ours, theirs] = await Promise.all(enter(first));
    for (const links of ours!) expect(links).toHaveLength(1);
    expect(ours).toEqual(theirs);
    const after = await made();
    glares += Math.max(...after.map((count, index) => count - before[index]!)) - AT_ONCE;
    // Each link still works in both directions, and no second one took its place meanwhile.
    for (const { page } of pages) {
      await page.evaluate(() => {
        for (const swarm of window.swarms) swarm.broadcast("chat", swarm.getSignalingStatus().room);
      });
    }
    const links = ours!.map(([link]) => link);
    await Promise.all(
      pages.map(({ page }) =>
        page.evaluate(async (expected) => {
          await window.untilTrue(() => window.received.length === window.swarms.length);
          window.received.length = 0;
          const now = window.swarms.map((swarm) => swarm.store.getSnapshot().peers[0]?.linkId);
          if (now.join() !== expected.join()) throw new Error(`Links changed from ${expected} to ${now}.`);
        }, links),
      ),
    );
    await Promise.all(
      pages.map(({ page }) => page.evaluate(() => Promise.all(window.swarms.map((swarm) => swarm.leave())))),
    );
  }
  console.log(`${glares} of ${ROOMS} pairs really dialled at once`);
  expect(glares).toBeGreaterThan(ROOMS / 4);
  for (const { page } of pages) {
    await page.waitForFunction(() => window.openConnections() === 0, undefined, { polling: 50 });
  }
});
