import fc from "fast-check";
import type { Swarm } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { expect, it } from "vitest";
import { leaveNothing, type Outcome, until, watch } from "../support.js";
import { createDevice, type Device } from "./support.js";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A letter that a device was asked to send. */
interface Sent {
  readonly payload: number;
  readonly from: Device;
  readonly to: Device;
  /** Set once the queue holds it: from then on it must not be lost. */
  id: string | undefined;
  readonly expiresAtMs: number;
  readonly outcome: () => Outcome<void> | undefined;
  /** Its sender crashed after it was accepted: nobody may be left to hear a report. */
  isOrphan: boolean;
}

type Step =
  | { readonly do: "send"; readonly who: 0 | 1; readonly expiresMs: number; readonly crashAfterTurns: number }
  | { readonly do: "crash"; readonly who: 0 | 1 }
  | { readonly do: "open"; readonly who: 0 | 1 }
  | { readonly do: "sleep"; readonly who: 0 | 1 }
  | { readonly do: "wake"; readonly who: 0 | 1 }
  | { readonly do: "leave"; readonly who: 0 | 1 }
  | { readonly do: "partition" }
  | { readonly do: "heal" }
  | { readonly do: "advance"; readonly ms: number };

const who = fc.constantFrom(0 as const, 1 as const);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      who,
      expiresMs: fc.constantFrom(3, 2000, 30_000, DAY_MS, DAY_MS),
      // Mostly not at all; else in the middle of writing the letter down.
      crashAfterTurns: fc.oneof(fc.constant(-1), fc.constant(-1), fc.nat(30)),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "crash" as const,
        "open" as const,
        "open" as const,
        "sleep" as const,
        "wake" as const,
        "leave" as const,
      ),
      who,
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ do: "partition" }, { do: "heal" }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.constantFrom(1, 2, 3, 5, 40, 1500, 12_000, 45_000),
    }),
  },
);

async function idsInQueue(device: Device): Promise<string[]> {
  const entries = await device.host.storage.entries("mail-out");
  return entries.map(([, value]) => (value as { id: string }).id);
}

it("every letter that is accepted is delivered once and in order, or expires, whatever happens to either end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.nat(), async (steps, seed) => {
      const network = memoryNetwork({ seed, latencyMs: 2, jitterMs: 3 });
      const devices = [await createDevice(network, "ada"), await createDevice(network, "bob")] as const;
      const sent: Sent[] = [];

      const crash = (device: Device): void => {
        device.crash();
        for (const letter of sent) if (letter.from === device) letter.isOrphan = true;
      };
      const isOn = (swarm: Swarm): boolean => swarm.store.getSnapshot().self.peerId !== undefined;

      const run = async (now: Step): Promise<void> => {
        if (now.do === "advance") return network.advance(now.ms);
        if (now.do === "heal") return network.heal();
        if (now.do === "partition") return network.partition([devices[0].host], [devices[1].host]);
        const device = devices[now.who];
        const isUp = !device.host.isCrashed && isOn(device.swarm);
        if (now.do === "crash") return crash(device);
        if (now.do === "wake") return device.host.wake();
        if (now.do === "sleep") return device.host.isCrashed ? undefined : device.host.sleep();
        if (now.do === "leave") {
          if (isUp && !device.host.isAsleep) void device.swarm.leave();
          return network.advance(1);
        }
        if (now.do === "open") {
          if (isUp) return;
          device.host.wake();
          return device.open();
        }
        if (!isUp || device.host.isAsleep) return;
        const to = devices[now.who === 0 ? 1 : 0];
        const before = new Set(await idsInQueue(device));
        const letter: Sent = {
          payload: sent.length,
          from: device,
          to,
          id: undefined,
          expiresAtMs: network.clock.now() + now.expiresMs,
          outcome: watch(
            device.swarm.sendReliably(to.agentId, "note", sent.length, { expiresMs: now.expiresMs }),
          ),
          isOrphan: false,
        };
        sent.push(letter);
        if (now.crashAfterTurns >= 0) {
          for (let turn = 0; turn < now.crashAfterTurns; turn++) await Promise.resolve();
          crash(device);
        }
        await network.advance(0);
        letter.id = (await idsInQueue(device)).find((id) => !before.has(id));
      };

      for (const device of devices) await device.open();
      for (const each of steps) await run(each);

      // In the end both are here and can reach each other.
      network.heal();
      for (const device of devices) {
        device.host.wake();
        await network.advance(0);
        await device.open();
      }
      await until(
        network,
        () => devices.every(({ swarm }) => swarm.store.getSnapshot().mailbox.total === 0),
        10 * 60_000,
        1000,
      );
      await network.advance(1000);

      for (const letter of sent) {
        const { payload, to, from, id, outcome } = letter;
        const delivered = to.heard.filter((one) => one === payload).length;
        const isReported = id !== undefined && from.expired.includes(id);
        const code = (outcome() as { error?: { code?: string } } | undefined)?.error?.code;
        const isExpired = isReported || code === "message-expired";
        const what = `letter ${payload}: ${JSON.stringify({ id, code, delivered, isReported })}`;
        expect(delivered, what).toBeLessThanOrEqual(1);
        expect(delivered === 1 && isExpired, what).toBe(false);
        const outcomeNow = outcome();
        if (outcomeNow !== undefined && "value" in outcomeNow) expect(delivered, what).toBe(1);
        if (id === undefined) continue;
        const mayBeUnreported = letter.isOrphan && letter.expiresAtMs <= network.clock.now();
        if (delivered === 0 && !mayBeUnreported) expect(isExpired, what).toBe(true);
      }
      for (const device of devices) {
        expect(device.heard).toEqual((device.heard as number[]).toSorted((a, b) => a - b));
      }
      await leaveNothing(
        network,
        devices.map(({ swarm }) => swarm),
      );
    }),
    { numRuns: Number(process.env.MAILBOX_RUNS ?? 60) },
  );
});
