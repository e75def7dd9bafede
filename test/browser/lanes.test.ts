import type { Swarm } from "peerswarm";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { eventually, freshRoom, hasPeers, realSwarm, until } from "./support.js";

const createDataChannel = RTCPeerConnection.prototype.createDataChannel;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Hands every data channel that is made from now on to `seen`. */
function watchChannels(seen: (channel: RTCDataChannel, connection: RTCPeerConnection) => void): void {
  vi.spyOn(RTCPeerConnection.prototype, "createDataChannel").mockImplementation(function (
    this: RTCPeerConnection,
    label,
    init,
  ) {
    const channel = createDataChannel.call(this, label, init);
    seen(channel, this);
    return channel;
  });
}

async function withPair(url: string, look: () => void | Promise<void>): Promise<void> {
  const room = freshRoom();
  const swarms = ["ada", "bob"].map((name) => realSwarm({ url }, { room, name }));
  try {
    await Promise.all(swarms.map((swarm) => swarm.join()));
    await Promise.all(swarms.map((swarm) => until(swarm, hasPeers(1))));
    await look();
    expect(swarms.map((swarm) => swarm.store.getSnapshot().stats.dropped)).toEqual([{}, {}]);
  } finally {
    await Promise.all(swarms.map((swarm) => swarm.leave()));
  }
}

describe.each(["signalingUrl", "stockUrl"] as const)("a link on %s", (server) => {
  it("has three channels of its own on both ends, each with the promised delivery", async () => {
    const connections = new Map<RTCPeerConnection, RTCDataChannel[]>();
    watchChannels((channel, connection) => {
      connections.set(connection, [...(connections.get(connection) ?? []), channel]);
    });
    await withPair(inject(server), () => {
      const linked = [...connections].filter(([{ connectionState }]) => connectionState === "connected");
      expect(linked).toHaveLength(2);
      for (const [, channels] of linked) {
        const lanes = channels
          .filter(({ label }) => label.startsWith("peerswarm "))
          .map(({ id, label, maxPacketLifeTime, maxRetransmits, negotiated, ordered, readyState }) => {
            return { id, label, maxPacketLifeTime, maxRetransmits, negotiated, ordered, readyState };
          });
        const lane = { maxPacketLifeTime: null, maxRetransmits: null, negotiated: true, readyState: "open" };
        expect(lanes).toEqual([
          { ...lane, id: 10, label: "peerswarm control", ordered: true },
          { ...lane, id: 11, label: "peerswarm bulk", ordered: true },
          { ...lane, id: 12, label: "peerswarm datagram", ordered: false, maxRetransmits: 0 },
        ]);
        // PeerJS's own channel, which the dialling side has made, shares no stream with them.
        const others = channels.filter(({ label }) => !label.startsWith("peerswarm "));
        for (const { id } of others) expect([10, 11, 12]).not.toContain(id);
      }
    });
  });
});

it("opens although the channels are ready before the browser shows the answer they come from", async () => {
  // Chromium does so in one of some hundred dials on a busy machine.
  const { get } = Object.getOwnPropertyDescriptor(RTCPeerConnection.prototype, "remoteDescription") as {
    get: () => RTCSessionDescription | null;
  };
  const shown = new WeakSet<RTCPeerConnection>();
  vi.spyOn(RTCPeerConnection.prototype, "remoteDescription", "get").mockImplementation(function (
    this: RTCPeerConnection,
  ) {
    return shown.has(this) ? get.call(this) : null;
  });
  watchChannels((channel, connection) => {
    if (channel.label !== "peerswarm datagram") return;
    channel.addEventListener("open", () => {
      setTimeout(() => {
        shown.add(connection);
        connection.dispatchEvent(new Event("signalingstatechange"));
      });
    });
  });
  await withPair(inject("signalingUrl"), () => undefined);
});

it("takes a flood of a sender that waits for drained(), whole and in order, and control passes a full bulk lane", async () => {
  const room = freshRoom();
  const url = inject("signalingUrl");
  const [ada, bob] = ["ada", "bob"].map((name) => realSwarm({ url }, { room, name })) as [Swarm, Swarm];
  try {
    await Promise.all([ada.join(), bob.join()]);
    await Promise.all([until(ada, hasPeers(1)), until(bob, hasPeers(1))]);
    const bobId = bob.getSignalingStatus().peerId ?? "";
    const numbers: number[] = [];
    let bulkBefore = -1;
    bob.on("flood", (payload) => void numbers.push((payload as { number: number }).number));
    bob.on("word", () => {
      bulkBefore = numbers.length;
    });
    const count = 600;
    let most = 0;
    for (let number = 0; number < count; number++) {
      const noise = crypto.getRandomValues(new Uint8Array(20_000));
      ada.send(bobId, "flood", { number, noise }, { lane: "bulk" });
      most = Math.max(most, ada.queuedBytes(bobId, "bulk"));
      if (number === count - 1) ada.send(bobId, "word");
      else if (ada.queuedBytes(bobId, "bulk") > 4_000_000)
        await ada.drained(bobId, { lane: "bulk", belowBytes: 2_000_000 });
    }
    await ada.drained(bobId, { lane: "bulk" });
    expect(ada.queuedBytes(bobId)).toBe(0);
    await eventually(() => numbers.length === count);
    expect(numbers).toEqual(Array.from({ length: count }, (_, number) => number));
    expect(most).toBeLessThan(4_100_000);
    // Millions of bytes were waiting on the other lane when the word was given.
    expect(bulkBefore).toBeLessThan(count - 20);
    expect(bob.getStats().dropped).toEqual({});
  } finally {
    await Promise.all([ada.leave(), bob.leave()]);
  }
});
