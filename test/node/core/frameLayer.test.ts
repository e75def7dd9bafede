import fc from "fast-check";
import type { LaneName, Swarm } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/core/bytes.js";
import { decodeCredit, encodeCredit, sendWindow } from "../../../src/core/wire/credit.js";
import { decodeMessageFrame } from "../../../src/core/wire/frame.js";
import { unpackFrame } from "../../../src/core/wire/packedFrame.js";
import { gather, hear, idOf, leaveAll, leaveNothing, tabs } from "./support.js";

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

describe("any flipped bit on the link", () => {
  it("is caught: what is delivered is what was sent", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
        fc.nat(40),
        async (bits, count) => {
          const network = memoryNetwork();
          const { hosts, swarms } = tabs(network, 2);
          await gather(network, swarms);
          const [ada, bob] = swarms as [Swarm, Swarm];
          const heard = hear(bob);
          let frames = 0;
          // The link breaks off after a few such frames, so that only some are changed.
          const liar = hosts[0];
          if (liar === undefined) throw new Error("There is no host.");
          liar.tamper = (frame: Bytes) => {
            const bit = bits[frames++];
            if (bit === undefined) return frame;
            const flipped = frame.slice();
            const at = bit % (flipped.length * 8);
            flipped[at >> 3] = (flipped[at >> 3] as number) ^ (1 << (at & 7));
            return flipped;
          };
          const text = (number: number): string => `${number}: as others were, and as others will be`;
          let number = 0;
          for (let burst = 0; burst < 6; burst++) {
            for (let n = 0; n < count + 1; n++) ada.send(idOf(bob), "chat", text(number++));
            await network.settle();
          }
          liar.tamper = undefined;
          const expected = new Set(Array.from({ length: number }, (_, n) => text(n)));
          for (const { payload, info } of heard) {
            expect(expected.delete(payload as string)).toBe(true);
            expect(info.from.peerId).toBe(idOf(ada));
          }
          await network.advance(100_000);
          await Promise.all(swarms.map((swarm) => swarm.leave()));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("frames of a stranger", () => {
  it("never throw, and never claim more memory than a lane carries", () => {
    const kind = fc.constantFrom(3, 5, 6);
    fc.assert(
      fc.property(kind, fc.uint8Array({ maxLength: 400 }), (first, rest) => {
        const bytes = Uint8Array.from([first, ...rest]);
        expect(() => decodeMessageFrame(bytes)).not.toThrow();
        expect(() => decodeCredit(bytes)).not.toThrow();
        expect((unpackFrame(bytes)?.length ?? 0) <= 262_144).toBe(true);
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
