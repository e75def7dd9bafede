import { toSwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import type { MessageInfo } from "../messages/router.js";
import type { StandardSchema } from "../messages/standardSchema.js";
import { defineBuiltin, type PortSelf, type ProtocolPort } from "./builtin.js";

/** What does the work of a lazy part. It starts in the middle: `port.self` and `port.peers()` say what is there. */
export interface LazyEngine {
  /**
   * A verified message of one of the part's types, in order of arrival.
   * @returns whether its payload is what that type allows; if not it is counted as dropped
   */
  receive(name: string, payload: unknown, info: MessageInfo): boolean;
}

/** How a part that is loaded with its first use is described. */
export interface LazyPartOptions<Engine extends LazyEngine> {
  readonly port: ProtocolPort;
  /** What it is, as the start of an error's text: "The code of …". */
  readonly what: string;
  /** Names of its messages, without `swarm/`. */
  readonly names: readonly string[];
  readonly load: () => Promise<(port: ProtocolPort) => Engine>;
  /** Asked at the begin of each stay: whether something in storage waits for it. Default no. */
  readonly isNeeded?: (self: PortSelf) => Promise<boolean>;
}

/** A part of the swarm whose code comes with its first use: ours, or that of a peer that writes to it. */
export interface LazyPart<Engine> {
  /** @throws SwarmError `internal` where its code cannot be loaded; the next call tries again */
  engine(): Promise<Engine>;
  /** What is there already. */
  readonly loaded: Engine | undefined;
}

// The engine knows what its messages look like; until it is here, anything is one.
const anything: StandardSchema<unknown, unknown> = {
  "~standard": { version: 1, vendor: "peerswarm", validate: (value) => ({ value }) },
};

/** Messages kept while the code is on its way, and those of one peer among them. */
const MAX_WAITING = 1024;
const MAX_WAITING_OF_PEER = 256;

interface WaitingMessage {
  readonly peerId: PeerId;
  deliver(): void;
}

/** Starts the small half of a part: it listens, and brings the other half when there is something to do. */
export function startLazily<Engine extends LazyEngine>({
  port,
  what,
  names,
  load,
  isNeeded = async () => false,
}: LazyPartOptions<Engine>): LazyPart<Engine> {
  let loaded: Engine | undefined;
  let loading: Promise<Engine> | undefined;
  let waiting: WaitingMessage[] = [];

  const receive = (name: string, payload: unknown, info: MessageInfo): void => {
    if (loaded?.receive(name, payload, info) === false) port.dropped("invalid-payload", info.from.peerId);
  };

  const hasRoom = (peerId: PeerId): boolean =>
    waiting.length < MAX_WAITING &&
    waiting.filter((message) => message.peerId === peerId).length < MAX_WAITING_OF_PEER;

  const engine = (): Promise<Engine> => {
    loading ??= port.runtime.track(load()).then(
      (start) => {
        loaded = start(port);
        const due = waiting;
        waiting = [];
        for (const message of due) message.deliver();
        return loaded;
      },
      (error: unknown) => {
        // A page that was offline for a moment can try again.
        loading = undefined;
        waiting = [];
        throw toSwarmError(error, "internal", `The code of ${what} could not be loaded.`);
      },
    );
    return loading;
  };

  for (const name of names) {
    port.on(defineBuiltin(name, anything), (payload, info) => {
      if (loaded !== undefined) return receive(name, payload, info);
      const { peerId } = info.from;
      if (!hasRoom(peerId)) return port.dropped("part-loading", peerId);
      waiting.push({ peerId, deliver: () => receive(name, payload, info) });
      engine().catch(() => port.dropped("part-unavailable", peerId));
    });
  }

  port.watch("began", (self) => {
    isNeeded(self).then(
      (isSo) => {
        if (isSo && port.self === self) engine().catch(() => port.dropped("part-unavailable", undefined));
      },
      () => port.dropped("storage-failed", undefined),
    );
  });

  // Who sent it is gone, and the room with it.
  port.watch("ended", () => {
    waiting = [];
  });

  return {
    engine,
    get loaded() {
      return loaded;
    },
  };
}
