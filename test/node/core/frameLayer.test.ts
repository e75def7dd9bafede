import fc from "fast-check";
import {
  createIdentity,
  type Identity,
  type Lane,
  type LaneName,
  type MessageContext,
  type Swarm,
} from "peerswarm";
import { manualClock, memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/core/bytes.js";
import { platformEd25519 } from "../../../src/core/identity/ed25519.js";
import { decodeCredit, encodeCredit, sendWindow } from "../../../src/core/wire/credit.js";
import { decodeMessageFrame, FrameKind } from "../../../src/core/wire/frame.js";
import { createInbox } from "../../../src/core/wire/inbox.js";
import { createIntake, DEFAULT_PEER_LIMITS } from "../../../src/core/wire/intake.js";
import { encodeMessage, hashContext } from "../../../src/core/wire/messageBytes.js";
import { createOutbox } from "../../../src/core/wire/outbox.js";
import { createPacer } from "../../../src/core/wire/pacer.js";
import { claimedBytes, unpackFrame } from "../../../src/core/wire/packedFrame.js";
import { orderedWindow } from "../../../src/core/wire/replayWindow.js";
import { gather, hear, idOf, leaveNothing, tabs } from "./support.js";

interface Letter {
  readonly number: number;
  readonly lane: LaneName;
  readonly filling: unknown;
}

const lane: fc.Arbitrary<LaneName> = fc.constantFrom("control", "bulk", "datagram");
// Small and repetitive, or big and not: packed and plain frames, shared and lone ones.
const filling = fc.oneof(
  { weight: 6, arbitrary: fc.constant("the same again and again") },
  { weight: 3, arbitrary: fc.string({ maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc
      .nat(120_000)
      .map((length) => crypto.getRandomValues(new Uint8Array(Math.min(length, 65_536)))),
  },
);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("send" as const),
      lane,
      filling,
      times: fc.integer({ min: 1, max: 300 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(60) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("cut" as const), ms: fc.constantFrom(100, 8000, 50_000) }),
  },
);

describe("any sequence of messages, sizes and batchings, over a link that is cut and replaced", () => {
  it("arrives at most once and in order per lane, and whole where nothing was cut", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(1000), async (steps, seed) => {
        const network = memoryNetwork({ seed, latencyMs: 3, jitterMs: 10, bytesPerSecond: 5_000_000 });
        const { hosts, swarms } = tabs(network, 2);
        await gather(network, swarms);
        const [ada, bob] = swarms as [Swarm, Swarm];
        const heard = hear(bob);
        const sent: Letter[] = [];
        for (const each of steps) {
          if (each.kind === "wait") await network.advance(each.ms);
          else if (each.kind === "cut") {
            network.partition(hosts.slice(0, 1), hosts.slice(1));
            await network.advance(each.ms);
            network.heal();
            await network.advance(40_000);
          } else {
            for (let time = 0; time < each.times; time++) {
              const letter = { number: sent.length, lane: each.lane, filling: each.filling };
              try {
                if (ada.send(idOf(bob), "chat", letter, { lane: each.lane })) sent.push(letter);
              } catch (error) {
                expect(error).toMatchObject({ code: "queue-full" });
                await network.advance(100);
              }
            }
          }
        }
        await network.advance(5000);
        await network.settle();
        const isCut = steps.some(({ kind }) => kind === "cut");
        for (const name of ["control", "bulk", "datagram"] as const) {
          const came = heard.filter(({ info }) => info.lane === name).map(({ payload }) => payload as Letter);
          const numbers = came.map(({ number }) => number);
          expect(new Set(numbers).size).toBe(numbers.length);
          for (const letter of came) expect(letter).toStrictEqual(sent[letter.number]);
          if (name === "datagram") continue;
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
          if (!isCut) expect(numbers).toHaveLength(sent.filter((letter) => letter.lane === name).length);
        }
        await leaveNothing(network, swarms);
      }),
      { numRuns: 15 },
    );
  });
});

