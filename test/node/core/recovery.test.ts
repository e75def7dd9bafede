import { defineTask, type Swarm } from "peerswarm";
import { type MemoryHost, memoryNetwork } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { gather, inTime, leaveNothing, record, tabs, until, view } from "./support.js";

const slow = defineTask("slow", { input: v.string(), output: v.string() });

/** Two members whose link fails, and in the middle of that `act`; then it recovers by itself: nobody joins or is linked anew. */
async function interrupted(act: (ada: Swarm, bob: Swarm) => void) {
  const network = memoryNetwork({ latencyMs: 10 });
  const { hosts, swarms } = tabs(network, 2);
  const [ada, bob] = swarms as [Swarm, Swarm];
  const [one, other] = hosts as [MemoryHost, MemoryHost];
  await gather(network, swarms);
  await network.advance(1000);
  const joined = [record(ada, "peer-joined"), record(bob, "peer-joined")];
  return {
    network,
    ada,
    bob,
    async outage() {
      network.partition([one], [other]);
      await until(network, () => view(ada, bob)?.state === "unreachable");
      act(ada, bob);
      await network.advance(5000);
      network.heal();
      await until(
        network,
        () => view(ada, bob)?.state === "connected" && view(bob, ada)?.state === "connected",
      );
    },
    async leave() {
      expect(joined).toEqual([[], []]);
      await leaveNothing(network, swarms);
    },
  };
}

describe("over a link that recovers by itself", () => {
  it("knowledge that was shared meanwhile comes", async () => {
    const { network, bob, outage, leave } = await interrupted((ada) => {
      ada.knowledge.put("meanwhile", { share: true }).catch(() => undefined);
    });
    await outage();
    await until(network, () => bob.store.getSnapshot().knowledge.artifactCount === 1, 76_000);
    await leave();
  });

  it("a vote that was proposed meanwhile is heard of, voted on, and ends the same with both", async () => {
    const { network, ada, bob, outage, leave } = await interrupted((proposer) => {
      const draft = { kind: "change", subject: "x", risk: "low", timeoutMs: 60_000 } as const;
      proposer.consensus.propose(draft).catch(() => undefined);
    });
    bob.consensus.onProposal(() => "yes");
    await outage();
    const outcomes = () => [ada, bob].map(({ store }) => store.getSnapshot().consensus.proposals[0]?.outcome);
    await until(network, () => outcomes().every((outcome) => outcome === "approved"), 15_000);
    await leave();
  });

  it("a task that ended meanwhile was done once, and one that was cancelled stops", async () => {
    const ended: string[] = [];
    const controller = new AbortController();
    const { network, ada, bob, outage, leave } = await interrupted(() => controller.abort());
    bob.tasks.handle(
      slow,
      (input, { signal }) =>
        new Promise<string>((resolve) => {
          const stop = network.clock.setTimer(input === "short" ? 8_000 : 600_000, () => end("done"));
          const end = (how: string): void => {
            stop();
            ended.push(`${input} ${how}`);
            resolve(how);
          };
          signal.addEventListener("abort", () => end("aborted"), { once: true });
        }),
    );
    await until(network, () => view(ada, bob)?.profile.capabilities.includes("task:slow") === true);
    const kept = ada.tasks.delegate(slow, "short");
    const dropped = ada.tasks.delegate(slow, "long", { signal: controller.signal, timeoutMs: 600_000 });
    await network.advance(1000);
    await outage();
    expect(ended[0]).toBe("short done");
    expect(await inTime(network, kept)).toMatchObject({ ok: true, output: "done" });
    expect(await inTime(network, dropped)).toMatchObject({ ok: false, error: { code: "aborted" } });
    await until(network, () => ended.length === 2, 60_000);
    expect(ended.sort()).toEqual(["long aborted", "short done"]);
    await leave();
  });
});
