import type { Swarm } from "peerswarm";
import { describe, expect, inject, it } from "vitest";
import { freshRoom, hasPeers, realSwarm, until } from "./support.js";

const SECRET = "correct horse battery staple";

/** Swarms in one room of a real server, that leave it whatever happens. */
async function together(
  secrets: readonly (string | undefined)[],
  test: (swarms: Swarm[]) => Promise<void>,
): Promise<void> {
  const room = freshRoom();
  const swarms = secrets.map((secret) =>
    realSwarm({ url: inject("signalingUrl") }, { room, ...(secret === undefined ? {} : { secret }) }),
  );
  try {
    await Promise.all(swarms.map((swarm) => swarm.join()));
    await test(swarms);
  } finally {
    await Promise.all(swarms.map((swarm) => swarm.leave()));
  }
}

const failures = (swarm: Swarm): number =>
  swarm.store.getSnapshot().attempts.failures["secret-mismatch"] ?? 0;

describe("a room with a secret, over real WebRTC", () => {
  it("brings those together who know it, and messages across", () =>
    together([SECRET, SECRET], async ([ada, bob]) => {
      await Promise.all([ada, bob].map((swarm) => until(swarm as Swarm, hasPeers(1))));
      const heard: unknown[] = [];
      bob?.on("chat", (text) => heard.push(text));
      ada?.broadcast("chat", "hello");
      await until(bob as Swarm, () => heard.length > 0);
      expect(heard).toEqual(["hello"]);
      expect([ada, bob].map((swarm) => failures(swarm as Swarm))).toEqual([0, 0]);
    }));

  it.each([
    ["another one", "Correct horse battery staple"],
    ["none", undefined],
  ])("keeps out who has %s, and both sides say so", (_, other) =>
    together([SECRET, SECRET, other], async ([ada, bob, eve]) => {
      await Promise.all([ada, bob].map((swarm) => until(swarm as Swarm, hasPeers(1))));
      for (const swarm of [ada, bob, eve] as Swarm[])
        await until(swarm, ({ attempts }) => (attempts.failures["secret-mismatch"] ?? 0) > 0);
      const eveId = eve?.getSignalingStatus().peerId;
      for (const swarm of [ada, bob] as Swarm[])
        expect(swarm.store.getSnapshot().peers.map(({ peerId }) => peerId)).not.toContain(eveId);
      expect(eve?.store.getSnapshot().peers).toEqual([]);
    }),
  );
});
