import type { Swarm } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import {
  agentOf,
  connectedPeers,
  dropped,
  gather,
  hear,
  idOf,
  inTime,
  leaveNothing,
  payloads,
  peersOf,
  record,
  tabs,
  until,
  view,
} from "./support.js";

type Two = [Swarm, Swarm];

async function joinWithout(network: ReturnType<typeof memoryNetwork>, swarms: readonly Swarm[]) {
  await inTime(network, Promise.all(swarms.map((swarm) => swarm.join())));
  await network.advance(15_000);
}

describe("mute", () => {
  it("drops what an agent says, counted, while its link and its profile live on", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    const [ada, bob] = swarms as Two;
    await gather(network, swarms);
    const heard = hear(bob);
    bob.mute(agentOf(ada));
    expect(view(bob, ada)?.isMuted).toBe(true);
    ada.broadcast("chat", "unheard");
    ada.announce({ name: "Ada II" });
    await network.settle();
    expect(heard).toEqual([]);
    expect(dropped(bob)).toMatchObject({ muted: 1 });
    expect(view(bob, ada)).toMatchObject({ state: "connected", profile: { name: "Ada II" } });
    bob.unmute(agentOf(ada));
    ada.broadcast("chat", "heard");
    await network.settle();
    expect(payloads(heard)).toEqual(["heard"]);
    expect(view(bob, ada)?.isMuted).toBe(false);
    await leaveNothing(network, swarms);
  });

  it("holds for an agent that comes back as another peer", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    const [ada, bob] = swarms as Two;
    await gather(network, swarms);
    // A session identity is made anew for each join, so the agent is kept by hand.
    bob.mute(agentOf(ada));
    const agentId = agentOf(ada);
    await inTime(network, bob.leave());
    await gather(network, swarms);
    expect(view(bob, ada)).toMatchObject({ agentId, isMuted: true });
    await leaveNothing(network, swarms);
  });
});

describe("ban", () => {
  it("closes the link on both ends with the reason, and refuses the agent from then on", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    const [ada, bob] = swarms as Two;
    await gather(network, swarms);
    const [seenByAda, seenByBob] = [record(ada, "peer-left"), record(bob, "peer-left")];
    const agentId = agentOf(ada);
    bob.ban(agentId);
    await network.settle();
    expect(seenByBob).toMatchObject([{ agentId, reason: "banned" }]);
    expect(seenByAda).toMatchObject([{ reason: "banned" }]);
    await network.advance(120_000);
    expect(peersOf(ada)).toEqual([]);
    expect(peersOf(bob)).toEqual([]);
    expect(network.linkCount).toBe(0);
    bob.unban(agentId);
    await until(network, () => connectedPeers(bob).length === 1, 180_000);
    await leaveNothing(network, swarms);
  });

  it("within a handler leaves no counter of the banned one", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    const [ada, bob] = swarms as Two;
    await gather(network, swarms);
    bob.on("chat", (_, { from }) => bob.ban(from.agentId));
    ada.broadcast("chat", 1);
    ada.broadcast("chat", 2);
    await network.settle();
    expect(peersOf(bob)).toEqual([]);
    expect(bob.getStats().byPeer).toEqual({});
    expect(bob.getStats().byType.chat?.messagesReceived).toBe(1);
    await leaveNothing(network, swarms);
  });
});

describe("ban", () => {
  it("holds for an agent that is still proving itself", async () => {
    const network = memoryNetwork();
    let letIn: () => void = () => undefined;
    const ada = network.swarm({
      admit: () =>
        new Promise((resolve) => {
          letIn = () => resolve(true);
        }),
    });
    const bob = network.swarm();
    await inTime(network, Promise.all([ada.join(), bob.join()]));
    await network.advance(4000);
    // Bob has welcomed Ada, Ada's app still thinks about Bob.
    bob.ban(agentOf(ada));
    const joined = record(bob, "peer-joined");
    letIn();
    await network.advance(1000);
    expect(joined).toEqual([]);
    expect(peersOf(bob)).toEqual([]);
    expect(network.linkCount).toBe(0);
    await leaveNothing(network, [ada, bob]);
  });
});

