import { act, render } from "@testing-library/react";
import { defineTask, type TaskContext } from "peerswarm";
import { ConsensusPanel, KnowledgePanel, TasksPanel, WitnessPanel } from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import type { ReactNode } from "react";
import * as v from "valibot";
import { afterEach, describe, expect, it, vi } from "vitest";
import { idOf } from "../node/core/support.js";
import { settle, together, turn, within } from "./support.js";

/** How often each row has rendered, by what it is called. */
const renders = vi.hoisted(() => new Map<string, number>());

// Every row renders its control, and nothing else does.
vi.mock("../../src/components/parts/RowDisclosure.js", async (original) => {
  const { RowDisclosure } = await original<typeof import("../../src/components/parts/RowDisclosure.js")>();
  return {
    RowDisclosure(props: Parameters<typeof RowDisclosure>[0]): ReactNode {
      renders.set(props.rowKey, (renders.get(props.rowKey) ?? 0) + 1);
      return <RowDisclosure {...props} />;
    },
  };
});

afterEach(() => renders.clear());

async function couple() {
  const network = memoryNetwork({ latencyMs: 10 });
  const [ada, bob] = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" })];
  await together(network, ada, bob);
  return { network, ada, bob };
}

/** Which rows have rendered because of something. */
async function renderedBy(happening: () => Promise<void>): Promise<readonly string[]> {
  renders.clear();
  await happening();
  return [...renders.keys()];
}

describe("news of one item renders its row and no other one", () => {
  it("in the tasks", async () => {
    const { network, ada, bob } = await couple();
    const contexts: TaskContext[] = [];
    const sum = defineTask("sum", { input: v.number(), output: v.number() });
    bob.tasks.handle(sum, (_, context) => {
      contexts.push(context);
      return new Promise<number>(() => undefined);
    });
    await turn(network, 100);
    for (let n = 0; n < 5; n++) void ada.tasks.delegate(sum, n);
    await turn(network, 1000);
    render(within(ada, <TasksPanel />));
    expect(renders.size).toBe(5);
    const [running] = ada.store.getSnapshot().tasks.list.filter(({ state }) => state === "running");
    const rows = await renderedBy(async () => {
      contexts[0]?.progress(0.5, "half");
      await turn(network, 900);
    });
    expect(rows).toEqual([String(running?.key)]);
  });

  it("in the votes", async () => {
    const { network, ada, bob } = await couple();
    for (let n = 0; n < 4; n++)
      ada.consensus
        .propose({ kind: "change", subject: `${n}`, risk: "low", rule: "unanimous" })
        .catch(() => undefined);
    await settle(network);
    await turn(network, 500);
    render(within(ada, <ConsensusPanel />));
    expect(renders.size).toBe(4);
    const [proposal] = ada.store.getSnapshot().consensus.proposals;
    const rows = await renderedBy(async () => {
      await act(async () => {
        void bob.consensus.vote(proposal?.id ?? "", "yes");
        await network.advance(500);
      });
    });
    expect(rows).toEqual([proposal?.id]);
  });

  it("in what is known", async () => {
    const { network, ada } = await couple();
    render(within(ada, <KnowledgePanel />));
    const puts: Promise<{ readonly id: string }>[] = [];
    for (let n = 0; n < 4; n++) puts.push(ada.knowledge.put(`text ${n}`, { title: `${n}` }));
    await settle(network);
    const [first] = await Promise.all(puts);
    await turn(network, 1000);
    expect(renders.size).toBe(4);
    const rows = await renderedBy(async () => {
      await act(async () => {
        void ada.knowledge.share(first?.id ?? "");
        await network.advance(1000);
      });
    });
    expect(rows).toEqual([first?.id]);
  });

  it("in the witness log", async () => {
    const { network, ada, bob } = await couple();
    ada.on("chat", () => undefined);
    await turn(network, 11_000);
    render(within(ada, <WitnessPanel />));
    const before = new Set(renders.keys());
    expect(before.size).toBeGreaterThan(3);
    const rows = await renderedBy(async () => {
      bob.send(idOf(ada), "chat", "hello");
      await turn(network, 300);
    });
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => before.has(row))).toEqual([]);
  });
});
