import { notifyManager, QueryClient, useMutation, useQuery } from "@tanstack/react-query";
import { act, within as inside, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { defineTask, type Swarm, type TaskContext, type WorkPolicy } from "peerswarm";
import { TasksPanel, TextsProvider } from "peerswarm/components";
import {
  taskMutationOptions,
  taskQueryOptions,
  type UseTaskResult,
  useCapabilities,
  useTask,
  useTaskHandler,
  useTaskQuery,
  useTasks,
} from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { Profiler, type ReactNode, StrictMode } from "react";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { idOf } from "../node/core/support.js";
import { listeners, probe, renderStrict, settle, together, turn, within } from "./support.js";

const sum = defineTask("sum", { input: v.array(v.number()), output: v.number() });
const raze = defineTask("raze", { input: v.unknown(), output: v.string(), risk: "high" });
const add = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

// Simulated time does not wait for the timers of the platform.
notifyManager.setScheduler(queueMicrotask);

async function couple() {
  const network = memoryNetwork({ latencyMs: 10 });
  const [ada, bob] = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" })];
  await together(network, ada, bob);
  return { network, ada, bob };
}

/** An executor that ends when it is told to. */
function patient() {
  const contexts: TaskContext[] = [];
  const answers: ((answer: number) => void)[] = [];
  const run = (_: number[], context: TaskContext): Promise<number> => {
    contexts.push(context);
    return new Promise((resolve) => answers.push(resolve));
  };
  return { contexts, answers, run };
}

/** A component that delegates sums; the result of its hook is `last()`. */
function delegator(swarm: Swarm) {
  const shown = probe(swarm, () => useTask(sum));
  const last = (): UseTaskResult<number[], number> => shown.last();
  return { ...shown, last };
}

describe("useTask", () => {
  it("delegates, follows the task, and has its output", async () => {
    const { network, ada, bob } = await couple();
    const { contexts, answers, run } = patient();
    bob.tasks.handle(sum, run);
    await turn(network, 100);
    const { last } = delegator(ada);
    expect([last().status, last().task]).toEqual(["idle", undefined]);
    act(() => last().mutate({ input: [1, 2] }));
    await turn(network, 500);
    expect(last()).toMatchObject({ isPending: true, task: { state: "running", peerId: idOf(bob) } });
    contexts[0]?.progress(0.5, "half");
    await turn(network, 500);
    expect(last().task).toMatchObject({ progress: 0.5, note: "half" });
    answers[0]?.(3);
    await turn(network, 500);
    expect(last()).toMatchObject({
      status: "success",
      data: 3,
      outcome: { ok: true },
      task: { state: "done" },
    });
    act(() => last().reset());
    await settle(network);
    expect(last()).toMatchObject({ status: "idle", task: undefined, outcome: undefined });
  });

  it("has what was streamed as text, also where a character lies in two chunks", async () => {
    const { network, ada, bob } = await couple();
    const { contexts, answers, run } = patient();
    bob.tasks.handle(sum, run);
    await turn(network, 100);
    const { last } = delegator(ada);
    const pieces: unknown[] = [];
    act(() => last().mutate({ input: [], onOutput: (output) => pieces.push(output) }));
    await turn(network, 500);
    const euro = new TextEncoder().encode("€");
    void contexts[0]?.write("stdout", "1 ");
    void contexts[0]?.write("stdout", euro.slice(0, 1));
    void contexts[0]?.write("stdout", euro.slice(1));
    void contexts[0]?.write("stderr", "careful");
    await turn(network, 500);
    expect(last().output).toEqual({ stdout: "1 €", stderr: "careful", result: "" });
    expect(pieces).toHaveLength(4);
    const { output } = last();
    answers[0]?.(0);
    await turn(network, 500);
    expect(last().output).toBe(output);
  });

  it("keeps the end of an output that never ends", async () => {
    const { network, ada, bob } = await couple();
    bob.tasks.handle(sum, async (_, { write }) => {
      for (let chunk = 0; chunk < 30; chunk++) await write("stdout", `${chunk} `.repeat(5000));
      return 1;
    });
    await turn(network, 100);
    const { last } = delegator(ada);
    act(() => last().mutate({ input: [] }));
    await turn(network, 3000);
    expect(last().status).toBe("success");
    expect(last().output.stdout.length).toBeGreaterThanOrEqual(65_536);
    expect(last().output.stdout.length).toBeLessThanOrEqual(2 * 65_536);
    expect(last().output.stdout.endsWith("29 29 ")).toBe(true);
  });

  it("fails with the error of the outcome, and says what was missing", async () => {
    const { network, ada } = await couple();
    const { last } = delegator(ada);
    act(() => last().mutate({ input: [] }));
    await turn(network, 1000);
    expect(last().error?.code).toBe("no-capable-peer");
    expect(last().outcome).toMatchObject({ ok: false, lack: { missing: ["task:sum"] } });
  });

  it("follows the latest of two tasks with the same id", async () => {
    const { network, ada, bob } = await couple();
    let runs = 0;
    bob.tasks.handle(sum, () => {
      if (++runs === 1) throw new Error("broken");
      return runs;
    });
    await turn(network, 100);
    const { last } = delegator(ada);
    act(() => last().mutate({ input: [1], id: "mine", retries: 0 }));
    await turn(network, 1000);
    expect(last().task).toMatchObject({ id: "mine", state: "failed" });
    act(() => last().mutate({ input: [1], id: "mine", retries: 0 }));
    await turn(network, 1000);
    expect(last()).toMatchObject({ data: 2, task: { id: "mine", state: "done" } });
  });

  it("cancels the task at its executor", async () => {
    const { network, ada, bob } = await couple();
    const { contexts, run } = patient();
    bob.tasks.handle(sum, run);
    await turn(network, 100);
    const { last } = delegator(ada);
    act(() => last().mutate({ input: [] }));
    await turn(network, 500);
    act(() => last().cancel());
    await turn(network, 500);
    expect([last().error?.code, contexts[0]?.signal.aborted]).toEqual(["task-cancelled", true]);
  });

  it("goes on when the component is gone", async () => {
    const { network, ada, bob } = await couple();
    const { answers, run } = patient();
    bob.tasks.handle(sum, run);
    await turn(network, 100);
    const { last, unmount } = delegator(ada);
    const outputs: number[] = [];
    void last()
      .mutateAsync({ input: [] })
      .then((output) => outputs.push(output));
    await turn(network, 500);
    unmount();
    expect(listeners(ada)).toBe(0);
    answers[0]?.(7);
    await turn(network, 500);
    expect(outputs).toEqual([7]);
  });
});

describe("options of tasks", () => {
  it("make a query that is done once, kept, and cancelled when nobody wants it", async () => {
    const { network, ada, bob } = await couple();
    const { contexts, answers, run } = patient();
    bob.tasks.handle(sum, run);
    await turn(network, 100);
    const client = new QueryClient();
    function Sum({ of }: { readonly of: number[] }): ReactNode {
      const { data } = useQuery(taskQueryOptions(ada, sum, of, { retries: 0 }), client);
      return <p>{data ?? "…"}</p>;
    }
    const page = render(<Sum of={[1]} />);
    await turn(network, 500);
    answers[0]?.(1);
    await turn(network, 500);
    expect(page.container.textContent).toBe("1");
    page.rerender(<Sum of={[2]} />);
    await turn(network, 500);
    page.rerender(<Sum of={[1]} />);
    await turn(network, 500);
    expect(page.container.textContent).toBe("1");
    expect(contexts.map(({ signal }) => signal.aborted)).toEqual([false, true]);
  });

  it("make a mutation", async () => {
    const { network, ada, bob } = await couple();
    bob.tasks.handle(sum, add);
    await turn(network, 100);
    const { last } = probe(ada, () => useMutation(taskMutationOptions(ada, sum), new QueryClient()));
    expect(last().status).toBe("idle");
    const outputs: number[] = [];
    function Both(): ReactNode {
      const { data } = useTaskQuery(sum, [1, 2]);
      if (data !== undefined) outputs.push(data);
      return null;
    }
    renderStrict(ada, <Both />);
    await turn(network, 1000);
    expect(outputs).toContain(3);
  });
});

describe("useTaskHandler", () => {
  const outcomeOf = async (network: Awaited<ReturnType<typeof couple>>["network"], swarm: Swarm) => {
    const task = swarm.tasks.delegate(sum, [1], { retries: 0 });
    await turn(network, 1000);
    return task;
  };

  it("does tasks with the executor of the last render, once, while it is mounted", async () => {
    const { network, ada, bob } = await couple();
    function Adder({ plus }: { readonly plus: number }): ReactNode {
      useTaskHandler(sum, (numbers) => add(numbers) + plus);
      return null;
    }
    const ui = (inner: ReactNode): ReactNode => <StrictMode>{within(bob, inner)}</StrictMode>;
    const page = render(ui(<Adder plus={0} />));
    await turn(network, 100);
    expect(await outcomeOf(network, ada)).toMatchObject({ ok: true, output: 1 });
    page.rerender(ui(<Adder plus={10} />));
    expect(await outcomeOf(network, ada)).toMatchObject({ ok: true, output: 11 });
    page.rerender(ui(null));
    await turn(network, 100);
    expect(await outcomeOf(network, ada)).toMatchObject({ ok: false, error: { code: "no-capable-peer" } });
  });

  it("judges by the policy of the last render, and by that of the swarm without one", async () => {
    const { network, ada, bob } = await couple();
    bob.tasks.configure({ policy: { approve: () => "refuse" } });
    function Adder({ policy }: { readonly policy?: WorkPolicy }): ReactNode {
      useTaskHandler(sum, add, { policy });
      return null;
    }
    const page = render(within(bob, <Adder policy={{ approve: () => "allow" }} />));
    await turn(network, 100);
    expect((await outcomeOf(network, ada)).ok).toBe(true);
    page.rerender(within(bob, <Adder policy={{ types: ["other"] }} />));
    expect((await outcomeOf(network, ada)).ok).toBe(false);
    page.rerender(within(bob, <Adder policy={{}} />));
    expect((await outcomeOf(network, ada)).ok).toBe(true);
    page.rerender(within(bob, <Adder />));
    await turn(network, 100);
    expect((await outcomeOf(network, ada)).ok).toBe(false);
  });
});

describe("useTasks and useCapabilities", () => {
  it("render only when what they selected changes", async () => {
    const { network, ada, bob } = await couple();
    bob.tasks.handle(sum, add);
    await turn(network, 100);
    const counts = probe(ada, () => useTasks(({ counts: { done } }) => done));
    const slots = probe(ada, () => useTasks(({ slots }) => slots));
    void ada.tasks.delegate(sum, [1]);
    await turn(network, 1000);
    expect([counts.last(), slots.last()]).toEqual([1, 2]);
    expect(slots.values).toHaveLength(1);
  });

  it("tell who can do what, this member first, with the same references for what did not change", async () => {
    const network = memoryNetwork();
    const ada = network.swarm({ capabilities: ["chat", "__proto__"] });
    const bob = network.swarm({ capabilities: ["chat", "chat", "webgpu"] });
    await together(network, ada, bob);
    const all = probe(ada, () => useCapabilities());
    const chat = probe(ada, () => useCapabilities((capabilities) => capabilities.chat));
    expect({ ...all.last() }).toEqual({
      chat: [idOf(ada), idOf(bob)],
      webgpu: [idOf(bob)],
      ["__proto__"]: [idOf(ada)],
    });
    const before = all.last();
    await turn(network, 60_000);
    expect(all.last()).toBe(before);
    bob.announce({ capabilities: ["chat"] });
    await turn(network, 100);
    expect(all.last().webgpu).toBeUndefined();
    expect(all.last().chat).toBe(before.chat);
    expect(chat.values).toHaveLength(1);
    void bob.leave();
    await turn(network, 1000);
    expect(all.last().chat).toEqual([idOf(ada)]);
  });
});

describe("TasksPanel", () => {
  const panel = (): HTMLElement => screen.getByRole("region", { name: "Tasks" });
  const button = (name: string | RegExp): HTMLElement => inside(panel()).getByRole("button", { name });

  it("says what can be delegated while nothing was", async () => {
    const { network, ada, bob } = await couple();
    renderStrict(ada, <TasksPanel />);
    expect(panel().dataset.state).toBe("empty");
    expect(inside(panel()).getByText(/Nobody else here does tasks/)).toBeTruthy();
    bob.tasks.handle(sum, add);
    await turn(network, 100);
    expect(inside(panel()).getByText("sum")).toBeTruthy();
  });

  it("shows a task on both sides, why this peer was chosen, and cancels it", async () => {
    const { network, ada, bob } = await couple();
    const { contexts, run } = patient();
    bob.tasks.handle(sum, run);
    await turn(network, 100);
    const handled = renderStrict(bob, <TasksPanel title="Theirs" />);
    renderStrict(ada, <TasksPanel />);
    const task = ada.tasks.delegate(sum, []);
    await turn(network, 500);
    contexts[0]?.progress(0.25, "<b>sorting</b>");
    await turn(network, 500);
    const bar = inside(panel()).getByRole("progressbar", { name: "Progress of sum" });
    expect(bar.getAttribute("aria-valuetext")).toBe("25% <b>sorting</b>");
    expect(panel().querySelector("b")).toBeNull();
    expect(handled.container.querySelector('[data-role="handled"]')?.textContent).toContain("from Ada");
    expect(inside(handled.container).queryByRole("button", { name: "Cancel sum" })).toBeNull();
    await userEvent.click(button("sum"));
    expect(panel().querySelector('[data-fact="choice"]')?.textContent).toContain("round trip 20 ms");
    act(() => button("Cancel sum").focus());
    await userEvent.keyboard("{Enter}");
    await turn(network, 500);
    expect((await task).ok).toBe(false);
    const row = panel().querySelector('[data-state="cancelled"]') as HTMLElement;
    // The button has gone: its row has the focus.
    expect(row.contains(document.activeElement)).toBe(true);
  });

  it("shows every task once, also where ids come again", async () => {
    const { network, ada, bob } = await couple();
    bob.tasks.handle(sum, add);
    await turn(network, 100);
    renderStrict(ada, <TasksPanel />);
    renderStrict(bob, <TasksPanel title="Theirs" />);
    for (let n = 0; n < 3; n++) {
      void ada.tasks.delegate(sum, [n], { id: "mine" });
      await turn(network, 1000);
    }
    // React complains of equal keys, and the console of this test fails it.
    expect(panel().querySelectorAll('[data-task-id="mine"]')).toHaveLength(3);
  });

  it("says why a task failed, with the code", async () => {
    const { network, ada, bob } = await couple();
    bob.tasks.handle(sum, () => "three" as never);
    await turn(network, 100);
    renderStrict(ada, <TasksPanel />);
    void ada.tasks.delegate(sum, [], { retries: 0 });
    await turn(network, 1000);
    const error = panel().querySelector(".ps-item-error") as HTMLElement;
    expect(error.dataset.code).toBe(ada.store.getSnapshot().tasks.list[0]?.error?.code);
    await userEvent.click(button("sum"));
    expect(panel().querySelector('[data-fact="error"] code')?.textContent).toBe(error.dataset.code);
  });

  it("asks a person, who sees what it is about and cannot be misled by it", async () => {
    const { network, ada, bob } = await couple();
    bob.tasks.handle(raze, () => "gone");
    await turn(network, 100);
    renderStrict(bob, <TasksPanel />);
    const first = ada.tasks.delegate(raze, { path: "/tmp/\u202Efdp.exe", size: new Uint8Array(5000) });
    const second = ada.tasks.delegate(raze, "x".repeat(5000), { retries: 0 });
    await turn(network, 500);
    expect(inside(panel()).getByText("2 tasks wait for your approval.")).toBeTruthy();
    const [one, two] = inside(panel()).getAllByRole("group", { name: "Input" });
    expect(one?.textContent).toContain("/tmp/\\u{202e}fdp.exe");
    expect(one?.textContent).toContain("Uint8Array, 5000 bytes");
    expect(two?.textContent?.length).toBeLessThan(700);
    expect(inside(panel()).getAllByText("High risk")).toHaveLength(2);
    await userEvent.click(inside(panel()).getAllByRole("button", { name: "Approve raze" })[0] as HTMLElement);
    await turn(network, 500);
    expect(await first).toMatchObject({ ok: true, output: "gone" });
    expect(document.activeElement).toBe(screen.getByRole("group", { name: "Waiting for your approval" }));
    await userEvent.click(button("Refuse raze"));
    await turn(network, 500);
    expect(await second).toMatchObject({ ok: false, error: { code: "task-refused" } });
    expect(panel().querySelector(".ps-approval")).toBeNull();
  });

  it("names peers that are skipped, and its texts can be replaced", async () => {
    const { network, ada, bob } = await couple();
    bob.tasks.handle(sum, () => {
      throw new Error("no");
    });
    await turn(network, 100);
    render(
      within(
        ada,
        <TextsProvider texts={{ tasks: { breakers: "Ausgelassen" } }}>
          <TasksPanel />
        </TextsProvider>,
      ),
    );
    for (let round = 0; round < 4; round++) {
      void ada.tasks.delegate(sum, [], { retries: 0, timeoutMs: 5000 });
      await turn(network, 6000);
    }
    expect(ada.store.getSnapshot().tasks.breakers[0]?.state).not.toBe("closed");
    const list = inside(panel()).getByRole("list", { name: "Ausgelassen" });
    expect(list.textContent).toContain("Bob");
  });

  it("renders only rows in sight of a thousand, and none for what is not shown", async () => {
    const { network, ada, bob } = await couple();
    const { run } = patient();
    bob.tasks.handle(sum, run);
    await turn(network, 100);
    for (let n = 0; n < 300; n++) void ada.tasks.delegate(sum, [n]).catch(() => undefined);
    await turn(network, 2000);
    let renders = 0;
    render(
      within(
        ada,
        <Profiler id="tasks" onRender={() => renders++}>
          <TasksPanel />
        </Profiler>,
      ),
    );
    expect(ada.store.getSnapshot().tasks.list.length).toBeGreaterThanOrEqual(300);
    expect(panel().querySelectorAll("[data-task-id]").length).toBeLessThan(60);
    const before = renders;
    await act(async () => {
      ada.announce({ goals: ["none"] });
      await network.settle();
    });
    expect(renders).toBe(before);
  });
});
