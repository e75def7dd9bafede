import {
  type BenchLink,
  ChunkSink,
  type Contestant,
  HIGH_WATER_BYTES,
  Inlet,
  LOW_WATER_BYTES,
  sendChunks,
  untilBelow,
} from "./contestant.js";
import { freshId, openHub } from "./hub.js";

interface Signal {
  readonly description?: RTCSessionDescriptionInit;
  readonly candidate?: RTCIceCandidateInit;
}

/** RTCDataChannels and nothing else: JSON text for messages, a second channel for bulk. What the others are held against. */
export const raw: Contestant = {
  name: "raw",
  async join({ room, hubUrl, chunkBytes }, onLink) {
    const connections = new Map<string, RTCPeerConnection>();
    const id = freshId();

    const connect = (peer: string, speaksFirst: boolean): RTCPeerConnection => {
      const connection = new RTCPeerConnection({ iceServers: [] });
      connections.set(peer, connection);
      connection.onicecandidate = ({ candidate }) => {
        if (candidate !== null) hub.relay(peer, { candidate: candidate.toJSON() } satisfies Signal);
      };
      const small = connection.createDataChannel("small", { negotiated: true, id: 10 });
      const bulk = connection.createDataChannel("bulk", { negotiated: true, id: 11 });
      const link = rawLink(small, bulk, speaksFirst, chunkBytes);
      small.onopen = () => onLink(link);
      return connection;
    };

    const offer = async (peer: string): Promise<void> => {
      const connection = connect(peer, true);
      await connection.setLocalDescription();
      hub.relay(peer, { description: connection.localDescription?.toJSON() } satisfies Signal);
    };
    const signalled = async (peer: string, { description, candidate }: Signal): Promise<void> => {
      const connection = connections.get(peer) ?? connect(peer, false);
      if (candidate !== undefined) return connection.addIceCandidate(candidate);
      if (description === undefined) return;
      await connection.setRemoteDescription(description);
      if (description.type !== "offer") return;
      await connection.setLocalDescription();
      hub.relay(peer, { description: connection.localDescription?.toJSON() } satisfies Signal);
    };

    // Signals are taken one after the other, as they came.
    let turn: Promise<void> = Promise.resolve();
    const hub = await openHub(hubUrl, (message) => {
      if (message.kind === "members") for (const peer of message.ids) void offer(peer);
      if (message.kind === "relayed") {
        turn = turn.then(() => signalled(message.from, message.data as Signal));
      }
    });
    hub.enter(room, id);
    return {
      leave() {
        hub.close();
        for (const connection of connections.values()) connection.close();
      },
    };
  },
};

function rawLink(
  small: RTCDataChannel,
  bulk: RTCDataChannel,
  speaksFirst: boolean,
  chunkBytes: number,
): BenchLink {
  const sink = new ChunkSink();
  const inlet = new Inlet();
  bulk.binaryType = "arraybuffer";
  bulk.onmessage = ({ data }) => sink.take(new Uint8Array(data as ArrayBuffer));
  const link: BenchLink = {
    speaksFirst,
    send: (message) => small.send(JSON.stringify(message)),
    get isFull() {
      return small.bufferedAmount > HIGH_WATER_BYTES;
    },
    hasRoom: () => untilBelow(small, LOW_WATER_BYTES),
    listen: inlet.listen,
    sendBulk: (bytes) => sendChunks(bulk, bytes, chunkBytes, (chunk) => bulk.send(chunk)),
    receiveBulk: (length) => sink.expect(length),
  };
  small.onmessage = ({ data }) => inlet.take(JSON.parse(String(data)));
  return link;
}
