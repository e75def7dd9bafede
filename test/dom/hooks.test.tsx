import { act } from "@testing-library/react";
import { MESSAGES_KEPT } from "peerswarm";
import {
  useActivity,
  useBandwidth,
  useBandwidthSeries,
  useConnectingPeers,
  useConnectionActions,
  useEvents,
  useLinkQuality,
  useMeshHealth,
  useNextTry,
  useNow,
  usePeer,
  usePeers,
  useSignaling,
  useStats,
  useSwarmStatus,
  useTrafficRows,
  useUptime,
  useWitness,
} from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { useState } from "react";
import { describe, expect, it } from "vitest";
import { idOf } from "../node/core/support.js";
import { noise, probe, settle, together, turn } from "./support.js";

/** Two members with traffic between them, and a way to make more. */
async function pair() {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" })];
  await together(network, ada, bob);
  const talk = async (): Promise<void> => {
    bob.broadcast("noise", noise(3000));
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

describe("useLinkQuality", () => {
  it("tells how well one peer is reached", async () => {
    const network = memoryNetwork({ latencyMs: 20 });
    const [ada, bob] = [network.swarm(), network.swarm()];
    await together(network, ada, bob);
    const quality = probe(ada, () => useLinkQuality(idOf(bob)));
    await turn(network, 5000);
    expect(quality.last()).toMatchObject({
      roundTripP50Ms: 40,
      roundTripP95Ms: 40,
      jitterMs: 0,
      queuedBytes: 0,
      path: { local: "memory", remote: "memory" },
    });
  });

  it("renders only for its own peer and for what was selected", async () => {
    const network = memoryNetwork({ latencyMs: 20 });
    const [ada, bob, cy] = [network.swarm(), network.swarm(), network.swarm()];
    await together(network, ada, bob, cy);
    await turn(network, 5000);
    const bobId = idOf(bob);
    const all = probe(ada, () => useLinkQuality(bobId));
    const path = probe(ada, () => useLinkQuality(bobId, (quality) => quality.path));
    const before = ada.store.getSnapshot().quality;
    cy.leave();
    await settle(network);
    await turn(network, 1000);
    expect(ada.store.getSnapshot().quality).not.toBe(before);
    expect(all.values).toHaveLength(1);
    // Another latency changes the round trip, and not the path.
    network.behaviour.latencyMs = 60;
    await turn(network, 5000);
    expect(all.values.length).toBeGreaterThan(1);
    expect(path.values).toHaveLength(1);
  });

  it("knows nothing of a peer that is not there", () => {
    const { values } = probe(memoryNetwork().swarm(), () => useLinkQuality("nobody"));
    expect(values).toEqual([expect.objectContaining({ roundTripP50Ms: undefined, queuedBytes: 0 })]);
  });
});

describe("useMeshHealth", () => {
  it("counts links and dials, and renders for neither traffic nor news of a peer", async () => {
    const { network, ada, bob, talk } = await pair();
    const health = probe(ada, () => useMeshHealth());
    const expected = probe(ada, () => useMeshHealth(({ expectedLinks }) => expectedLinks));
    expect(health.last()).toMatchObject({ expectedLinks: 1, openLinks: 1, missing: [] });
    expect(health.last().attempts).toMatchObject({ succeeded: 1, failed: 0, successRate: 1 });
    await talk();
    bob.announce({ name: "Robert" });
    await settle(network);
    expect([health.values.length, expected.values.length]).toEqual([1, 1]);
    bob.leave();
    await settle(network);
    await turn(network, 1000);
    expect(health.last()).toMatchObject({ expectedLinks: 0, openLinks: 0 });
    expect(expected.values).toEqual([1, 0]);
  });

  it("names who is missing", async () => {
    const network = memoryNetwork();
    const [here, there] = [network.host(), network.host()];
    const [ada, bob] = [here.swarm(), there.swarm()];
    await together(network, ada, bob);
    const missing = probe(ada, () => useMeshHealth((health) => health.missing));
    network.partition([here], [there]);
    await turn(network, 10_000);
    expect(missing.values).toEqual([[], [idOf(bob)]]);
  });
});

describe("useEvents", () => {
  it("gives what fits, newest first, and renders only when that changes", async () => {
    const { ada, bob, network } = await pair();
    ada.on("chat", () => undefined);
    const chats = probe(ada, () => useEvents({ direction: "received", type: "chat" }));
    const silent = probe(ada, () => useEvents({ type: "whisper" }));
    for (const text of ["one", "two"]) {
      bob.broadcast("chat", text);
      await turn(network, 1000);
    }
    expect(chats.values.map(({ events }) => events.length)).toEqual([0, 1, 2]);
    const { events, counted, isComplete, waiting } = chats.last();
    expect(events[0]!.id).toBeGreaterThan(events[1]!.id);
    expect([counted, isComplete, waiting]).toEqual([2, true, 0]);
    chats.again();
    expect(chats.last().events).toBe(events);
    // Heartbeats and all: nothing of it is a whisper.
    await turn(network, 10_000);
    expect([chats.values.length, silent.values.length]).toEqual([4, 1]);
  });

  it("stands still while it is held, and counts what waits, kept or not", async () => {
    const { network, ada, bob } = await pair();
    ada.on("chat", () => undefined);
    const say = async (): Promise<void> => {
      bob.broadcast("chat", "hello");
      await turn(network, 500);
    };
    await say();
    let hold: (isHeld: boolean) => void = () => undefined;
    let ask: (type: string) => void = () => undefined;
    const feed = probe(ada, () => {
      const [isHeld, setHeld] = useState(false);
      const [type, setType] = useState("chat");
      hold = setHeld;
      ask = setType;
      return useEvents({ direction: "received", type }, { isHeld });
    });
    const ids = (): number[] => feed.last().events.map(({ id }) => id);
    const before = ids();
    await act(async () => hold(true));
    await say();
    await say();
    expect([ids(), feed.last().waiting]).toEqual([before, 2]);
    await act(async () => {
      for (let count = 0; count < MESSAGES_KEPT; count++) bob.broadcast("chat", count);
      await network.advance(2000);
    });
    expect([ids(), feed.last().waiting]).toEqual([before, MESSAGES_KEPT + 2]);
    // Another question has another answer, held or not.
    await act(async () => ask("whisper"));
    expect(ids()).toEqual([]);
    await act(async () => ask("chat"));
    await act(async () => hold(false));
    expect([ids().length, feed.last().waiting]).toEqual([MESSAGES_KEPT, 0]);
  });
});

describe("useBandwidthSeries", () => {
  it("gives what a chart draws, once a second", async () => {
    const { network, ada, talk } = await pair();
    const series = probe(ada, useBandwidthSeries);
    await talk();
    await turn(network, 2000);
    const { points, peakDown, top, isSilent } = series.last();
    expect(points[points.length - 1]?.second).toBe(0);
    expect(peakDown).toBeGreaterThan(2.9);
    expect(top).toBeGreaterThanOrEqual(peakDown);
    expect(isSilent).toBe(false);
    const renders = series.values.length;
    for (let quarters = 0; quarters < 8; quarters++) await turn(network, 250);
    expect(series.values).toHaveLength(renders + 2);
  });
});

describe("useTrafficRows", () => {
  it("sorts by a column and back, and keeps equal rows in order", async () => {
    const { ada, talk } = await pair();
    ada.on("noise", () => undefined);
    const table = probe(ada, () => useTrafficRows("type"));
    await talk();
    const names = (): string[] => table.last().rows.map(({ name }) => name);
    expect(names()[0]).toBe("noise");
    await act(async () => table.last().sortBy("name"));
    expect(table.last().order).toEqual({ column: "name", direction: "ascending" });
    expect(names()).toEqual(names().toSorted());
    await act(async () => table.last().sortBy("name"));
    expect(names()).toEqual(names().toSorted().reverse());
    await act(async () => table.last().sortBy("messagesReceived"));
    expect(table.last().order.direction).toBe("descending");
    const ones = table.last().rows.filter(({ messagesReceived }) => messagesReceived === 1);
    expect(ones.map(({ name }) => name)).toEqual(ones.map(({ name }) => name).toSorted());
  });

  it("does not render for another table's traffic", async () => {
    const { network, ada, talk } = await pair();
    await turn(network, 1000);
    const types = probe(ada, () => useTrafficRows("type"));
    const peers = probe(ada, () => useTrafficRows("peer"));
    // Nobody listens: the frame counts for the peer, and the message for no type.
    await talk();
    expect(types.values).toHaveLength(1);
    expect(peers.values.length).toBeGreaterThan(1);
  });
});

describe("useConnectionActions", () => {
  it("says what makes sense, does it, and renders once per status", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const actions = probe(ada, useConnectionActions);
    expect(actions.last()).toMatchObject({ canDisconnect: false, canAnnounce: false });
    actions.last().reconnect();
    await turn(network, 1000);
    expect(actions.last()).toMatchObject({ canDisconnect: true, canAnnounce: true });
    expect(actions.last().announce()).toBe(0);
    const renders = actions.values.length;
    await turn(network, 5000);
    expect(actions.values).toHaveLength(renders);
    actions.last().disconnect();
    await turn(network, 1000);
    expect(actions.last().canDisconnect).toBe(false);
  });
});

describe("useUptime and useNextTry", () => {
  it("count on the swarm's own clock, each while there is something to count", async () => {
    const network = memoryNetwork();
    const ada = network.swarm({ signalingRetryMs: 20_000 });
    const uptime = probe(ada, useUptime);
    const nextTry = probe(ada, useNextTry);
    expect([uptime.last(), nextTry.last()]).toEqual([undefined, undefined]);
    await together(network, ada);
    await turn(network, 10_000);
    expect(Math.round((uptime.last() as number) / 1000)).toBe(10);
    expect(nextTry.values).toEqual([undefined]);
    network.server.stop();
    await turn(network, 2000);
    expect(uptime.last()).toBeUndefined();
    const waitMs = nextTry.last() as number;
    expect(waitMs).toBeGreaterThan(0);
    await turn(network, 3000);
    expect(nextTry.last()).toBe(waitMs - 3000);
  });
});

describe("useWitness", () => {
  it("shows the log as it grows, and renders only for what was selected", async () => {
    const { network, ada, talk } = await pair();
    const all = probe(ada, () => useWitness());
    const peers = probe(ada, () =>
      useWitness(({ recent }) => recent.filter(({ kind }) => kind === "peer_connected").length),
    );
    await turn(network, 1000);
    expect(all.last().recent[0]?.kind).toBe("session_began");
    expect(all.last().head?.index).toBe(all.last().records - 1);
    const before = { all: all.values.length, peers: peers.values.length };
    await talk();
    await turn(network, 1000);
    expect(all.values.length).toBeGreaterThan(before.all);
    expect(peers.values).toHaveLength(before.peers);
    expect(peers.last()).toBe(1);
  });
});
