import { expect, type LabPage, SERVER_AWAY, test, untilFullMesh } from "../e2e/support/lab.js";
import { startTraffic, type Tally } from "./traffic.js";

const MINUTES = Number(process.env.SOAK_MINUTES ?? 10);
const PAGES = 3;
const FILE_BYTES = 2 * 1024 * 1024;
/** Between two cuts; each lasts 3 to 12 s, and every third one takes signalling along. */
const CUT_EVERY_MS = 25_000;
const SAMPLE_EVERY_MS = 10_000;
/** Caches, rings and compiled code fill up first. */
const WARM_UP_SHARE = 0.3;
const MEBIBYTE = 1024 * 1024;

test(`${MINUTES} minutes of mixed traffic over links that are cut and restored`, async ({ lab }) => {
  test.setTimeout((MINUTES + 4) * 60_000);
  lab.expectErrors(SERVER_AWAY);
  const signaling = await lab.startSignaling();
  const network = await lab.createNetwork(signaling);
  const pages = await lab.openPages(PAGES, { ownProcess: true });
  const room = lab.freshRoom();
  for (const { join } of pages) await join({ url: network.url, room, iceServers: [], record: [] });
  await untilFullMesh(pages);
  const linksBefore = await Promise.all(pages.map(linksOf));
  for (const { page } of pages) await page.evaluate(startTraffic, { fileBytes: FILE_BYTES });

  const heaps: number[][] = [];
  const endMs = Date.now() + MINUTES * 60_000;
  let cuts = 0;
  let nextCutMs = Date.now() + CUT_EVERY_MS;
  while (Date.now() < endMs) {
    await pages[0]?.page.waitForTimeout(Math.max(0, Math.min(SAMPLE_EVERY_MS, endMs - Date.now())));
    if (Date.now() >= nextCutMs) {
      cuts++;
      const withSignaling = cuts % 3 === 0;
      network.cut();
      if (withSignaling) network.cutSignaling();
      await pages[0]?.page.waitForTimeout(3000 + ((cuts * 3571) % 9000));
      network.restore();
      if (withSignaling) network.restoreSignaling();
      nextCutMs = Date.now() + CUT_EVERY_MS;
    }
    heaps.push(await Promise.all(pages.map(heapOf)));
  }
  await untilFullMesh(pages, { withinMs: 60_000 });
  await Promise.all(pages.map(({ page }) => page.evaluate(() => window.stopTraffic())));
  await Promise.all(
    pages.map(({ page }) => page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 2000)))),
  );

  const ids = await Promise.all(pages.map(({ page }) => page.evaluate(identityOf)));
  const tallies = await Promise.all(pages.map(({ page }) => page.evaluate(() => window.tally)));
  report(tallies, heaps, cuts);
  // Cuts of this length are mended by ICE restarts: a link that was replaced would excuse losses.
  expect(await Promise.all(pages.map(linksOf))).toEqual(linksBefore);
  expectNothingLost(tallies, ids);
  expectFlat(heaps);
});

const linksOf = async (page: LabPage): Promise<string[]> =>
  (await page.snapshot()).peers.map(({ linkId }) => linkId).sort();

async function heapOf({ page }: LabPage): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = (await session.send("Runtime.getHeapUsage")) as { usedSize: number };
  await session.detach();
  return usedSize;
}

interface Ids {
  readonly peerId: string;
  readonly agentId: string;
}

function identityOf(): Ids {
  const { self } = window.swarm.store.getSnapshot();
  return { peerId: self.peerId ?? "", agentId: self.agentId ?? "" };
}

function expectNothingLost(tallies: readonly Tally[], ids: readonly Ids[]): void {
  for (const [index, tally] of tallies.entries()) {
    const { peerId, agentId } = ids[index] as Ids;
    for (const [other, theirs] of tallies.entries()) {
      if (other === index) continue;
      const to = (ids[other] as Ids).peerId;
      for (const lane of ["control", "bulk"]) {
        const sent = tally.sent[lane]?.[to] ?? 0;
        expect(sent, `${lane} messages`).toBeGreaterThan(0);
        expect(theirs.received[lane]?.[peerId], `${lane} ${peerId} → ${to}`).toEqual({
          received: sent,
          missing: 0,
          repeated: 0,
        });
      }
      const datagrams = theirs.received.datagram?.[peerId]?.received ?? 0;
      expect(datagrams, "datagrams are never repeated").toBeLessThanOrEqual(tally.sent.datagram?.[to] ?? 0);
      expect(datagrams).toBeGreaterThan(0);
      expect(theirs.letters.received[agentId]).toEqual({
        received: tally.letters.accepted[(ids[other] as Ids).agentId],
        missing: 0,
        repeated: 0,
      });
    }
    expect(tally.requests).toMatchObject({ wrong: 0, failed: {}, answered: tally.requests.asked });
    expect(tally.letters.failed).toEqual({});
    expect(tally.files).toMatchObject({ wrong: 0, failed: {}, done: tally.files.begun });
  }
}

/** After the warm-up no page's heap may grow by more than a mebibyte, from the first third to the last. */
function expectFlat(heaps: readonly number[][]): void {
  const settled = heaps.slice(Math.ceil(heaps.length * WARM_UP_SHARE));
  const third = Math.max(1, Math.floor(settled.length / 3));
  for (let page = 0; page < PAGES; page++) {
    const lows = (part: readonly number[][]): number => Math.min(...part.map((sample) => sample[page] ?? 0));
    const growth = lows(settled.slice(-third)) - lows(settled.slice(0, third));
    expect(growth / MEBIBYTE, `growth of page ${page}`).toBeLessThan(1);
  }
}

function report(tallies: readonly Tally[], heaps: readonly number[][], cuts: number): void {
  const sum = (pick: (tally: Tally) => number): number =>
    tallies.reduce((total, tally) => total + pick(tally), 0);
  const messages = sum(({ sent }) =>
    Object.values(sent)
      .flatMap((to) => Object.values(to))
      .reduce((a, b) => a + b, 0),
  );
  const letters = sum(({ letters: { acknowledged } }) => acknowledged);
  const files = sum(({ files: { done } }) => done);
  const megabytes = Math.round(sum(({ files: { bytes } }) => bytes) / 1e6);
  console.log(
    `${cuts} cuts; ${messages} messages, ${sum(({ requests }) => requests.answered)} requests, ${letters} letters, ` +
      `${files} files of ${megabytes} MB`,
  );
  const inMebibytes = (sample: readonly number[] | undefined): string =>
    (sample ?? []).map((bytes) => (bytes / MEBIBYTE).toFixed(2)).join(" ");
  for (const [index, sample] of heaps.entries()) console.log(`heap ${index}: ${inMebibytes(sample)} MiB`);
}
