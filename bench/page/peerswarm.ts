import { createSwarm, defineMessage, type PeerId, peerTransport, type SwarmError } from "peerswarm";
import * as v from "valibot";
import { type BenchLink, ChunkSink, type Contestant, Inlet } from "./contestant.js";

const small = defineMessage(
  "bench",
  v.strictObject({
    n: v.number(),
    kind: v.string(),
    user: v.string(),
    text: v.string(),
    x: v.number(),
    y: v.number(),
  }),
);
const HIGH_WATER_BYTES = 1024 * 1024;
const LOW_WATER_BYTES = 256 * 1024;
// Often enough that the queue never grows past what one task sends.
const LOOK_EVERY = 64;

/** peerswarm as an app uses it: signed, verified, checked by a schema, counted. */
export const peerswarm: Contestant = {
  name: "peerswarm",
  async join({ room, signalingUrl, chunkBytes }, onLink) {
    const swarm = createSwarm({
      room,
      identity: "session",
      transport: peerTransport({ url: signalingUrl, iceServers: [] }),
    });
    const inlets = new Map<PeerId, Inlet>();
    const sinks = new Map<PeerId, ChunkSink>();

    const linkTo = (peerId: PeerId, speaksFirst: boolean): BenchLink => {
      const sink = new ChunkSink();
      const inlet = new Inlet();
      inlets.set(peerId, inlet);
      sinks.set(peerId, sink);
      let sent = 0;
      return {
        speaksFirst,
        send(message) {
          if (!swarm.send(peerId, small, message)) throw new Error("There is no link.");
          sent++;
        },
        get isFull() {
          return sent % LOOK_EVERY === 0 && swarm.queuedBytes(peerId) > HIGH_WATER_BYTES;
        },
        async hasRoom() {
          await swarm.drained(peerId, { belowBytes: LOW_WATER_BYTES });
        },
        listen: inlet.listen,
        async sendBulk(bytes) {
          await swarm.sendFile(peerId, new Blob([bytes]), { chunkBytes });
        },
        receiveBulk: (length) => sink.expect(length),
      };
    };

    swarm.on(small, (message, { from }) => inlets.get(from.peerId)?.take(message));
    swarm.onFile(async (offer) => {
      const { content } = await offer.accept({ into: "memory" });
      sinks.get(offer.from.peerId)?.take(content);
    });
    swarm.events.on("error", (error: SwarmError) => {
      throw error;
    });
    swarm.events.on("peer-joined", ({ peerId }) => {
      const link = linkTo(peerId, (swarm.getSignalingStatus().peerId ?? "") < peerId);
      onLink(link);
    });
    await swarm.join();
    return { leave: () => swarm.leave() };
  },
};
