import { createTopicStrategy, type DataPayload, type Room, selfId } from "@trystero-p2p/core";
import { type BenchLink, ChunkSink, type Contestant, Inlet } from "./contestant.js";
import { type Hub, openHub } from "./hub.js";

let hub: Promise<Hub> | undefined;
const listeners = new Map<string, (topic: string, data: string) => void>();

/** trystero's core, signalling through the bench's own relay, which is quicker than any public one. */
function createJoin(hubUrl: string) {
  return createTopicStrategy<Hub>({
    init: () => {
      hub ??= openHub(hubUrl, (message) => {
        if (message.kind === "published") listeners.get(message.topic)?.(message.topic, message.data);
      });
      return hub;
    },
    subscribeTopic(relay, topic, onMessage) {
      listeners.set(topic, (of, data) => void onMessage(of, data));
      relay.subscribe(topic);
      return () => {
        listeners.delete(topic);
        relay.unsubscribe(topic);
      };
    },
    publishTopic(relay, topic, message) {
      relay.publish(topic, typeof message === "string" ? message : JSON.stringify(message));
    },
  });
}

// Its sends are promises: so many may be under way before the bench waits for the oldest of them.
const MAX_SENDS = 256;

export const trystero: Contestant = {
  name: "trystero",
  async join({ room: roomId, hubUrl }, onLink) {
    // Every join pays for its own socket, as the others' do.
    const former = await hub;
    former?.close();
    hub = undefined;
    const room: Room = createJoin(hubUrl)({ appId: "bench", rtcConfig: { iceServers: [] } }, roomId);
    const inlets = new Map<string, Inlet>();
    const sinks = new Map<string, ChunkSink>();
    const small = room.makeAction<DataPayload>("small", {
      onMessage: (message, { peerId }) => inlets.get(peerId)?.take(message as never),
    });
    const bulk = room.makeAction<DataPayload>("bulk", {
      onMessage(data, { peerId }) {
        const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : (data as Uint8Array);
        sinks.get(peerId)?.take(bytes);
      },
    });
    room.onPeerJoin = (peerId) => {
      let pending = 0;
      let wake: (() => void) | undefined;
      const sink = new ChunkSink();
      const inlet = new Inlet();
      const link: BenchLink = {
        speaksFirst: selfId < peerId,
        send(message) {
          pending++;
          void small.send(message as never, { target: peerId }).then(() => {
            pending--;
            if (pending < MAX_SENDS / 2) wake?.();
          });
        },
        get isFull() {
          return pending >= MAX_SENDS;
        },
        hasRoom: () =>
          new Promise((resolve) => {
            wake = resolve;
          }),
        listen: inlet.listen,
        sendBulk: (bytes) => bulk.send(bytes, { target: peerId }),
        receiveBulk: (length) => sink.expect(length),
      };
      inlets.set(peerId, inlet);
      sinks.set(peerId, sink);
      onLink(link);
    };
    return { leave: () => room.leave() };
  },
};
