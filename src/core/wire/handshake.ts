import { settleWithin } from "../abort.js";
import { type Bytes, equalInConstantTime } from "../bytes.js";
import { SwarmError, toSwarmError } from "../errors.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import type { CpaceRun } from "../secret/cpace.js";
import { beginSecretProof, type SecretGate } from "../secret/secretProof.js";
import type { LaneName, Link } from "../transport/transport.js";
import { FrameKind } from "./frame.js";
import { encodeHello, type HandshakeSelf, type ProvenHello, protocolError, proveHello } from "./hello.js";
import { encodeRefusal, encodeWelcome, readWelcome, type Welcome } from "./welcome.js";

/** Longest a peer may take to prove itself once the link is open. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Nothing larger is read from a peer that has not proved itself. */
export const MAX_HELLO_BYTES = 2048;
// A quick peer's first messages can overtake its welcome on another lane, or our own check of it.
const MAX_EARLY_FRAMES = 256;
const MAX_EARLY_BYTES: number = 4 * 1024 * 1024;

export interface EarlyFrame {
  readonly lane: LaneName;
  readonly frame: Bytes;
}

/** A peer that has proved its key, this room and this connection, and that it knows the room's secret. */
export interface ProvenPeer extends Omit<ProvenHello, "share" | "body"> {
  /** Frames that came before the handshake had ended, in order of arrival. */
  readonly earlyFrames: readonly EarlyFrame[];
}

export interface HandshakeOptions {
  readonly link: Link;
  readonly self: HandshakeSelf;
  readonly runtime: Runtime;
  readonly signal: AbortSignal;
  /** What the peer has to know; without it the room is open. */
  readonly gate?: SecretGate | undefined;
  /** Asked once the peer has proved its key; a returned text refuses it and is told to it. */
  readonly admit: (peer: { peerId: PeerId; agentId: AgentId }) => Promise<string | undefined>;
}

/** Our own hello, once it is sent, and our half of the proof of the room's secret. */
interface OwnHello {
  readonly body: Bytes;
  readonly run: CpaceRun | undefined;
}

/** A peer whose hello was accepted, and what its welcome has to confirm. */
interface Candidate {
  readonly hello: ProvenHello;
  readonly expected: Bytes | undefined;
}

/**
 * Proves both ends to each other over a fresh link. Each side sends a hello at once and a welcome when it
 * accepts the other's; the peer counts as proven when both welcomes are there. Where the room has a secret, the
 * hellos carry the shares of a password-authenticated key exchange and the welcomes confirm its key.
 * @throws SwarmError `handshake-timeout`, `handshake-failed`, `protocol-version`, `protocol-error`,
 * `room-mismatch`, `secret-mismatch`, `peer-refused`, `link-closed`, `aborted`
 */
