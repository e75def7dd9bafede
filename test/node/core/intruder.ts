import { createIdentity, type Identity, type Link, type Swarm, type TransportRoom } from "peerswarm";
import type { MemoryHost, MemoryNetwork } from "peerswarm/testing";
import { type Bytes, concatBytes, utf8 } from "../../../src/core/bytes.js";
import { createPeerId } from "../../../src/core/identity/ids.js";
import { FrameKind } from "../../../src/core/wire/frame.js";
import { encodeValue } from "../../../src/core/wire/payload.js";
import { idOf, inTime } from "./support.js";

export const ROOM = "peerswarm-default";

/** A hostile member: a place in the room, raw links, and a key with which it may or may not prove itself. */
export interface Intruder {
  readonly identity: Identity;
  readonly peerId: string;
  readonly room: TransportRoom;
  /** Links that a dial to it or from it opened. */
  readonly links: Link[];
  /** What came on the control lane of the last link. */
  readonly heard: Bytes[];
  dial(swarm: Swarm): Promise<Link>;
}

export async function intrude(
  network: MemoryNetwork,
  options: { identity?: Identity; peerId?: string; host?: MemoryHost; room?: string } = {},
): Promise<Intruder> {
  const host = options.host ?? network.host("intruder");
  const identity = options.identity ?? (await createIdentity());
  const peerId = options.peerId ?? createPeerId(identity.agentId, (count) => host.runtime.randomBytes(count));
  const links: Link[] = [];
  const heard: Bytes[] = [];
  const keep = (link: Link): Link => {
    links.push(link);
    link.lanes.control.receive((message) => heard.push(message));
    return link;
  };
  const signal = new AbortController().signal;
  const room = host.transport.enter({
    room: options.room ?? ROOM,
    peerId,
    runtime: host.runtime,
    events: {
      lost: () => undefined,
      listed: () => undefined,
      unlisted: () => undefined,
      incoming: (dial) => dial.reject("refused"),
      notice: () => undefined,
      violation: () => undefined,
      step: () => undefined,
    },
  });
  await inTime(network, room.connect({ signal }));
  return {
    identity,
    peerId,
    room,
    links,
    heard,
    async dial(swarm) {
      const { signal } = new AbortController();
      return keep(await inTime(network, room.dial(idOf(swarm), { signal })));
    },
  };
}

export interface Claims {
  version?: unknown;
  room?: unknown;
  key?: unknown;
  from?: unknown;
  to?: unknown;
  next?: unknown;
  replaces?: unknown;
  share?: unknown;
}

/** A hello as the intruder likes it, signed by its key for this link unless told otherwise. */
export async function makeHello(
  intruder: Intruder,
  link: Link,
  target: Swarm,
  claims: Claims = {},
  signing: { identity?: Identity; binding?: Bytes; isInitiator?: boolean } = {},
): Promise<Bytes> {
  const body = encodeValue({
    version: 1,
    room: ROOM,
    key: intruder.identity.publicKey,
    from: intruder.peerId,
    to: idOf(target),
    next: [1, 1, 1],
    replaces: null,
    ...claims,
  });
  const binding = signing.binding ?? link.channelBinding;
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, binding.length);
  const isInitiator = signing.isInitiator ?? link.isInitiator;
  const statement = concatBytes(
    utf8("peerswarm/1 hello\0"),
    Uint8Array.of(isInitiator ? 1 : 0),
    length,
    binding,
    body,
  );
  const signature = await (signing.identity ?? intruder.identity).sign(statement);
  return concatBytes(Uint8Array.of(FrameKind.hello), signature, body);
}

export const WELCOME = concatBytes(
  Uint8Array.of(FrameKind.welcome),
  encodeValue({ accepted: true, reason: null }),
);

export const REFUSAL = concatBytes(
  Uint8Array.of(FrameKind.welcome),
  encodeValue({ accepted: false, reason: "no" }),
);
