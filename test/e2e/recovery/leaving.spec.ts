import { expect, type LabPage, proveMessaging, test, untilFullMesh } from "../support/lab.js";

/** Why the others think that a peer is gone: "left" and "replaced" are what they were told, not what they waited for. */
async function lossSeenBy(observers: readonly LabPage[], peerId: string): Promise<(string | undefined)[]> {
  await Promise.all(
    observers.map((observer) =>
      observer.until(
        ({ peers, connecting }, gone) => ![...peers, ...connecting].some((peer) => peer.peerId === gone),
        peerId,
      ),
    ),
  );
  const happened = await Promise.all(observers.map((observer) => observer.happened()));
  return happened.map(
    (events) => events.find((event) => event.name === "peer-left" && event.peerId === peerId)?.reason,
  );
}

test("a page that closes or goes elsewhere is gone at once", async ({ lab }) => {
  const { url } = await lab.startSignaling();
  const room = lab.freshRoom();
  const [first, second, ...leavers] = await lab.openPages(6);
  const observers = [first!, second!];
  const ends: Record<string, (leaver: LabPage) => Promise<unknown>> = {
    "leave()": (leaver) => leaver.leave(),
    "page.close()": ({ page }) => page.close(),
    "page.close({ runBeforeUnload: true })": ({ page }) => page.close({ runBeforeUnload: true }),
    "a navigation": ({ page }) => page.goto("about:blank"),
  };
  await Promise.all([...observers, ...leavers].map((page) => page.join({ url, room })));
  const everybody = [...observers, ...leavers];
  await untilFullMesh(everybody);
  for (const [name, end] of Object.entries(ends)) {
    await test.step(name, async () => {
      const leaver = leavers.shift()!;
      const peerId = await leaver.peerId();
      await end(leaver);
      expect(await lossSeenBy(observers, peerId)).toEqual(["left", "left"]);
    });
  }
  await untilFullMesh(observers);
  await proveMessaging(observers);
});

test("a reload ends in one session, and the one before it is gone at once", async ({ lab }) => {
  const { url } = await lab.startSignaling();
  const room = lab.freshRoom();
  const [first, second, reloaded] = await lab.openPages(3);
  const observers = [first!, second!];
  const everybody = [...observers, reloaded!];
  const options = { url, room, identity: "persistent" as const };
  await Promise.all(everybody.map((page) => page.join(options)));
  await untilFullMesh(everybody);
  const agentId = (await reloaded!.snapshot()).self.agentId;
  for (let round = 0; round < 3; round++) {
    const before = await reloaded!.peerId();
    await reloaded!.reload();
    const after = await reloaded!.join(options);
    expect(after).not.toBe(before);
    expect((await reloaded!.snapshot()).self.agentId).toBe(agentId);
    for (const reason of await lossSeenBy(observers, before)) expect(reason).toMatch(/^(left|replaced)$/);
    await untilFullMesh(everybody);
    await proveMessaging(everybody);
  }
});

test("a reload that nobody could be told of replaces the session before it", async ({ lab }) => {
  lab.expectErrors(/WebSocket/);
  const network = await lab.createNetwork(await lab.startSignaling());
  const { url } = network;
  const room = lab.freshRoom();
  const [first, second, reloaded] = await lab.openPages(3);
  const observers = [first!, second!];
  const everybody = [...observers, reloaded!];
  const options = { url, room, identity: "persistent" as const };
  await Promise.all(everybody.map((page) => page.join(options)));
  await untilFullMesh(everybody);
  const before = await reloaded!.peerId();

  network.cut();
  await reloaded!.reload();
  network.restore();
  await reloaded!.join(options);
  expect(await lossSeenBy(observers, before)).toEqual(["replaced", "replaced"]);
  await untilFullMesh(everybody);
  await proveMessaging(everybody);
  for (const observer of observers) {
    await observer.page.waitForFunction(() => window.openConnections() === 2, undefined, { polling: 50 });
  }
});
