import type { Swarm } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { expect, it } from "vitest";
import { connectedPeers, expectNothingLeft, hear, inTime, leaveAll, peersOf, until } from "./support.js";

// Two thousand links, each proven with real signatures, take ten seconds of processor time; ROOMS=50 make it a minute.
const ROOM_COUNT = Number(process.env.ROOMS ?? 10);
const ROOM_SIZE = 20;
const CROWD_LIMIT_MS = 300_000;

it(
  `${ROOM_COUNT} rooms of ${ROOM_SIZE}: everyone hears everyone of the room once, and nothing is left`,
  async () => {
    const network = memoryNetwork({ jitterMs: 2 });
    const rooms: Swarm[][] = Array.from({ length: ROOM_COUNT }, (_, room) =>
      Array.from({ length: ROOM_SIZE }, (_, seat) =>
        network.swarm({ room: `room-${room}`, name: `${seat}` }),
      ),
    );
    const swarms = rooms.flat();
    await inTime(network, Promise.all(swarms.map((swarm) => swarm.join())));
    await until(network, () => swarms.every((swarm) => connectedPeers(swarm).length === ROOM_SIZE - 1));
    await network.settle();
    expect(network.linkCount).toBe((ROOM_COUNT * ROOM_SIZE * (ROOM_SIZE - 1)) / 2);

    const heard = swarms.map((swarm) => hear(swarm));
    rooms.forEach((members, room) => {
      members.forEach((swarm, seat) => {
        expect(swarm.broadcast("chat", `${room}/${seat}`)).toBe(ROOM_SIZE - 1);
      });
    });
    await network.settle();
    swarms.forEach((swarm, index) => {
      const room = Math.floor(index / ROOM_SIZE);
      const others = Array.from({ length: ROOM_SIZE }, (_, seat) => `${room}/${seat}`).filter(
        (_, seat) => seat !== index % ROOM_SIZE,
      );
      expect(heard[index]?.map(({ payload }) => payload).sort()).toEqual(others.sort());
      expect(swarm.getStats().dropped).toEqual({});
    });

    await leaveAll(network, swarms);
    expectNothingLeft(network);
    for (const swarm of swarms) {
      expect(peersOf(swarm)).toEqual([]);
      expect(swarm.store.getSnapshot()).toMatchObject({
        status: "off",
        connecting: [],
        stats: { byPeer: {} },
      });
    }
  },
  CROWD_LIMIT_MS,
);
