import { notifyManager } from "@tanstack/react-query";
import { act, within as inside, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { defineTask } from "peerswarm";
import {
  ConsensusPanel,
  KnowledgePanel,
  TasksPanel,
  TransfersPanel,
  WitnessPanel,
} from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import type { ReactNode } from "react";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { idOf } from "../node/core/support.js";
import { renderStrict, together, turn } from "./support.js";

const echo = defineTask("echo", { input: v.string(), output: v.string() });

// Simulated time does not wait for the timers of the platform.
notifyManager.setScheduler(queueMicrotask);

async function couple(panel: ReactNode) {
  const network = memoryNetwork({ latencyMs: 10 });
  const [ada, bob] = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" })];
  await together(network, ada, bob);
  renderStrict(ada, panel);
  return { network, ada, bob };
}

const region = (): HTMLElement => screen.getByRole("region");
const said = (): string | null | undefined => region().querySelector(".ps-aggregate")?.textContent;

describe("a number that no list of events is behind", () => {
  it("of tasks: since when they are counted, and how many of them are listed", async () => {
    const { network, ada, bob } = await couple(<TasksPanel />);
    expect(said()).toBeUndefined();
    bob.tasks.handle(echo, (text) => text);
    await turn(network, 500);
    await act(() => Promise.all([ada.tasks.delegate(echo, "one"), network.settle()]));
    expect(said()).toBe("Counted since the swarm was started; all are listed.");
    for (let count = 0; count < 51; count++)
      await act(() => Promise.all([ada.tasks.delegate(echo, "more"), network.settle()]));
    expect(said()).toBe("Counted since the swarm was started; the latest 50 of 52 are listed.");
    await userEvent.click(inside(region()).getByRole("radio", { name: /^Failed/ }));
    expect(said()).toBeUndefined();
    await act(() => Promise.all([ada.leave(), bob.leave(), network.settle()]));
  });

  it("of votes: which they count, and where the ballots are", async () => {
    const { network, ada } = await couple(<ConsensusPanel />);
    expect(said()).toBeUndefined();
    const draft = { kind: "change", subject: "rename the room", risk: "low" } as const;
    ada.consensus.propose(draft).catch(() => undefined);
    await turn(network, 500);
    expect(said()).toMatch(/^Counts are of the votes listed: .* Each one’s detail has its ballots\.$/);
  });

  it("of files: that sizes are sums and rates are averages", async () => {
    const { network, ada, bob } = await couple(<TransfersPanel />);
    expect(said()).toBeUndefined();
    const sending = ada.sendFile(idOf(bob), new Uint8Array(10)).catch(() => undefined);
    await turn(network, 500);
    expect(said()).toMatch(/^Sizes are sums of parts, .*; rates are averages over the last seconds\.$/);
    await turn(network, 60_000);
    await sending;
  });

  it("of knowledge: that the space is that of all entries of the room", async () => {
    const { network, ada } = await couple(<KnowledgePanel />);
    await act(() => ada.knowledge.put("text"));
    await turn(network, 500);
    expect(inside(region()).getByText("Space used by all entries of this room")).toBeTruthy();
  });

  it("of the witness log: that records are counted since joining", async () => {
    const { ada } = await couple(<WitnessPanel />);
    const { records } = ada.store.getSnapshot().witness;
    expect(inside(region()).getByText(`${records} records since joining`)).toBeTruthy();
  });
});

it("How much output a task brought leads to the messages that brought it", async () => {
  const { network, ada, bob } = await couple(<TasksPanel />);
  bob.tasks.handle(echo, async (text, { write }) => {
    await write("stdout", "first");
    await write("stdout", "second");
    return text;
  });
  await turn(network, 500);
  await act(() => Promise.all([ada.tasks.delegate(echo, "one"), network.settle()]));
  await turn(network, 500);
  await userEvent.click(inside(region()).getByRole("button", { name: "echo" }));
  await userEvent.click(inside(region()).getByRole("button", { name: /^2 pieces, .*events behind$/ }));
  const dialog = await screen.findByRole("dialog");
  const rows = inside(dialog).getAllByRole("listitem");
  expect(rows.map(({ dataset }) => dataset.type)).toEqual(["swarm/task-output", "swarm/task-output"]);
  expect(
    inside(dialog).getByText("Output of other tasks with this peer is among these messages."),
  ).toBeTruthy();
});