describe("admit", () => {
  it("is told who asks, and lets in", async () => {
    const network = memoryNetwork();
    const asked: unknown[] = [];
    const ada = network.swarm();
    const bob = network.swarm({
      admit: (peer) => {
        asked.push(peer);
        return Promise.resolve(true);
      },
    });
    await gather(network, [ada, bob]);
    expect(asked).toEqual([{ peerId: idOf(ada), agentId: agentOf(ada) }]);
    await leaveNothing(network, [ada, bob]);
  });

  it.each([
    ["false", () => false, "The app did not admit this peer."],
    ["a text", () => "members only", "members only"],
    ["an empty text", () => "", undefined],
    ["a promise of a text", () => Promise.resolve("members only"), "members only"],
  ])("refuses with %s, visible to neither as a peer, with the reason told to both", async (_, admit, why) => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm({ admit })];
    const joined = [record(ada, "peer-joined"), record(bob, "peer-joined")];
    await joinWithout(network, [ada, bob]);
    expect(joined).toEqual([[], []]);
    for (const swarm of [ada, bob]) {
      const [connecting] = swarm.store.getSnapshot().connecting;
      expect(connecting?.lastError).toMatchObject({ code: "peer-refused" });
      if (why !== undefined) expect(connecting?.lastError?.message).toContain(why);
    }
    await network.advance(10_000);
    expect(network.linkCount).toBe(0);
    await leaveNothing(network, [ada, bob]);
  });

  it("that throws refuses, and the swarm goes on with the others", async () => {
    const network = memoryNetwork();
    let unwelcome = "";
    const ada = network.swarm();
    const bob = network.swarm({
      admit: ({ peerId }) => {
        if (peerId === unwelcome) throw new Error("the database is down");
        return true;
      },
    });
    await inTime(network, bob.join());
    network.behaviour.latencyMs = 100;
    const joining = ada.join();
    await until(network, () => ada.store.getSnapshot().self.peerId !== undefined, 1000, 1);
    unwelcome = idOf(ada);
    await inTime(network, joining);
    await network.advance(15_000);
    expect(peersOf(bob)).toEqual([]);
    expect(bob.store.getSnapshot().connecting[0]?.lastError?.message).toContain("the database is down");
    const carl = network.swarm();
    await inTime(network, carl.join());
    await until(network, () => connectedPeers(bob).length === 1);
    await leaveNothing(network, [ada, bob, carl]);
  });

  it("that never resolves ends in a handshake time-out, again and again, without piling up", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm({ admit: () => new Promise(() => undefined) })];
    await inTime(network, Promise.all([ada.join(), bob.join()]));
    await network.advance(180_000);
    expect(peersOf(ada)).toEqual([]);
    expect(peersOf(bob)).toEqual([]);
    expect(network.linkCount).toBeLessThanOrEqual(1);
    expect(dropped(bob)["connect:handshake-timeout"]).toBeGreaterThan(1);
    await leaveNothing(network, [ada, bob]);
  });
});

describe("announce", () => {
  it("changes what this member says of itself, and tells everyone", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 3, { capabilities: ["a"] });
    const [ada, bob] = swarms as [Swarm, Swarm, Swarm];
    await gather(network, swarms);
    expect(ada.announce({ capabilities: ["a", "b"], region: "eu-west" })).toBe(2);
    await network.settle();
    for (const swarm of swarms.slice(1)) {
      expect(view(swarm, ada)?.profile).toEqual({
        name: "tab-0",
        capabilities: ["a", "b"],
        goals: [],
        region: "eu-west",
        knowledgeHeads: [],
      });
    }
    expect(bob.getStats().capabilities).toEqual({ a: 3, b: 1 });
    const before = view(bob, ada);
    expect(ada.announce()).toBe(2);
    await network.settle();
    expect(view(bob, ada)).toBe(before);
    await leaveNothing(network, swarms);
  });

  it("before joining is what newcomers are told", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    const [ada, bob] = swarms as Two;
    expect(ada.announce({ goals: ["win"] })).toBe(0);
    await gather(network, swarms);
    expect(view(bob, ada)?.profile.goals).toEqual(["win"]);
    await leaveNothing(network, swarms);
  });

  it("refuses what the others would not accept", () => {
    const swarm = memoryNetwork().swarm();
    expect(() => swarm.announce({ name: "x".repeat(65) })).toThrow(
      expect.objectContaining({ code: "invalid-option" }),
    );
    expect(swarm.store.getSnapshot().self.profile.name).not.toBe("x".repeat(65));
  });
});
