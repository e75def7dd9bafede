import { expect, proveMessaging, test, untilFullMesh } from "../support/lab.js";

test("a running swarm moves to another server, another room, and other ICE servers", async ({ lab }) => {
  const [one, other] = await Promise.all([lab.startSignaling(), lab.startStockServer()]);
  const [firstRoom, secondRoom] = [lab.freshRoom(), lab.freshRoom()];
  const [mover, stayer, elsewhere, neighbour] = await lab.openPages(4);
  await Promise.all([
    mover!.join({ url: one.url, room: firstRoom }),
    stayer!.join({ url: one.url, room: firstRoom }),
    elsewhere!.join({ url: other.url, room: firstRoom }),
    neighbour!.join({ url: other.url, room: secondRoom }),
  ]);
  await untilFullMesh([mover!, stayer!]);

  await test.step("another server", async () => {
    await mover!.page.evaluate((url) => window.swarm.configureSignaling({ url }), other.url);
    await untilFullMesh([mover!, elsewhere!]);
    await stayer!.untilPeers([]);
    await proveMessaging([mover!, elsewhere!]);
    expect(one.server.rooms().flatMap(({ members }) => members)).toHaveLength(1);
    expect((await mover!.snapshot()).signaling.server).toBe(other.url.replace(/\/$/, ""));
  });

  await test.step("another room", async () => {
    await mover!.page.evaluate((room) => window.swarm.configureSignaling({ room }), secondRoom);
    await untilFullMesh([mover!, neighbour!]);
    await elsewhere!.untilPeers([]);
    await proveMessaging([mover!, neighbour!]);
    expect((await mover!.snapshot()).signaling.room).toBe(secondRoom);
  });

  await test.step("server and room at once, there and back", async () => {
    const move = (url: string, room: string): Promise<void> =>
      mover!.page.evaluate((change) => window.swarm.configureSignaling(change), { url, room });
    await move(one.url, firstRoom);
    await untilFullMesh([mover!, stayer!]);
    await move(other.url, secondRoom);
    await untilFullMesh([mover!, neighbour!]);
    await stayer!.untilPeers([]);
  });

  await test.step("ICE servers, live", async () => {
    const peerId = await mover!.peerId();
    const { linkId } = (await mover!.snapshot()).peers[0]!;
    const iceServers = [{ urls: "stun:127.0.0.1:9" }];
    await mover!.page.evaluate((change) => window.swarm.configureSignaling(change), { iceServers });
    await proveMessaging([mover!, neighbour!]);
    await elsewhere!.page.evaluate((room) => window.swarm.configureSignaling({ room }), secondRoom);
    const everybody = [mover!, neighbour!, elsewhere!];
    await untilFullMesh(everybody);
    await proveMessaging(everybody);
    expect(await mover!.peerId()).toBe(peerId);
    expect((await mover!.snapshot()).peers[0]!.linkId).toBe(linkId);
    // Links of the rooms before are still saying goodbye.
    await mover!.until(() => window.openConnections() === 2, undefined);
    const inUse = await mover!.page.evaluate(() =>
      window
        .openConnectionList()
        .map((connection) => connection.getConfiguration().iceServers?.map(({ urls }) => [urls].flat())),
    );
    expect(inUse).toEqual([[["stun:127.0.0.1:9"]], [["stun:127.0.0.1:9"]]]);
  });

  for (const page of [neighbour!, elsewhere!]) {
    await page.until(() => window.openConnections() === 2, undefined);
  }
  await stayer!.until(() => window.openConnections() === 0, undefined);
});
