import { verifyWitness, type WitnessKind } from "peerswarm";
import { describe, expect, inject, it } from "vitest";
import { freshRoom, hasPeers, realSwarm, until } from "./support.js";

describe("the witness log of a page", () => {
  it("tells how a link came to be, and is read again from IndexedDB", async () => {
    const room = freshRoom();
    const swarms = [1, 2].map(() => realSwarm({ url: inject("signalingUrl") }, { room }));
    const [ada, bob] = swarms as [(typeof swarms)[0], (typeof swarms)[0]];
    await Promise.all(swarms.map((swarm) => swarm.join()));
    await Promise.all(swarms.map((swarm) => until(swarm, hasPeers(1))));
    const ids = swarms.map((swarm) => swarm.getSignalingStatus().peerId ?? "");
    ada.broadcast("chat", "hello");
    await until(bob, ({ stats }) => stats.total.messagesReceived > 0);

    const logs = await Promise.all(swarms.map((swarm) => swarm.witness.export()));
    for (const [index, log] of logs.entries()) {
      expect(await verifyWitness(log)).toMatchObject({ isIntact: true, firstIndex: 0, peerId: ids[index] });
    }
    const lines = logs.map((log) =>
      log
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    );
    const kinds = lines.flat().map(({ kind }): WitnessKind => kind);
    expect(kinds.filter((kind) => kind === "webrtc_offer_created")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "webrtc_answer_created")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "datachannel_open")).toHaveLength(2);
    expect(kinds.filter((kind) => kind === "peer_connected")).toHaveLength(2);
    expect(kinds).toContain("ice_candidate_sent");
    expect(kinds).toContain("signaling_connected");
    // No log gives away an address.
    expect(logs.join("")).not.toMatch(/\d+\.\d+\.\d+\.\d+ \d+|\.local/);

    await Promise.all(swarms.map((swarm) => swarm.leave()));
    await until(ada, ({ witness }) => witness.recent.at(-1)?.kind === "checkpoint");
    const stored = await expect
      .poll(() => bob.witness.export({ peerId: ids[0] ?? "" }))
      .toContain("session_ended")
      .then(() => bob.witness.export({ peerId: ids[0] ?? "" }));
    expect(await verifyWitness(stored)).toMatchObject({ isIntact: true, firstIndex: 0, peerId: ids[0] });
  });
});
