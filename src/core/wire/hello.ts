import * as v from "valibot";
import { type Bytes, concatBytes, utf8 } from "../bytes.js";
import { SwarmError } from "../errors.js";
import type { VerifySignature } from "../identity/ed25519.js";
import type { Identity } from "../identity/identity.js";
import { type AgentId, agentIdOf, isPeerId, isSessionOf, type PeerId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import type { LaneName, Link } from "../transport/transport.js";
import { decodeValue } from "./decodeValue.js";
import { FrameKind } from "./frame.js";
import { SIGNATURE_BYTES } from "./frameSizes.js";
import { PROTOCOL_VERSION } from "./message.js";
import { encodeValue } from "./payload.js";

/** The next sequence number that each lane of a sender will use. */
export type LaneSequences = Readonly<Record<LaneName, number>>;

/** Who we are to the peer at the other end. */
export interface HandshakeSelf {
  readonly identity: Identity;
  readonly peerId: PeerId;
  readonly room: string;
  /** Session that this one takes the place of, after a reload. */
  readonly replaces: PeerId | undefined;
  readonly nextSequences: LaneSequences;
}

/** What a peer's hello has proved. */
export interface ProvenHello {
  readonly peerId: PeerId;
  readonly agentId: AgentId;
  readonly verify: VerifySignature;
  readonly replaces: PeerId | undefined;
  readonly nextSequences: LaneSequences;
  /** X25519 key to which messages for this agent are sealed, 32 bytes; `undefined` where it announced none. */
  readonly sealingKey: Bytes | undefined;
  /** The peer's half of the proof of the room's secret; `undefined` where it knows of none. */
  readonly share: Bytes | undefined;
  /** All that it signed, apart from role and connection. */
  readonly body: Bytes;
}

const sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const peerId = v.pipe(
  v.string(),
  v.check((text) => isPeerId(text)),
);
const bytes32 = v.pipe(
  v.instance(Uint8Array),
  v.check((bytes) => bytes.length === 32),
);

const helloSchema = v.object({
  version: v.pipe(v.number(), v.safeInteger()),
  room: v.pipe(v.string(), v.maxLength(256)),
  key: bytes32,
  from: peerId,
  to: peerId,
  next: v.strictTuple([sequence, sequence, sequence]),
  replaces: v.nullable(peerId),
  sealing: v.optional(bytes32),
  share: v.optional(v.nullable(bytes32), null),
});

type Hello = v.InferOutput<typeof helloSchema>;

const HELLO_STATEMENT = utf8("peerswarm/1 hello\0");

/**
 * What the sender of a hello signs: the whole hello, its role, and this very connection. A hello that was
 * recorded elsewhere, or passed on by somebody in the middle, was signed for another connection.
 */
function helloStatement(body: Uint8Array, link: Link, senderIsInitiator: boolean): Bytes {
  return concatBytes(
    HELLO_STATEMENT,
    Uint8Array.of(senderIsInitiator ? 1 : 0),
    lengthPrefixed(link.channelBinding),
    body,
  );
}

function lengthPrefixed(bytes: Uint8Array): Bytes {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return concatBytes(length, bytes);
}

/** The first frame on `control`, and its body. */
export async function encodeHello(
  self: HandshakeSelf,
  link: Link,
  share: Bytes | undefined,
): Promise<{ frame: Bytes; body: Bytes }> {
  const { control, bulk, datagram } = self.nextSequences;
  const hello: Hello = {
    version: PROTOCOL_VERSION,
    room: self.room,
    key: self.identity.publicKey,
    from: self.peerId,
    to: link.peerId,
    next: [control, bulk, datagram],
    replaces: self.replaces ?? null,
    sealing: self.identity.sealingKey.publicKey,
    share: share ?? null,
  };
  const body = encodeValue(hello);
  const signature = await self.identity.sign(helloStatement(body, link, link.isInitiator));
  return { frame: concatBytes(Uint8Array.of(FrameKind.hello), signature, body), body };
}

export function protocolError(what: string): SwarmError {
  return new SwarmError("protocol-error", {
    what,
    why: "It is not a peerswarm peer, or a broken or hostile one.",
  });
}

/** Checks everything about a hello but knowledge of the room's secret and the app's wish to admit. */
export async function proveHello(
  frame: Bytes,
  {
    link,
    self,
    runtime,
    hasSecret,
  }: { link: Link; self: HandshakeSelf; runtime: Runtime; hasSecret: boolean },
): Promise<ProvenHello> {
  const body = frame.slice(1 + SIGNATURE_BYTES);
  const parsed = v.safeParse(helloSchema, decodeValue(body)?.value);
  if (!parsed.success) throw protocolError("The peer's hello is malformed.");
  const hello = parsed.output;
  if (hello.version !== PROTOCOL_VERSION) {
    throw new SwarmError("protocol-version", {
      what: `The peer speaks protocol version ${hello.version}, this side ${PROTOCOL_VERSION}.`,
      fix: "Load the same release of peerswarm on both.",
    });
  }
  if (hello.room !== self.room) {
    throw new SwarmError("room-mismatch", {
      what: "The peer is in another room.",
      fix: "Join the same room on both.",
    });
  }
  const key = new Uint8Array(hello.key);
  const agentId = agentIdOf(key);
  if (hello.from !== link.peerId || hello.to !== self.peerId || !isSessionOf(hello.from, agentId)) {
    throw new SwarmError("handshake-failed", {
      what: `The peer at the other end is not ${link.peerId}.`,
      why: "The key that it proved belongs to another agent, or its hello was meant for another peer.",
      fix: "Someone may sit between you and this peer: do not trust the signalling server.",
    });
  }
  const verify = await (await runtime.ed25519()).verifier(key);
  const signature = frame.slice(1, 1 + SIGNATURE_BYTES);
  if (!(await verify(signature, helloStatement(body, link, !link.isInitiator)))) {
    throw new SwarmError("handshake-failed", {
      what: `The proof of ${link.peerId} does not hold for this connection.`,
      why: "The two ends see different connections, or the hello was forged or replayed.",
      fix: "Someone may sit between you and this peer: do not trust the signalling server.",
    });
  }
  // Only now: a share that somebody took out on the way is a forged hello, not another secret.
  if (hasSecret !== (hello.share !== null)) throw oneSidedSecret(link.peerId, hasSecret);
  const [control, bulk, datagram] = hello.next;
  return {
    peerId: hello.from,
    agentId,
    verify,
    replaces: hello.replaces ?? undefined,
    nextSequences: { control, bulk, datagram },
    sealingKey: hello.sealing === undefined ? undefined : new Uint8Array(hello.sealing),
    share: hello.share === null ? undefined : new Uint8Array(hello.share),
    body,
  };
}

function oneSidedSecret(peerId: PeerId, isOurs: boolean): SwarmError {
  return new SwarmError("secret-mismatch", {
    what: isOurs ? `${peerId} knows of no secret of this room.` : `For ${peerId} this room has a secret.`,
    why: isOurs ? "This side was given one." : "This side was given none.",
    fix: "Give both the same secret, or none.",
  });
}
