import {
  useActivity,
  useBandwidth,
  useConnectingPeers,
  useNow,
  usePeer,
  usePeers,
  useSignaling,
  useStats,
  useSwarmStatus,
} from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { idOf } from "../node/core/support.js";
import { probe, settle, together, turn } from "./support.js";

/** Two members with traffic between them, and a way to make more. */
async function pair() {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" })];
  await together(network, ada, bob);
  const talk = async (): Promise<void> => {
    bob.broadcast("noise", "x".repeat(3000));
    await turn(network, 1000);
  };
  return { network, ada, bob, talk };
}

describe("useSwarmStatus", () => {
  it("renders once per status", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const status = probe(ada, useSwarmStatus);
    const joined = ada.join();
    await turn(network, 0);
    await turn(network, 5000);
    await joined;
    await turn(network, 5000);
    expect(status.values).toEqual(["off", "joining", "joined"]);
  });
});

describe("useSignaling", () => {
  it("renders for signalling, not for traffic", async () => {
    const { network, ada, talk } = await pair();
    const signaling = probe(ada, () => useSignaling());
    await talk();
    expect(signaling.values).toHaveLength(1);
    network.server.stop();
    await turn(network, 1000);
    expect(signaling.last()).toMatchObject({ isConnected: false, room: "peerswarm-default" });
    expect(signaling.last().reason?.code).toBe("signaling-lost");
  });
});

describe("usePeers", () => {
  it("shows who comes and goes, not what they send", async () => {
    const { network, ada, bob, talk } = await pair();
    const peers = probe(ada, () => usePeers());
    await talk();
    expect(peers.values).toHaveLength(1);
    expect(peers.last()).toMatchObject([{ peerId: idOf(bob), profile: { name: "Bob" } }]);
    bob.leave();
    await settle(network);
    await turn(network, 1000);
    expect(peers.last()).toEqual([]);
  });

  it("renders only when what was made of them changes", async () => {
    const { network, ada, bob } = await pair();
    let calls = 0;
    const count = probe(ada, () =>
      usePeers((peers) => {
        calls++;
        return peers.filter((peer) => peer.state === "connected").length;
      }),
    );
    const callsBefore = calls;
    bob.announce({ name: "Robert" });
    await settle(network);
    expect(ada.store.getSnapshot().peers[0]?.profile.name).toBe("Robert");
    expect(calls).toBeGreaterThan(callsBefore);
    expect(count.values).toEqual([1]);
  });

  it("does not even select where no peer changed", async () => {
    const { ada, talk } = await pair();
    let calls = 0;
    const select = (peers: readonly unknown[]): number => {
      calls++;
      return peers.length;
    };
    probe(ada, () => usePeers(select));
    const callsBefore = calls;
    await talk();
    expect(calls).toBe(callsBefore);
  });
});

describe("usePeer", () => {
  it("renders for its own peer alone", async () => {
    const network = memoryNetwork();
    const [ada, bob, cy] = [network.swarm(), network.swarm({ name: "Bob" }), network.swarm({ name: "Cy" })];
    await together(network, ada, bob, cy);
    const peerId = idOf(bob);
    const seen = probe(ada, () => usePeer(peerId));
    cy.announce({ name: "Cyrus" });
    await settle(network);
    expect(seen.values).toHaveLength(1);
    bob.announce({ name: "Robert" });
    await settle(network);
    expect(seen.values.map((peer) => peer?.profile.name)).toEqual(["Bob", "Robert"]);
    bob.leave();
    await settle(network);
    await turn(network, 1000);
    expect(seen.last()).toBeUndefined();
  });
});

describe("useConnectingPeers", () => {
  it("lists a member that the room lists and that no path leads to", async () => {
    const network = memoryNetwork();
    const [here, there] = [network.host(), network.host()];
    network.partition([here], [there]);
    const [ada, bob] = [here.swarm(), there.swarm()];
    const connecting = probe(ada, useConnectingPeers);
    expect(connecting.values).toEqual([[]]);
    const joined = [ada.join(), bob.join()];
    await turn(network, 60_000);
    await Promise.all(joined);
    expect(connecting.last()).toMatchObject([{ peerId: idOf(bob), state: "connecting" }]);
    expect(connecting.last()[0]?.attempts).toBeGreaterThan(0);
    expect(connecting.last()[0]?.lastError?.code).toBeDefined();
  });
});

describe("useBandwidth", () => {
  it("tells the rates, and with a selector renders for that one alone", async () => {
    const { ada, bob, network, talk } = await pair();
    await turn(network, 15_000);
    const all = probe(ada, () => useBandwidth());
    const down = probe(ada, () => useBandwidth((bandwidth) => bandwidth.down > 0.2));
    const idleUp = probe(ada, () => useBandwidth((bandwidth) => bandwidth.up > 1000));
    await talk();
    const { up, down: rate, total } = all.last();
    expect(rate).toBeGreaterThan(0.29);
    expect(total).toBeCloseTo(up + rate);
    expect(down.values).toEqual([false, true]);
    expect(idleUp.values).toEqual([false]);
    expect(bob.getBandwidth().up).toBeGreaterThan(0.29);
  });
});

describe("useStats", () => {
  it("counts, and renders for what was selected alone", async () => {
    const { ada, talk } = await pair();
    const sent = probe(ada, () => useStats((stats) => stats.byType.noise?.messagesSent ?? 0));
    const unknown = probe(ada, () => useStats((stats) => stats.dropped["unknown-type"] ?? 0));
    await talk();
    expect(sent.values).toEqual([0]);
    expect(unknown.values).toEqual([0, 1]);
  });
});

describe("useActivity", () => {
  it("gives the last ones, oldest first, and renders only for new ones", async () => {
    const { ada, bob, network } = await pair();
    ada.on("chat", () => undefined);
    const last = probe(ada, () => useActivity(2));
    for (const text of ["one", "two", "three"]) {
      bob.broadcast("chat", text);
      await turn(network, 1000);
    }
    expect(last.last().map(({ type, direction }) => [type, direction])).toEqual([
      ["chat", "received"],
      ["chat", "received"],
    ]);
    const [older, newer] = last.last();
    expect(newer!.id).toBe(older!.id + 1);
    const renders = last.values.length;
    // Less than a heartbeat: time passes, and nothing is sent.
    await turn(network, 2000);
    expect(last.values).toHaveLength(renders);
  });

  it("keeps none where none are wanted", async () => {
    const { ada } = await pair();
    expect(probe(ada, () => useActivity(0)).values).toEqual([[]]);
  });
});

describe("useNow", () => {
  it("moves by whole seconds of the swarm's own clock", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const now = probe(ada, useNow);
    expect(now.values).toEqual([undefined]);
    await together(network, ada);
    await turn(network, 3000);
    const shown = now.last() as number;
    expect(network.clock.now() - shown).toBeGreaterThanOrEqual(0);
    expect(network.clock.now() - shown).toBeLessThan(1250);
    const renders = now.values.length;
    for (let quarters = 0; quarters < 40; quarters++) await turn(network, 250);
    expect(now.values).toHaveLength(renders + 10);
  });
});
