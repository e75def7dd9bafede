import SimplePeer from "simple-peer/simplepeer.min.js";
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

/** simple-peer, signalling through the bench's own relay. */
export const simplePeer: Contestant = {
  name: "simple-peer",
  async join({ room, hubUrl, chunkBytes }, onLink) {
    const peers = new Map<string, SimplePeer>();
    const id = freshId();
    const connect = (peerId: string, initiator: boolean): SimplePeer => {
      const peer = new SimplePeer({ initiator, config: { iceServers: [] } });
      peers.set(peerId, peer);
      peer.on("signal", (signal) => hub.relay(peerId, signal));
      peer.on("error", () => undefined);
      const link = simplePeerLink(peer, initiator, chunkBytes);
      peer.on("connect", () => onLink(link));
      return peer;
    };
    const hub = await openHub(hubUrl, (message) => {
      if (message.kind === "members") for (const peerId of message.ids) connect(peerId, true);
      if (message.kind === "relayed") {
        const peer = peers.get(message.from) ?? connect(message.from, false);
        peer.signal(message.data);
      }
    });
    hub.enter(room, id);
    return {
      leave() {
        hub.close();
        for (const peer of peers.values()) peer.destroy();
      },
    };
  },
};

function simplePeerLink(peer: SimplePeer, speaksFirst: boolean, chunkBytes: number): BenchLink {
  const sink = new ChunkSink();
  const inlet = new Inlet();
  // It makes bytes of text: both kinds share one channel, told apart by their first byte, "{" for JSON.
  const decoder = new TextDecoder();
  let isBulk = false;
  const link: BenchLink = {
    speaksFirst,
    send: (message) => peer.send(JSON.stringify(message)),
    get isFull() {
      return peer._channel.bufferedAmount > HIGH_WATER_BYTES;
    },
    hasRoom: () => untilBelow(peer._channel, LOW_WATER_BYTES),
    listen: inlet.listen,
    sendBulk: (bytes) => sendChunks(peer._channel, bytes, chunkBytes, (chunk) => peer.send(chunk)),
    async receiveBulk(length) {
      isBulk = true;
      const bytes = await sink.expect(length);
      isBulk = false;
      return bytes;
    },
  };
  peer.on("data", (data: Uint8Array) => {
    // A small message has less than 200 bytes, a chunk more.
    if (isBulk && data.length > 1024) sink.take(data);
    else inlet.take(JSON.parse(decoder.decode(data)));
  });
  return link;
}
