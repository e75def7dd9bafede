import { randomBytes } from "node:crypto";
import type { LaneName, Link } from "peerswarm";
import type { MemoryHost, MemoryNetwork } from "peerswarm/testing";
import { type Hello, readWelcome, verifyHello, writeHello, writeWelcome } from "../../independent/hello.js";
import {
  type Context,
  type Message,
  signMessages,
  writeFrame,
  writeMessage,
} from "../../independent/messages.js";
import { base32 } from "../../independent/names.js";
import { type SealingKey, sealingKeyOf } from "../../independent/sealing.js";
import { signer } from "../../independent/signatures.js";

/** A member of a room that speaks to one other with the independent code alone. */
export interface Client {
  readonly agentId: string;
  readonly peerId: string;
  readonly link: Link;
  /** The hello of the other side. */
  readonly hello: Hello;
  readonly sealingKey: SealingKey;
  /** What came so far, by lane. */
  readonly received: { readonly lane: LaneName; readonly bytes: Uint8Array }[];
  sign(statement: Uint8Array): Uint8Array;
  contextOn(lane: LaneName): Context;
  /** The next messages of a lane, numbered, as bytes. */
  write(lane: LaneName, ...parts: readonly Partial<Message>[]): Uint8Array[];
  /** Signs messages and sends them in one frame. */
  send(lane: LaneName, ...parts: readonly Partial<Message>[]): void;
  /** Sends bytes as they are. */
  sendBytes(lane: LaneName, bytes: Uint8Array): void;
}

/** Enters a room, dials `target` and proves itself; throws a `Refusal` where the other side does not. */
export async function connect(
  network: MemoryNetwork,
  host: MemoryHost,
  room: string,
  target: string,
): Promise<Client> {
  const seed = new Uint8Array(randomBytes(32));
  const { publicKey, sign } = signer(seed);
  const sealingKey = sealingKeyOf(seed);
  const agentId = base32(publicKey);
  const peerId = `${agentId.slice(0, 12)}-${base32(randomBytes(7)).slice(0, 10)}`;
  const place = host.transport.enter({
    room,
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
  const { signal } = new AbortController();
  const settled = async <T>(promise: Promise<T>): Promise<T> => {
    await network.settle();
    return promise;
  };
  await settled(place.connect({ signal }));
  const link = await settled(place.dial(target, { signal }));
  const received: { lane: LaneName; bytes: Uint8Array }[] = [];
  for (const lane of ["control", "bulk", "datagram"] as const) {
    link.lanes[lane].receive((bytes) => received.push({ lane, bytes }));
  }

  const body: Hello = {
    version: 1,
    room,
    key: publicKey,
    from: peerId,
    to: target,
    next: [1, 1, 1],
    replaces: null,
    sealing: sealingKey.publicKey,
  };
  const { isInitiator, channelBinding: binding } = link;
  const sendBytes = (lane: LaneName, bytes: Uint8Array): void =>
    link.lanes[lane].send(Uint8Array.from(bytes));
  sendBytes("control", writeHello(body, { isInitiator, binding }, sign));
  await network.settle();
  const [first, second] = received.splice(0, 2).map(({ bytes }) => bytes) as [Uint8Array, Uint8Array];
  const theirs = { isInitiator: !isInitiator, binding, room, from: target, to: peerId };
  const hello = verifyHello(first, theirs);
  if (!readWelcome(second).accepted) throw new Error("The other side refuses this client.");
  sendBytes("control", writeWelcome({ accepted: true, reason: null, confirmation: null }));
  await network.settle();

  let count = 0;
  const sequences = { control: 0, bulk: 0, datagram: 0 };
  const contextOn = (lane: LaneName): Context => ({
    room,
    fromAgent: agentId,
    fromPeer: peerId,
    toPeer: target,
    lane,
  });
  const write: Client["write"] = (lane, ...parts) =>
    parts.map((part) =>
      writeMessage({
        number: ++count,
        sequence: ++sequences[lane],
        type: "chat",
        sentAtMs: network.clock.now(),
        payload: null,
        metadata: null,
        ...part,
      }),
    );
  return {
    agentId,
    peerId,
    link,
    hello,
    sealingKey,
    received,
    sign,
    contextOn,
    write,
    send(lane, ...parts) {
      const messages = write(lane, ...parts);
      sendBytes(lane, writeFrame(messages, signMessages(messages, contextOn(lane), sign)));
    },
    sendBytes,
  };
}