/** What one lane puts on the link for these messages. */
async function framesOf(texts: readonly string[], identity: Identity): Promise<Bytes[]> {
  const frames: Bytes[] = [];
  const fakeLane: Lane = {
    name: "control",
    queuedBytes: 0,
    send: (frame) => void frames.push(frame.slice()),
    drained: () => Promise.resolve(),
    receive: () => undefined,
  };
  const outbox = createOutbox({
    lane: fakeLane,
    clock: manualClock(),
    window: undefined,
    contextHash: hashContext(contextOf(identity)),
    sign: (statement) => identity.sign(statement),
    track: (work) => work,
    onFrameSent: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  for (const [at, payload] of texts.entries()) {
    const content = {
      number: at + 1,
      sequence: at + 1,
      type: "t",
      sentAtMs: 1,
      payload,
      metadata: undefined,
    };
    outbox.push(encodeMessage(content), at + 1);
  }
  await outbox.flushed();
  return frames;
}

const contextOf = ({ agentId }: Identity): MessageContext => ({
  room: "r",
  fromAgent: agentId,
  fromPeer: "from",
  toPeer: "to",
  lane: "control",
});

describe("any flipped bit of a frame, packed or plain", () => {
  it("is caught: nothing is delivered that was not sent", async () => {
    const identity = await createIdentity();
    const verify = await (await platformEd25519()).verifier(identity.publicKey);
    const clock = manualClock();
    const deliver = async (frame: Bytes): Promise<unknown[]> => {
      const delivered: unknown[] = [];
      const inbox = createInbox({
        context: contextOf(identity),
        verify,
        track: (work) => work,
        window: orderedWindow(),
        clock,
        intake: createIntake(clock, DEFAULT_PEER_LIMITS, () => undefined),
        pacer: createPacer({ clock, track: (work) => work }),
        deliver: ({ content }) => void delivered.push(content.payload),
        onFrameReceived: () => undefined,
        onWorkedOff: () => undefined,
        onFrameVerified: () => undefined,
        onViolation: () => undefined,
        onGap: () => undefined,
      });
      inbox.receive(frame);
      await inbox.digested();
      return delivered;
    };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.nat(), async (count, at) => {
        const texts = Array.from({ length: count }, (_, number) => `${number}: as the others are`);
        const [frame] = await framesOf(texts, identity);
        if (frame === undefined) throw new Error("Nothing was sent.");
        expect(await deliver(frame)).toEqual(texts);
        const bit = at % (frame.length * 8);
        frame[bit >> 3] = (frame[bit >> 3] as number) ^ (1 << (bit & 7));
        // A copy taken from another place with the same bytes unpacks to the same: that is no change.
        const delivered = await deliver(frame);
        if (delivered.length > 0) expect(delivered).toEqual(texts);
        if (delivered.length > 0) expect(frame[0]).toBe(FrameKind.packedMessages);
      }),
      { numRuns: 300 },
    );
  });
});

describe("frames of a stranger", () => {
  it("never throw, and never claim more memory than a lane carries", () => {
    const kind = fc.constantFrom(3, 5, 6);
    fc.assert(
      fc.property(kind, fc.uint8Array({ maxLength: 400, size: "max" }), (first, rest) => {
        const bytes = Uint8Array.from([first, ...rest]);
        expect(() => decodeMessageFrame(bytes)).not.toThrow();
        expect(() => decodeCredit(bytes)).not.toThrow();
        expect((unpackFrame(bytes)?.length ?? 0) <= 262_144).toBe(true);
        expect(claimedBytes(bytes) <= 262_144).toBe(true);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("credit", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(lane, fc.maxSafeNat(), (name, workedOffBytes) => {
        expect(decodeCredit(encodeCredit({ lane: name, workedOffBytes }))).toEqual({
          lane: name,
          workedOffBytes,
        });
      }),
    );
    const good = encodeCredit({ lane: "bulk", workedOffBytes: 5 });
    expect(decodeCredit(good.slice(0, -1))).toBeUndefined();
    expect(decodeCredit(Uint8Array.from([...good, 0]))).toBeUndefined();
    expect(decodeCredit(good.map((byte, at) => (at === 1 ? 3 : byte)))).toBeUndefined();
    expect(decodeCredit(good.map((byte, at) => (at === 2 ? 255 : byte)))).toBeUndefined();
  });

  it("never lets more than the window and a frame be under way, and believes no impossible word", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(300), fc.integer({ min: -50, max: 2000 }))), (turns) => {
        const window = sendWindow(1000);
        let sent = 0;
        let workedOff = 0;
        for (const [bytes, claim] of turns) {
          if (window.isOpen) {
            window.sent(bytes);
            sent += bytes;
          }
          expect(sent - workedOff).toBeLessThan(1000 + 300);
          const isPossible = claim >= workedOff && claim <= sent;
          expect(window.workedOff(claim)).toBe(isPossible);
          if (isPossible) workedOff = claim;
        }
      }),
    );
  });
});
