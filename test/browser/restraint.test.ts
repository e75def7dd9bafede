import { describe, expect, inject, it } from "vitest";
import { freshRoom, hasPeers, realSwarm, until } from "./support.js";

describe("a peer that sends too much, over real WebRTC", () => {
  it("is slowed, and heard on", async () => {
    const room = freshRoom();
    const options = { room, limits: { messagesPerSecond: 200 } };
    const [ada, bob] = [
      realSwarm({ url: inject("signalingUrl") }, options),
      realSwarm({ url: inject("signalingUrl") }, { room }),
    ];
    const heard: unknown[] = [];
    ada.on("chat", (number) => heard.push(number));
    try {
      await Promise.all([ada.join(), bob.join()]);
      await Promise.all([ada, bob].map((swarm) => until(swarm, hasPeers(1))));
      for (let number = 0; number < 600; number++) bob.broadcast("chat", number);
      await until(ada, ({ peers }) => peers[0]?.restraint?.stage === "slowed");
      await until(ada, () => heard.length === 600);
      expect(heard).toEqual(Array.from({ length: 600 }, (_, number) => number));
      expect(ada.store.getSnapshot().peers[0]).toMatchObject({
        state: "connected",
        restraint: { stage: "slowed", reason: "message-rate" },
      });
    } finally {
      await Promise.all([ada.leave(), bob.leave()]);
    }
  });
});
