import { type createSwarm, type Swarm, SwarmError, type TaskOutput } from "peerswarm";
import {
  type JavaScriptSandbox,
  javaScriptExecutor,
  javaScriptTask,
  type SandboxOutcome,
  type SandboxRunOptions,
} from "peerswarm/executors/javascript";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { gather, tabs } from "../core/support.js";

interface Run extends SandboxRunOptions {
  readonly code: string;
  readonly input: unknown;
  end(outcome: SandboxOutcome): void;
}

/** A sandbox whose runs the test ends: what the executor does with it needs no real engine. */
function heldSandbox() {
  const runs: Run[] = [];
  const sandbox: JavaScriptSandbox = {
    run: (code, input, options = {}) =>
      new Promise((end) => {
        runs.push({ code, input, ...options, end });
        options.signal?.addEventListener("abort", () =>
          end({ ok: false, error: new SwarmError("aborted", { what: "Ended." }) }),
        );
      }),
    close() {},
  };
  return { sandbox, runs };
}

async function couple() {
  const network = memoryNetwork({ latencyMs: 10 });
  const { swarms } = tabs(network, 2, { capabilities: ["js-sandbox"] });
  await gather(network, swarms);
  const [ada, bob] = swarms as [Swarm, Swarm];
  const held = heldSandbox();
  bob.tasks.handle(javaScriptTask, javaScriptExecutor(held.sandbox));
  await network.advance(50);
  return { network, ada, bob, ...held };
}

const failure = (code: ConstructorParameters<typeof SwarmError>[0]): SandboxOutcome => ({
  ok: false,
  error: new SwarmError(code, { what: `It ended with ${code}.` }),
});

describe("the task of running JavaScript", () => {
  it("goes to a peer's sandbox and comes back with output and progress", async () => {
    const { network, ada, runs } = await couple();
    const outputs: TaskOutput[] = [];
    const steps: number[] = [];
    const task = ada.tasks.delegate(
      javaScriptTask,
      { code: "export const run = (n) => n", input: { bytes: new Uint8Array([1]) } },
      { onOutput: (output) => outputs.push(output), onProgress: ({ fraction }) => steps.push(fraction) },
    );
    await network.advance(100);
    expect(runs[0]).toMatchObject({
      code: "export const run = (n) => n",
      input: { bytes: new Uint8Array([1]) },
    });
    runs[0]?.onOutput?.("hello\n", "stderr");
    runs[0]?.onProgress?.(0.5, undefined);
    await network.advance(200);
    runs[0]?.end({ ok: true, output: { list: [1] } });
    await network.advance(200);
    expect(await task).toMatchObject({ ok: true, output: { list: [1] }, attempts: 1 });
    expect(outputs).toMatchObject([{ stream: "stderr", chunk: "hello\n" }]);
    expect(steps).toContain(0.5);
  });

  it.each(["sandbox-error", "sandbox-memory", "sandbox-output"] as const)(
    "ends for good where the script is to blame: %s",
    async (code) => {
      const { network, ada, runs } = await couple();
      const task = ada.tasks.delegate(javaScriptTask, { code: "throw 1" });
      await network.advance(100);
      runs[0]?.end(failure(code));
      await network.advance(5000);
      const outcome = await task;
      expect(outcome).toMatchObject({ ok: false, attempts: 1, error: { code: "task-failed" } });
      expect(outcome.ok ? "" : outcome.error.message).toContain(`It ended with ${code}.`);
      expect(runs).toHaveLength(1);
    },
  );

  it("is tried again where it ran out of time", async () => {
    const { network, ada, runs } = await couple();
    const task = ada.tasks.delegate(javaScriptTask, { code: "while (true);" }, { retries: 1 });
    await network.advance(100);
    runs[0]?.end(failure("sandbox-timeout"));
    await network.advance(5000);
    expect(runs).toHaveLength(2);
    runs[1]?.end({ ok: true, output: 1 });
    await network.advance(200);
    expect(await task).toMatchObject({ ok: true, output: 1, attempts: 2 });
  });

  it("reaches the sandbox when it is cancelled", async () => {
    const { network, ada, runs } = await couple();
    const stop = new AbortController();
    const task = ada.tasks.delegate(javaScriptTask, { code: "while (true);" }, { signal: stop.signal });
    await network.advance(100);
    stop.abort();
    await network.advance(100);
    expect(await task).toMatchObject({ ok: false });
    expect(runs[0]?.signal?.aborted).toBe(true);
  });

  it("is refused where it is no script", async () => {
    const { ada } = await couple();
    const call = ada.tasks.delegate(javaScriptTask, { code: "x".repeat(262_145) });
    await expect(call).rejects.toMatchObject({ code: "invalid-payload" });
  });

  it("goes to nobody who does not announce a sandbox", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    await gather(network, swarms);
    const [ada, bob] = swarms as [ReturnType<typeof createSwarm>, Swarm];
    bob.tasks.handle(javaScriptTask, javaScriptExecutor(heldSandbox().sandbox));
    await network.advance(50);
    const task = ada.tasks.delegate(javaScriptTask, { code: "" });
    await network.advance(1000);
    expect(await task).toMatchObject({ ok: false, lack: { missing: ["js-sandbox"] } });
  });
});