export function handshake(options: HandshakeOptions): Promise<ProvenPeer> {
  const { link, self, runtime, signal, gate } = options;
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
      let welcome: Welcome | undefined;
      let isChecking = false;
      let heldFailure: unknown;
      let candidate: Candidate | undefined;

      const fail = (error: unknown): void => {
        reject(toSwarmError(error, "handshake-failed", "The handshake failed."));
      };
      // What we find out about a peer ourselves goes before what it says of us, or does, meanwhile: with somebody
      // in the middle both ends find out at once, and each refuses while the other is still checking.
      const failAfterCheck = (error: unknown): void => {
        if (isChecking) heldFailure ??= error;
        else fail(error);
      };

      const finishIfReady = (): void => {
        if (candidate === undefined || welcome === undefined) return;
        const { hello, expected } = candidate;
        if (expected !== undefined) {
          if (!isConfirmed(expected, welcome)) return fail(differentSecret(link.peerId));
          gate?.guesses.takeBack(hello);
        }
        const { share: _share, body: _body, ...proven } = hello;
        resolve({ ...proven, earlyFrames });
      };
      const onHello = async (frame: Bytes): Promise<void> => {
        isChecking = true;
        const hello = await proveHello(frame, { link, self, runtime, hasSecret: gate !== undefined });
        isChecking = false;
        if (heldFailure !== undefined) return fail(heldFailure);
        const own = await ownHello;
        // Asked twice: a guesser is none of the app's business, and others may have used up the tries meanwhile.
        const refusal =
          guessRefusal(gate, hello) ??
          (await options.admit({ peerId: hello.peerId, agentId: hello.agentId })) ??
          guessRefusal(gate, hello);
        if (refusal !== undefined) {
          control.send(encodeRefusal(refusal));
          throw new SwarmError("peer-refused", { what: "This side refused the peer.", why: refusal });
        }
        const confirmations = confirm(own, hello);
        // From here on the peer has something to test a guess against, whether or not it goes on.
        if (confirmations !== undefined) gate?.guesses.spend(hello);
        control.send(encodeWelcome(confirmations?.own));
        candidate = { hello, expected: confirmations?.expected };
        finishIfReady();
      };
      const keepEarly = (lane: LaneName, frame: Bytes): void => {
        // An honest peer sends nothing before our welcome, and that goes out once it is proven.
        if (candidate === undefined) throw protocolError("The peer sends messages before it is proven.");
        earlyBytes += frame.length;
        if (earlyFrames.length >= MAX_EARLY_FRAMES || earlyBytes > MAX_EARLY_BYTES)
          throw protocolError("The peer floods before it is proven.");
        earlyFrames.push({ lane, frame });
      };

      // Our welcome must not overtake our hello, which takes as long to sign as theirs takes to check.
      const ownHello = sendHello(options);
      ownHello.catch(failAfterCheck);

      control.receive((frame) => {
        try {
          if (!hasHello) {
            if (frame[0] !== FrameKind.hello || frame.length > MAX_HELLO_BYTES) {
              throw protocolError("The peer sent something else before its hello.");
            }
            hasHello = true;
            onHello(frame).catch(async (error: unknown) => {
              await ownHello.catch(() => undefined);
              tellRefusal(link, error);
              fail(error);
            });
          } else if (welcome === undefined) {
            if (frame[0] !== FrameKind.welcome || frame.length > MAX_HELLO_BYTES) {
              throw protocolError("The peer sent something else before its welcome.");
            }
            const answer = readWelcome(frame);
            if (answer instanceof SwarmError) return failAfterCheck(answer);
            welcome = answer;
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

async function sendHello({ link, self, runtime, gate }: HandshakeOptions): Promise<OwnHello> {
  const run =
    gate && (await beginSecretProof(gate.secret, { link, runtime, room: self.room, peerId: self.peerId }));
  const { frame, body } = await encodeHello(self, link, run?.share);
  link.lanes.control.send(frame);
  return { body, run };
}

function confirm({ run, body }: OwnHello, hello: ProvenHello): ReturnType<CpaceRun["finish"]> {
  if (run === undefined || hello.share === undefined) return undefined;
  const confirmations = run.finish(body, { share: hello.share, associated: hello.body });
  if (confirmations === undefined) throw protocolError("The peer's share for the room's secret is none.");
  return confirmations;
}

function isConfirmed(expected: Bytes, { confirmation }: Welcome): boolean {
  return confirmation !== undefined && equalInConstantTime(expected, confirmation);
}

function guessRefusal(gate: SecretGate | undefined, hello: ProvenHello): string | undefined {
  const waitMs = gate?.guesses.waitMs(hello) ?? 0;
  if (waitMs === 0) return undefined;
  return `Too many tries without the room's secret. It may try again in ${Math.ceil(waitMs / 1000)} s.`;
}

function differentSecret(peerId: PeerId): SwarmError {
  return new SwarmError("secret-mismatch", {
    what: `${peerId} did not prove that it knows this room's secret.`,
    why: "The two sides were given different secrets, or somebody is guessing.",
    fix: "Compare the secrets. Neither side has learned the other's.",
  });
}

// The other side shows why it was refused instead of a bare closed link.
function tellRefusal(link: Link, error: unknown): void {
  if (link.state === "closed" || !(error instanceof SwarmError) || error.code === "peer-refused") return;
  try {
    link.lanes.control.send(encodeRefusal(`${error.code}: ${error.message}`));
  } catch {
    // The link is going down anyway.
  }
}
