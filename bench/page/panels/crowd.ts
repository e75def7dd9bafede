import { type Bytes, SwarmError } from "peerswarm";
import { createDeferred } from "../../../src/core/deferred.js";
import type { PeerId } from "../../../src/core/identity/ids.js";
import type {
  Lane,
  LaneName,
  Link,
  LinkCloseReason,
  LinkState,
  Transport,
  TransportContext,
} from "../../../src/core/transport/transport.js";
import type { CrowdNews, CrowdRequest, Load } from "./crowdProtocol.js";

/** Peers in a worker, and the way to them. */
export interface Crowd {
  readonly transport: Transport;
  readonly size: number;
  speak(load: Load): void;
  hush(): void;
}

class RemoteLane implements Lane {
  // What the worker has taken is out of this page's hands.
  readonly queuedBytes = 0;
  readonly name: LaneName;
  readonly #send: (bytes: Bytes) => void;
  #listener: ((message: Bytes) => void) | undefined;
  #unread: Bytes[] = [];

  constructor(name: LaneName, send: (bytes: Bytes) => void) {
    this.name = name;
    this.#send = send;
  }

  send(message: Bytes): void {
    this.#send(message);
  }

  async drained(): Promise<void> {}

  receive(listener: (message: Bytes) => void): void {
    this.#listener = listener;
    for (const message of this.#unread.splice(0)) listener(message);
  }

  deliver(message: Bytes): void {
    if (this.#listener === undefined) this.#unread.push(message);
    else this.#listener(message);
  }
}

class RemoteLink implements Link {
  readonly isInitiator = true;
  readonly id: string;
  readonly peerId: PeerId;
  readonly channelBinding: Bytes;
  readonly lanes: Readonly<Record<LaneName, RemoteLane>>;
  state: LinkState = "open";
  closeReason: LinkCloseReason | undefined;
  readonly #listeners = new Set<(state: LinkState) => void>();
  readonly #ask: (request: CrowdRequest) => void;

  constructor(id: string, peerId: PeerId, binding: Bytes, ask: (request: CrowdRequest) => void) {
    this.id = id;
    this.peerId = peerId;
    this.channelBinding = binding;
    this.#ask = ask;
    const laneOf = (lane: LaneName): RemoteLane =>
      new RemoteLane(lane, (bytes) => ask({ kind: "send", link: id, lane, bytes: bytes.slice() }));
    this.lanes = { control: laneOf("control"), bulk: laneOf("bulk"), datagram: laneOf("datagram") };
  }

  onStateChange(listener: (state: LinkState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(reason: LinkCloseReason): void {
    if (this.state === "closed") return;
    this.#ask({ kind: "close", link: this.id, reason });
    this.closed(reason);
  }

  closed(reason: LinkCloseReason): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.closeReason = reason;
    for (const listener of [...this.#listeners]) listener("closed");
  }
}

interface Call {
  readonly peerId: PeerId;
  readonly resolve: (link: Link) => void;
  readonly reject: (error: SwarmError) => void;
}

/** Makes `peers` peers in a worker of their own; resolves once they are in the room. */
export async function gatherCrowd(peers: number, room: string): Promise<Crowd> {
  const worker = new Worker(new URL("./crowd.worker.ts", import.meta.url), { type: "module" });
  const ask = (request: CrowdRequest): void => worker.postMessage(request);
  const links = new Map<string, RemoteLink>();
  const calls = new Map<number, Call>();
  let callCount = 0;
  let context: TransportContext | undefined;
  const gathered = createDeferred<void>();
  const entered = createDeferred<void>();

  worker.onmessage = ({ data }: MessageEvent<CrowdNews>): void => {
    switch (data.kind) {
      case "gathered":
        return gathered.resolve();
      case "entered":
        return entered.resolve();
      case "listed":
        return context?.events.listed(data.peerId);
      case "opened": {
        const call = calls.get(data.call) as Call;
        const link = new RemoteLink(data.link, call.peerId, data.binding, ask);
        links.set(data.link, link);
        return call.resolve(link);
      }
      case "refused":
        return calls.get(data.call)?.reject(new SwarmError("dial-timeout", { what: data.text }));
      case "frame":
        return links.get(data.link)?.lanes[data.lane].deliver(data.bytes);
      case "closed":
        return links.get(data.link)?.closed(data.reason);
    }
  };

  const transport: Transport = {
    name: "crowd",
    enter(given) {
      context = given;
      return {
        server: "worker",
        async connect() {
          ask({ kind: "enter", peerId: given.peerId });
          await entered.promise;
        },
        dial: (peerId) =>
          new Promise((resolve, reject) => {
            calls.set(++callCount, { peerId, resolve, reject });
            ask({ kind: "dial", call: callCount, peerId });
          }),
        check: () => undefined,
        close: () => worker.terminate(),
      };
    },
  };

  ask({ kind: "gather", peers, room });
  await gathered.promise;
  return {
    transport,
    size: peers,
    speak: (load) => ask({ kind: "speak", load }),
    hush: () => ask({ kind: "hush" }),
  };
}
