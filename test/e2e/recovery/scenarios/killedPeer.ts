import { expect, type Lab, proveMessaging, untilFullMesh } from "../../support/lab.js";

// Whoever dialled a link sees its end differently: with four there are links of both kinds.
const VICTIMS = 4;

/** A browser process dies: the others see its pages unreachable, then gone, and go on. */
export async function killedPeer(lab: Lab): Promise<void> {
  const { url } = await lab.startSignaling();
  const room = lab.freshRoom();
  const firstVictim = await lab.openPage({ ownProcess: true });
  const victims = [
    firstVictim,
    ...(await lab.openPages(VICTIMS - 1, { context: firstVictim.page.context() })),
  ];
  const others = await lab.openPages(2);
  await Promise.all([...victims, ...others].map((page) => page.join({ url, room })));
  await untilFullMesh([...victims, ...others]);
  await proveMessaging([...victims, ...others]);
  const victimIds = await Promise.all(victims.map((victim) => victim.peerId()));

  firstVictim.kill();
  const killedAtMs = Date.now();
  const ids = await Promise.all(others.map((page) => page.peerId()));
  // 20 s are promised, and measured in simulated time; here ten other scenarios keep the processors busy meanwhile.
  await Promise.all(others.map((page, index) => page.untilPeers(ids.toSpliced(index, 1))));
  for (const page of others) {
    const happened = (await page.happened()).filter(({ atMs }) => atMs > killedAtMs);
    for (const victimId of victimIds) {
      const seen = happened.filter(({ peerId }) => peerId === victimId);
      const states = seen.map(({ name, state, reason }) => state ?? `${name}: ${reason}`);
      // In between Chromium may believe for a moment in another of its candidate pairs.
      expect(states.join()).toMatch(/^unreachable(,connected,unreachable)*,peer-left: timed-out$/);
    }
    const goneMs = happened.filter(({ name }) => name === "peer-left").map(({ atMs }) => atMs - killedAtMs);
    console.log(`killed pages gone after ${goneMs.map((ms) => (ms / 1000).toFixed(1)).join(", ")} s`);
    await page.until(() => window.openConnections() === 1, undefined);
  }
  const newcomer = await lab.openPage();
  await newcomer.join({ url, room });
  await untilFullMesh([...others, newcomer]);
  await proveMessaging([...others, newcomer]);
}
