import { type DataConnection, Peer } from "peerjs";
import {
  type BenchLink,
  type BenchMessage,
  ChunkSink,
  type Contestant,
  HIGH_WATER_BYTES,
  Inlet,
  LOW_WATER_BYTES,
  sendChunks,
  untilBelow,
} from "./contestant.js";
import { freshId, openHub } from "./hub.js";

type Serialization = "raw" | "json" | "binary";

/** PeerJS with a plain loop over the members of the room, in one of its three ways to write a message. */
export function peerjs(serialization: Serialization): Contestant {
  return {
    name: `peerjs ${serialization}`,
    async join({ room, hubUrl, signalingUrl, chunkBytes }, onLink) {
      const { hostname, port } = new URL(signalingUrl);
      const id = freshId();
      const peer = new Peer(id, {
        host: hostname,
        port: Number(port),
        path: "/",
        config: { iceServers: [] },
      });
      await new Promise<void>((resolve, reject) => {
        peer.once("open", () => resolve());
        peer.once("error", reject);
      });
      const take = (connection: DataConnection, speaksFirst: boolean): void => {
        const link = peerjsLink(connection, speaksFirst, serialization, chunkBytes);
        connection.on("open", () => onLink(link));
      };
      peer.on("connection", (connection) => take(connection, false));
      const hub = await openHub(hubUrl, (message) => {
        if (message.kind !== "members") return;
        for (const member of message.ids) take(peer.connect(member, { serialization, reliable: true }), true);
      });
      hub.enter(room, id);
      return {
        leave() {
          hub.close();
          peer.destroy();
        },
      };
    },
  };
}

function peerjsLink(
  connection: DataConnection,
  speaksFirst: boolean,
  serialization: Serialization,
  chunkBytes: number,
): BenchLink {
  const sink = new ChunkSink();
  const inlet = new Inlet();
  const link: BenchLink = {
    speaksFirst,
    send: (message) => void connection.send(serialization === "raw" ? JSON.stringify(message) : message),
    get isFull() {
      return connection.dataChannel.bufferedAmount > HIGH_WATER_BYTES;
    },
    async hasRoom() {
      await untilBelow(connection.dataChannel, LOW_WATER_BYTES);
    },
    listen: inlet.listen,
    sendBulk:
      serialization === "raw"
        ? (bytes) =>
            sendChunks(connection.dataChannel, bytes, chunkBytes, (chunk) => void connection.send(chunk))
        : async (bytes) => void connection.send(bytes),
    receiveBulk: (length) => sink.expect(length),
  };
  connection.on("data", (data) => {
    if (typeof data === "string") inlet.take(JSON.parse(data) as BenchMessage);
    else if (data instanceof ArrayBuffer) sink.take(new Uint8Array(data));
    else if (data instanceof Uint8Array) sink.take(data);
    else inlet.take(data as BenchMessage);
  });
  return link;
}
