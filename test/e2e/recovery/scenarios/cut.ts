import { setTimeout as delay } from "node:timers/promises";
import {
  expect,
  type Lab,
  type LabPage,
  proveMessaging,
  SERVER_AWAY,
  untilFullMesh,
} from "../../support/lab.js";

export interface CutOptions {
  readonly cutMs: number;
  /** Signalling goes away with the link, and comes back a moment before or after it. Default: it stays. */
  readonly signalingReturns?: "before" | "after";
}

const SEND_EVERY_MS = 500;
const SIGNALING_APART_MS = 4000;
// Chromium calls a silent connection disconnected after some 5 s, and failed after some 15 s.
const FAILED_AFTER_MS = 20_000;

/** Cuts the only path between two pages, which go on sending, and restores it. */
export async function cutFor(lab: Lab, { cutMs, signalingReturns }: CutOptions): Promise<void> {
  if (signalingReturns !== undefined) lab.expectErrors(SERVER_AWAY);
  const network = await lab.createNetwork(await lab.startSignaling());
  const room = lab.freshRoom();
  const pages = await lab.openPages(2);
  const [ours, theirs] = pages as [LabPage, LabPage];
  await Promise.all(pages.map((page) => page.join({ url: network.url, room, record: ["chat", "numbered"] })));
  await untilFullMesh(pages);
  await proveMessaging(pages);
  const { linkId } = (await ours.snapshot()).peers[0]!;
  const before = network.forwarded;
  await proveMessaging(pages);
  expect(network.forwarded, "the link runs through the forwarders").toBeGreaterThan(before);

  await Promise.all(pages.map(({ page }) => page.evaluate(startSending, SEND_EVERY_MS)));
  network.cut();
  if (signalingReturns !== undefined) network.cutSignaling();
  const cutAt = Date.now();
  if (cutMs >= FAILED_AFTER_MS) {
    await Promise.all(
      pages.map((page) => page.until(({ peers }) => peers[0]?.state === "unreachable", undefined)),
    );
  }
  if (signalingReturns === "before") {
    await delay(cutAt + cutMs - SIGNALING_APART_MS - Date.now());
    network.restoreSignaling();
    await Promise.all(pages.map(rejoin));
  }
  await delay(cutAt + cutMs - Date.now());
  network.restore();
  if (signalingReturns === "after") {
    await delay(SIGNALING_APART_MS);
    network.restoreSignaling();
    // One by one, as chance has it: who is back first does not take the other one for gone.
    await rejoin(ours);
    await delay(SIGNALING_APART_MS);
    await rejoin(theirs);
  }

  await untilFullMesh(pages);
  const sent = await Promise.all(pages.map(({ page }) => page.evaluate(() => window.stopSending())));
  const numbersUpTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  expect(Math.min(...sent)).toBeGreaterThanOrEqual(Math.floor(cutMs / SEND_EVERY_MS) - 1);
  await Promise.all([untilNumbers(theirs, numbersUpTo(sent[0]!)), untilNumbers(ours, numbersUpTo(sent[1]!))]);
  for (const page of pages) {
    const { peers, stats } = await page.snapshot();
    expect(peers.map((peer) => peer.linkId)).toEqual([linkId]);
    expect((await page.happened()).filter(({ name }) => name === "peer-left")).toEqual([]);
    expect(Object.keys(stats.dropped)).toEqual([]);
  }
  await proveMessaging(pages);
}

// Without it the next try may be 30 s away, and then the peer has been silent for too long.
async function rejoin(page: LabPage): Promise<void> {
  await page.page.evaluate(() => window.swarm.reconnect());
  await page.until(({ status }) => status === "joined", undefined);
}

function startSending(everyMs: number): void {
  let count = 0;
  const timer = setInterval(() => {
    if (window.swarm.broadcast("numbered", count) === 1) count++;
  }, everyMs);
  window.stopSending = () => {
    clearInterval(timer);
    return count;
  };
}

const untilNumbers = (page: LabPage, numbers: readonly number[]): Promise<void> =>
  page.until(
    (_, expected) =>
      window.received
        .filter(({ type }) => type === "numbered")
        .map(({ payload }) => payload)
        .join() === expected,
    numbers.join(),
  );
