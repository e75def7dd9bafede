import { expect, type LabPage, proveMessaging, SERVER_AWAY, test, untilFullMesh } from "../support/lab.js";

const linksOf = async (pages: readonly LabPage[]): Promise<string[][]> =>
  Promise.all(pages.map(async (page) => (await page.snapshot()).peers.map(({ linkId }) => linkId)));

const untilReconnecting = (page: LabPage): Promise<void> =>
  page.until(
    ({ status, signaling: { isConnected, reason, nextTryAtMs } }) =>
      status === "reconnecting" &&
      !isConnected &&
      (reason?.code === "signaling-lost" || reason?.code === "signaling-unreachable") &&
      nextTryAtMs !== undefined &&
      nextTryAtMs > Date.now() &&
      nextTryAtMs < Date.now() + 30_000,
    undefined,
  );

for (const ending of ["says goodbye", "vanishes"] as const) {
  test(`links outlive a signalling server that ${ending}, and its return brings newcomers`, async ({
    lab,
  }) => {
    lab.expectErrors(SERVER_AWAY);
    const signaling = await lab.startSignaling();
    const network = await lab.createNetwork(signaling);
    const url = ending === "vanishes" ? network.url : signaling.url;
    const room = lab.freshRoom();
    const pages = await lab.openPages(3);
    await Promise.all(pages.map((page) => page.join({ url, room })));
    await untilFullMesh(pages);
    const before = await linksOf(pages);

    if (ending === "vanishes") network.cutSignaling();
    await signaling.stop();
    await Promise.all(pages.map(untilReconnecting));
    await proveMessaging(pages);

    await signaling.start();
    network.restoreSignaling();
    await Promise.all(
      pages.map((page) =>
        page.until(
          ({ status, signaling: { isConnected, reason, nextTryAtMs, failedTries } }) =>
            status === "joined" && isConnected && !reason && nextTryAtMs === undefined && failedTries === 0,
          undefined,
        ),
      ),
    );
    const newcomer = await lab.openPage();
    await newcomer.join({ url, room });
    await untilFullMesh([...pages, newcomer]);
    await proveMessaging([...pages, newcomer]);

    const after = await linksOf(pages);
    after.forEach((links, index) => {
      expect(links).toEqual(expect.arrayContaining(before[index]!));
    });
    const happened = await Promise.all(pages.map((page) => page.happened()));
    expect(happened.flat().filter(({ name }) => name === "peer-left")).toEqual([]);
    const statuses = happened[0]!.filter(({ name }) => name === "status-changed").map(({ state }) => state);
    expect(statuses).toEqual(["joining", "joined", "reconnecting", "joined"]);
  });
}

test("join() before the server is up times out, and the swarm joins by itself later", async ({ lab }) => {
  lab.expectErrors(SERVER_AWAY);
  const signaling = await lab.prepareSignaling();
  const room = lab.freshRoom();
  const pages = await lab.openPages(2);
  await Promise.all(pages.map((page) => page.create({ url: signaling.url, room })));
  const outcomes = await Promise.all(
    pages.map(({ page }) =>
      page.evaluate(async () => {
        const startedAt = performance.now();
        const code = await window.swarm.join({ timeoutMs: 1500 }).then(
          () => "joined",
          (error) => error.code as string,
        );
        return { code, tookMs: performance.now() - startedAt };
      }),
    ),
  );
  for (const { code, tookMs } of outcomes) {
    expect(code).toBe("join-timeout");
    expect(tookMs).toBeGreaterThanOrEqual(1490);
    expect(tookMs).toBeLessThan(2500);
  }
  for (const page of pages) {
    await page.until(
      ({ status, signaling: { reason, failedTries } }) =>
        status === "joining" && reason?.code === "signaling-unreachable" && failedTries > 0,
      undefined,
    );
  }

  await signaling.start();
  // A second join() waits for the tries that are under way.
  await Promise.all(pages.map(({ page }) => page.evaluate(() => window.swarm.join())));
  await untilFullMesh(pages);
  await proveMessaging(pages);
});
