import { expect, type Lab, type LabPage, proveMessaging, untilFullMesh } from "../../support/lab.js";

const GONE_WITHIN_MS = 20_000;

/** A browser process dies: the others see the peer unreachable, then gone, and go on. */
export async function killedPeer(lab: Lab): Promise<void> {
  const { url } = await lab.startSignaling();
  const room = lab.freshRoom();
  const [victim, ...others] = (await Promise.all([
    lab.openPage({ ownProcess: true }),
    lab.openPage(),
    lab.openPage(),
  ])) as [LabPage, LabPage, LabPage];
  await Promise.all([victim, ...others].map((page) => page.join({ url, room })));
  await untilFullMesh([victim, ...others]);
  await proveMessaging([victim, ...others]);
  const victimId = await victim.peerId();

  victim.kill();
  const killedAtMs = Date.now();
  const ids = await Promise.all(others.map((page) => page.peerId()));
  await Promise.all(
    others.map((page, index) =>
      page.untilPeers(ids.toSpliced(index, 1), { withinMs: GONE_WITHIN_MS + killedAtMs - Date.now() }),
    ),
  );
  for (const page of others) {
    const seen = (await page.happened()).filter(
      ({ peerId, atMs }) => peerId === victimId && atMs > killedAtMs,
    );
    expect(seen.map(({ name, state, reason }) => state ?? `${name}: ${reason}`)).toEqual([
      "unreachable",
      "peer-left: timed-out",
    ]);
    console.log(
      `killed peer: ${seen.map(({ atMs }) => `${((atMs - killedAtMs) / 1000).toFixed(1)} s`).join(", ")}`,
    );
    await page.until(() => window.openConnections() === 1, undefined);
  }
  const newcomer = await lab.openPage();
  await newcomer.join({ url, room });
  await untilFullMesh([...others, newcomer]);
  await proveMessaging([...others, newcomer]);
}
