import { render, screen, waitFor } from "@testing-library/react";
import type { SwarmStatus } from "peerswarm";
import { PeersPanel } from "peerswarm/components";
import { createMockSwarm, type MockSwarm } from "peerswarm/testing";
import { MockSwarmProvider } from "peerswarm/testing/react";
import { StrictMode } from "react";
import { describe, expect, it } from "vitest";
import "./support.js";

function leftovers({ network }: MockSwarm) {
  return { links: network.linkCount, timers: network.pendingTimers, rooms: network.server.rooms() };
}

const NOTHING = { links: 0, timers: 0, rooms: [] };

describe("createMockSwarm", () => {
  it.each<SwarmStatus>(["off", "joining", "joined", "reconnecting"])(
    "starts %s and leaves nothing",
    async (status) => {
      const mock = createMockSwarm({ status, peers: 2, crowd: 3 });
      await mock.start();
      expect(mock.swarm.store.getSnapshot().status).toBe(status);
      expect(mock.crowd).toHaveLength(3);
      await mock.close();
      expect(leftovers(mock)).toEqual(NOTHING);
    },
  );

  it("has every member known by name at the start, and the script's doings behind it", async () => {
    const mock = createMockSwarm({
      peers: [{ name: "Zoe" }, { capabilities: ["chat"] }],
      crowd: 1,
      isRunning: false,
      historyMs: 10_000,
      script({ peers }) {
        return peers[0]?.swarm.on(
          "question",
          (_, { from }) => void peers[0]?.swarm.send(from.peerId, "answer", 42),
        );
      },
    });
    await mock.start();
    const { peers, bandwidth } = mock.swarm.store.getSnapshot();
    expect(peers.map(({ profile }) => profile.name).sort()).toEqual(["Chloe", "Zoe", undefined]);
    expect(bandwidth.series.length).toBeGreaterThanOrEqual(9);
    const answers: unknown[] = [];
    mock.swarm.on("answer", (answer) => answers.push(answer));
    mock.swarm.broadcast("question", "?");
    await mock.advance(100);
    expect(answers).toEqual([42]);
    await mock.close();
    expect(leftovers(mock)).toEqual(NOTHING);
  });

  it("closes with members that sleep, crashed or cannot be reached", async () => {
    const mock = createMockSwarm({ peers: 3, isRunning: false });
    await mock.start();
    const [sleeper, victim, castaway] = mock.peers;
    sleeper?.host.sleep();
    victim?.host.crash();
    if (castaway !== undefined) mock.network.partition([castaway.host], [mock.host]);
    await mock.advance(5000);
    await mock.close();
    expect(leftovers(mock)).toMatchObject({ links: 0, rooms: [] });
  });

  it("can be closed while it starts", async () => {
    const mock = createMockSwarm({ peers: 2, crowd: 2 });
    const started = mock.start();
    await mock.close();
    await started;
    await mock.network.settle();
    expect(leftovers(mock)).toEqual(NOTHING);
  });
});

describe("MockSwarmProvider", () => {
  it("shows its children among so many members, and ends everything when it goes", async () => {
    const mocks: MockSwarm[] = [];
    const { unmount } = render(
      <StrictMode>
        <MockSwarmProvider peers={2} onReady={(mock) => mocks.push(mock)}>
          <PeersPanel />
        </MockSwarmProvider>
      </StrictMode>,
    );
    expect(await screen.findByText("2 connected")).toBeDefined();
    expect(screen.getByText("Ben")).toBeDefined();
    expect(mocks).toHaveLength(1);
    unmount();
    for (const mock of mocks) await waitFor(() => expect(leftovers(mock)).toEqual(NOTHING));
  });
});
