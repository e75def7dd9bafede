import { setTimeout as delay } from "node:timers/promises";
import { expect, type Lab, type LabPage, proveMessaging, untilFullMesh } from "../../support/lab.js";

const FROZEN_MS = 20_000;

/** One tab, opened with `canFreeze`, runs nothing for a while; the others keep it, and it catches up. */
export async function frozenTab(lab: Lab, frozen: LabPage): Promise<void> {
  const { url } = await lab.startSignaling();
  const room = lab.freshRoom();
  const others = await lab.openPages(2);
  const pages = [frozen, ...others];
  // Short heartbeats: the silence has to be noticed while it lasts.
  await Promise.all(pages.map((page) => page.join({ url, room, heartbeatMs: 2000 })));
  await untilFullMesh(pages);
  const frozenId = await frozen.peerId();
  const linkIds = (await frozen.snapshot()).peers.map((peer) => peer.linkId);

  const devtools = await frozen.page.context().newCDPSession(frozen.page);
  await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
  const wakeAt = Date.now() + FROZEN_MS;
  await Promise.all(
    others.map(({ page }) =>
      page.evaluate((peerId) => {
        for (let number = 0; number < 20; number++) window.swarm.send(peerId, "chat", `backlog ${number}`);
      }, frozenId),
    ),
  );
  await Promise.all(
    others.map((page) =>
      page.until(
        ({ peers }, peerId) => peers.find((peer) => peer.peerId === peerId)?.state === "asleep",
        frozenId,
      ),
    ),
  );
  await proveMessagingBetweenAwake(others);
  await delay(wakeAt - Date.now());
  await devtools.send("Page.setWebLifecycleState", { state: "active" });

  await untilFullMesh(pages);
  const backlog = Array.from({ length: 20 }, (_, number) => `backlog ${number}`);
  for (const page of others) await frozen.untilReceivedFrom(await page.peerId(), backlog);
  expect((await frozen.snapshot()).peers.map((peer) => peer.linkId)).toEqual(linkIds);
  for (const page of pages) {
    expect((await page.happened()).filter(({ name }) => name === "peer-left")).toEqual([]);
  }
  await proveMessaging(pages);
}

async function proveMessagingBetweenAwake([one, other]: readonly LabPage[]): Promise<void> {
  const otherId = await other!.peerId();
  await one!.page.evaluate((peerId) => window.swarm.send(peerId, "chat", "are you awake?"), otherId);
  await other!.untilReceivedFrom(await one!.peerId(), ["are you awake?"]);
}
