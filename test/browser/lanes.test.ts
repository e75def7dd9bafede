import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { freshRoom, hasPeers, realSwarm, until } from "./support.js";

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
