import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { freshRoom, hasPeers, realSwarm, until } from "./support.js";

describe.each(["signalingUrl", "stockUrl"] as const)("a room on %s", (server) => {
  it("brings three swarms together, and messages across", async () => {
    const room = freshRoom();
    const swarms = ["ada", "bob", "cyd"].map((name) => realSwarm({ url: inject(server) }, { room, name }));
    const heard: string[] = [];
    for (const swarm of swarms) {
      swarm.on("chat", (text, { from }) => heard.push(`${from.peerId}: ${text}`));
    }
    try {
      await Promise.all(swarms.map((swarm) => swarm.join()));
      await Promise.all(swarms.map((swarm) => until(swarm, hasPeers(2))));
      const [ada] = swarms as [(typeof swarms)[0]];
      expect(ada.broadcast("chat", "hello")).toBe(2);
      await until(ada, ({ stats }) => stats.total.messagesSent > 0);
      await Promise.all(
        swarms
          .slice(1)
          .map((swarm) => until(swarm, ({ stats }) => (stats.byType.chat?.messagesReceived ?? 0) === 1)),
      );
      expect(heard).toEqual(Array(2).fill(`${ada.getSignalingStatus().peerId}: hello`));
    } finally {
      await Promise.all(swarms.map((swarm) => swarm.leave()));
    }
    expect(swarms.map((swarm) => swarm.store.getSnapshot().peers.length)).toEqual([0, 0, 0]);
  });
});

describe("a page that has no connections left", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it("says so, and goes on when there are some again", async () => {
    const room = freshRoom();
    const [ada, bob] = [
      realSwarm({ url: inject("signalingUrl") }, { room }),
      realSwarm({ url: inject("signalingUrl") }, { room }),
    ];
    await ada.join();
    vi.stubGlobal(
      "RTCPeerConnection",
      class {
        constructor() {
          throw new DOMException("Cannot create so many PeerConnections", "UnknownError");
        }
      },
    );
    await bob.join();
    const isTold = (swarm: typeof ada) =>
      until(swarm, ({ connecting }) => connecting[0]?.lastError?.code === "connections-exhausted");
    await Promise.race([isTold(ada), isTold(bob)]);
    vi.unstubAllGlobals();
    await Promise.all([ada, bob].map((swarm) => until(swarm, hasPeers(1), 30_000)));
    await Promise.all([ada.leave(), bob.leave()]);
  });
});
