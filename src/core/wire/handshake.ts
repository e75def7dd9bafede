import * as v from "valibot";
import { settleWithin } from "../abort.js";
import { type Bytes, concatBytes, utf8 } from "../bytes.js";
import { SwarmError, toSwarmError } from "../errors.js";
import type { VerifySignature } from "../identity/ed25519.js";
import type { Identity } from "../identity/identity.js";
import { type AgentId, agentIdOf, isPeerId, isSessionOf, type PeerId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import type { LaneName, Link } from "../transport/transport.js";
import { FrameKind, SIGNATURE_BYTES } from "./frame.js";
import { PROTOCOL_VERSION } from "./message.js";
import { decodeValue, encodeValue } from "./payload.js";

/** Longest a peer may take to prove itself once the link is open. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Nothing larger is read from a peer that has not proved itself. */
export const MAX_HELLO_BYTES = 2048;
// A quick peer's first messages can overtake its welcome on another lane, or our own check of it.
const MAX_EARLY_FRAMES = 256;
const MAX_EARLY_BYTES: number = 4 * 1024 * 1024;

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

export interface EarlyFrame {
  readonly lane: LaneName;
  readonly frame: Bytes;
}

/** A peer that has proved its key, this room and this connection. */
export interface ProvenPeer {
  readonly peerId: PeerId;
  readonly agentId: AgentId;
  readonly verify: VerifySignature;
  readonly replaces: PeerId | undefined;
  readonly nextSequences: LaneSequences;
  /** X25519 key to which messages for this agent are sealed, 32 bytes; `undefined` where it announced none. */
  readonly sealingKey: Bytes | undefined;
  /** Frames that came before the handshake had ended, in order of arrival. */
  readonly earlyFrames: readonly EarlyFrame[];
}

export interface HandshakeOptions {
  readonly link: Link;
  readonly self: HandshakeSelf;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  /** Asked once the peer has proved its key; a returned text refuses it and is told to it. */
  readonly admit: (peer: { peerId: PeerId; agentId: AgentId }) => Promise<string | undefined>;
}

const sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const peerId = v.pipe(
  v.string(),
  v.check((text) => isPeerId(text)),
);
const publicKey = v.pipe(
  v.instance(Uint8Array),
  v.check((key) => key.length === 32),
);

const helloSchema = v.object({
  version: v.pipe(v.number(), v.safeInteger()),
  room: v.pipe(v.string(), v.maxLength(256)),
  key: publicKey,
  from: peerId,
  to: peerId,
  next: v.strictTuple([sequence, sequence, sequence]),
  replaces: v.nullable(peerId),
  sealing: v.optional(publicKey),
});

const welcomeSchema = v.strictObject({
  accepted: v.boolean(),
  reason: v.nullable(v.pipe(v.string(), v.maxLength(256))),
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

async function encodeHello(self: HandshakeSelf, link: Link): Promise<Bytes> {
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
  };
  const body = encodeValue(hello);
  const signature = await self.identity.sign(helloStatement(body, link, link.isInitiator));
  return concatBytes(Uint8Array.of(FrameKind.hello), signature, body);
}

function encodeWelcome(reason: string | undefined): Bytes {
  const body = encodeValue({ accepted: reason === undefined, reason: reason?.slice(0, 256) ?? null });
  return concatBytes(Uint8Array.of(FrameKind.welcome), body);
}

function protocolError(what: string): SwarmError {
  return new SwarmError("protocol-error", {
    what,
    why: "It is not a peerswarm peer, or a broken or hostile one.",
  });
}

/** Checks everything about a hello but the app's wish to admit. */
async function proveHello(frame: Bytes, options: HandshakeOptions): Promise<Omit<ProvenPeer, "earlyFrames">> {
  const { link, self, runtime } = options;
  const body = frame.subarray(1 + SIGNATURE_BYTES);
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
  const [control, bulk, datagram] = hello.next;
  return {
    peerId: hello.from,
    agentId,
    verify,
    replaces: hello.replaces ?? undefined,
    nextSequences: { control, bulk, datagram },
    sealingKey: hello.sealing === undefined ? undefined : new Uint8Array(hello.sealing),
  };
}

/** The peer's refusal, or `undefined` where it accepts us. */
function readWelcome(frame: Bytes): SwarmError | undefined {
  const parsed = v.safeParse(welcomeSchema, decodeValue(frame.subarray(1))?.value);
  if (!parsed.success) throw protocolError("The peer's welcome is malformed.");
  if (parsed.output.accepted) return undefined;
  return new SwarmError("peer-refused", {
    what: "The peer refused this one.",
    why: parsed.output.reason ?? "It gave no reason.",
  });
}

/**
 * Proves both ends to each other over a fresh link. Each side sends a hello at once and a welcome when it
 * accepts the other's; the peer counts as proven when both welcomes are there.
 * @throws SwarmError `handshake-timeout`, `handshake-failed`, `protocol-version`, `protocol-error`,
 * `room-mismatch`, `peer-refused`, `link-closed`, `aborted`
 */
export function handshake(options: HandshakeOptions): Promise<ProvenPeer> {
  const { link, self, runtime, signal, admit } = options;
  return settleWithin<ProvenPeer>(
    {
      clock: runtime.clock,
      timeoutMs: HANDSHAKE_TIMEOUT_MS,
      signal,
      what: `The handshake with ${link.peerId}`,
      onTimeout: () =>
        new SwarmError("handshake-timeout", {
          what: `${link.peerId} did not prove itself within ${HANDSHAKE_TIMEOUT_MS / 1000} s.`,
          why: "It is not a peerswarm peer, or it is asleep.",
        }),
    },
    (resolve, reject) => {
      const { control } = link.lanes;
      const earlyFrames: EarlyFrame[] = [];
      let earlyBytes = 0;
      let hasHello = false;
      let isWelcome = false;
      let isChecking = false;
      let heldFailure: unknown;
      let proven: Omit<ProvenPeer, "earlyFrames"> | undefined;

      const finishIfReady = (): void => {
        if (proven !== undefined && isWelcome) resolve({ ...proven, earlyFrames });
      };
      const onHello = async (frame: Bytes): Promise<void> => {
        isChecking = true;
        const candidate = await proveHello(frame, options);
        isChecking = false;
        if (heldFailure !== undefined) return fail(heldFailure);
        const refusal = await admit({ peerId: candidate.peerId, agentId: candidate.agentId });
        await helloSent;
        control.send(encodeWelcome(refusal));
        if (refusal !== undefined) {
          throw new SwarmError("peer-refused", { what: "This side refused the peer.", why: refusal });
        }
        proven = candidate;
        finishIfReady();
      };
      const keepEarly = (lane: LaneName, frame: Bytes): void => {
        // An honest peer sends nothing before our welcome, and that goes out once it is proven.
        if (proven === undefined) throw protocolError("The peer sends messages before it is proven.");
        earlyBytes += frame.length;
        if (earlyFrames.length >= MAX_EARLY_FRAMES || earlyBytes > MAX_EARLY_BYTES)
          throw protocolError("The peer floods before it is proven.");
        earlyFrames.push({ lane, frame });
      };
      const fail = (error: unknown): void => {
        reject(toSwarmError(error, "handshake-failed", "The handshake failed."));
      };
      // What we find out about a peer ourselves goes before what it says of us, or does, meanwhile: with somebody
      // in the middle both ends find out at once, and each refuses while the other is still checking.
      const failAfterCheck = (error: unknown): void => {
        if (isChecking) heldFailure ??= error;
        else fail(error);
      };

      // Our welcome must not overtake our hello, which takes as long to sign as theirs takes to check.
      const helloSent = encodeHello(self, link)
        .then((hello) => control.send(hello))
        .catch(failAfterCheck);

      control.receive((frame) => {
        try {
          if (!hasHello) {
            if (frame[0] !== FrameKind.hello || frame.length > MAX_HELLO_BYTES) {
              throw protocolError("The peer sent something else before its hello.");
            }
            hasHello = true;
            onHello(frame).catch(async (error: unknown) => {
              await helloSent;
              tellRefusal(link, error);
              fail(error);
            });
          } else if (!isWelcome) {
            if (frame[0] !== FrameKind.welcome || frame.length > MAX_HELLO_BYTES) {
              throw protocolError("The peer sent something else before its welcome.");
            }
            isWelcome = true;
            const refusal = readWelcome(frame);
            if (refusal !== undefined) return failAfterCheck(refusal);
            finishIfReady();
          } else {
            keepEarly("control", frame);
          }
        } catch (error) {
          fail(error);
        }
      });
      for (const lane of ["bulk", "datagram"] as const) {
        link.lanes[lane].receive((frame) => {
          try {
            keepEarly(lane, frame);
          } catch (error) {
            fail(error);
          }
        });
      }
      const onClosed = (): void => {
        if (link.state === "closed") {
          failAfterCheck(
            new SwarmError("link-closed", {
              what: `The link to ${link.peerId} closed during the handshake.`,
              why: `Reason: ${link.closeReason ?? "unknown"}.`,
            }),
          );
        }
      };
      onClosed();
      return link.onStateChange(onClosed);
    },
  );
}

// The other side shows why it was refused instead of a bare closed link.
function tellRefusal(link: Link, error: unknown): void {
  if (link.state === "closed" || !(error instanceof SwarmError) || error.code === "peer-refused") return;
  try {
    link.lanes.control.send(encodeWelcome(`${error.code}: ${error.message}`));
  } catch {
    // The link is going down anyway.
  }
}
