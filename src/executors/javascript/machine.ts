import { EvalFlags, JSException, type JSValueHandle, MAX_STACK_SIZE, QuickJS } from "quickjs-wasi";
import { textOf } from "../../core/errors.js";
import { GUEST_SOURCE } from "./guest.js";
import { type PackedValue, unpackValue } from "./packedValue.js";
import type { OutputStream, RunEnd, RunFailureCode, RunOrder, ThrownText, WorkerReport } from "./protocol.js";
import { createReporter, type Reporter } from "./reporter.js";

const MAX_NOTE_LENGTH = 200;

/** What ends a run from outside of the script. */
class Stop extends Error {
  readonly end: RunEnd;
  constructor(code: RunFailureCode, thrown?: ThrownText) {
    super(code);
    this.end = { ok: false, code, thrown };
  }
}

interface Watch {
  /** Set once the run must end; the engine is interrupted at its next look. */
  reason: RunFailureCode | undefined;
}

/** Functions of the guest that the host calls, taken before the script can touch anything. */
interface Guest {
  readonly decode: JSValueHandle;
  readonly encode: JSValueHandle;
  readonly describe: JSValueHandle;
}

function createMachine({ wasm, limits }: RunOrder, watch: Watch, reporter: Reporter): Promise<QuickJS> {
  const endsAt = performance.now() + limits.timeoutMs;
  return QuickJS.create({
    wasm,
    memoryLimit: limits.memoryBytes,
    maxStackSize: MAX_STACK_SIZE / 2,
    // The same result wherever it runs.
    timezoneOffset: 0,
    // The engine's own complaints are not the page's console's business.
    wasi: () => ({ fd_write: () => 0 }),
    interruptHandler() {
      reporter.tick();
      if (performance.now() >= endsAt) watch.reason ??= "sandbox-timeout";
      return watch.reason !== undefined;
    },
  });
}

const streamOf = (name: string | undefined): OutputStream => (name === "stderr" ? "stderr" : "stdout");

function install(vm: QuickJS, watch: Watch, reporter: Reporter): Guest {
  // What a function of the host throws would carry the host's stack into the guest: these throw nothing.
  const write = vm.newFunction("write", (stream, text) => {
    const isKept = reporter.write(streamOf(stream?.toString()), text?.toString() ?? "");
    if (!isKept) watch.reason ??= "sandbox-output";
    return vm.undefined;
  });
  const progress = vm.newFunction("progress", (fraction, note) => {
    const value = fraction?.toNumber() ?? 0;
    const text = note?.toString().slice(0, MAX_NOTE_LENGTH);
    if (value >= 0 && value <= 1) reporter.progress(value, text === "" ? undefined : text);
    return vm.undefined;
  });
  const setUp = vm.evalCode(GUEST_SOURCE, "sandbox");
  const guest = vm.callFunction(setUp, vm.undefined, write, progress);
  return {
    decode: guest.getProp("decode"),
    encode: guest.getProp("encode"),
    describe: guest.getProp("describe"),
  };
}

function enter(vm: QuickJS, guest: Guest, input: PackedValue): JSValueHandle {
  const buffers = input.buffers.map((buffer) => vm.newArrayBuffer(buffer));
  return vm.callFunction(guest.decode, vm.undefined, vm.newString(input.text), ...buffers);
}

/** Something the script threw, not yet looked at. */
class Thrown {
  readonly handle: JSValueHandle;
  constructor(handle: JSValueHandle) {
    this.handle = handle;
  }
}

const scriptError = (message: string): Stop =>
  new Stop("sandbox-error", { name: "Error", message, stack: "" });

/** The outcome of what the script returned, which may be a promise. */
async function settled(vm: QuickJS, value: JSValueHandle): Promise<JSValueHandle> {
  vm.executePendingJobs();
  if (value.isPromise && value.promiseState === 0) {
    throw scriptError("The script waits for what cannot happen: nothing is left to do.");
  }
  const result = await vm.resolvePromise(value);
  if ("error" in result) throw new Thrown(result.error);
  return result.value;
}

function leave(vm: QuickJS, guest: Guest, output: JSValueHandle, resultBytes: number): unknown {
  const parts = vm.callFunction(guest.encode, vm.undefined, output);
  const text = parts.getProp("0");
  // A character is at least one byte.
  if (!text.isString || text.length > resultBytes) throw new Stop("sandbox-output");
  const buffers: ArrayBuffer[] = [];
  let left = resultBytes - text.length;
  for (let index = 1; index < parts.length; index++) {
    const buffer = parts.getProp(String(index)).toArrayBuffer();
    left -= buffer.byteLength;
    if (left < 0) throw new Stop("sandbox-output");
    buffers.push(buffer);
  }
  return unpackValue({ text: text.toString(), buffers });
}

async function runScript(vm: QuickJS, guest: Guest, { code, input, limits }: RunOrder): Promise<unknown> {
  const entered = enter(vm, guest, input);
  const module = await settled(vm, vm.evalCode(code, "script.js", EvalFlags.TYPE_MODULE));
  const run = module.getProp("run");
  if (!run.isFunction) throw scriptError("The script exports no function named run.");
  const output = await settled(vm, vm.callFunction(run, vm.undefined, entered));
  return leave(vm, guest, output, limits.resultBytes);
}

function describe(vm: QuickJS, guest: Guest, thrown: JSValueHandle): ThrownText {
  const told: unknown = JSON.parse(vm.callFunction(guest.describe, vm.undefined, thrown).toString());
  // A toJSON that the script gave all arrays has its say in there.
  const text = (index: number, maxLength: number): string => {
    const one: unknown = Array.isArray(told) ? told[index] : undefined;
    return typeof one === "string" ? one.slice(0, maxLength) : "";
  };
  return { name: text(0, 100), message: text(1, 2000), stack: text(2, 4000) };
}

/** Whether the engine gave up for want of memory: it says so, or it has too little left to say anything. */
function isOutOfMemory(vm: QuickJS, thrown: ThrownText | undefined): boolean {
  if (thrown !== undefined && thrown.message !== "") {
    return thrown.name === "InternalError" && /^(?:out of memory|string too long)$/.test(thrown.message);
  }
  const { mallocSize, mallocLimit } = vm.getMemoryUsage();
  return mallocSize > mallocLimit * 0.9;
}

function endOf(error: unknown, vm: QuickJS, guest: Guest | undefined, watch: Watch): RunEnd {
  if (watch.reason !== undefined) return { ok: false, code: watch.reason };
  if (error instanceof Stop) return error.end;
  const handle = error instanceof Thrown || error instanceof JSException ? error.handle : undefined;
  if (handle === undefined || guest === undefined) return hostFailure(error);
  let thrown: ThrownText | undefined;
  try {
    thrown = describe(vm, guest, handle);
  } catch {
    // The thrown thing cannot be described: without memory, or because looking at it ran out of time.
    if (watch.reason !== undefined) return { ok: false, code: watch.reason };
  }
  return { ok: false, code: isOutOfMemory(vm, thrown) ? "sandbox-memory" : "sandbox-error", thrown };
}

/** The engine itself broke off, most often because recursion in native code left no stack: nothing in it works any more. */
function hostFailure(error: unknown): RunEnd {
  const { name, message } = error instanceof Error ? error : new Error(textOf(error));
  return { ok: false, code: "sandbox-error", thrown: { name, message: message.slice(0, 2000), stack: "" } };
}

/** Runs one script in an engine of its own, which nothing outlives. */
export async function runInMachine(order: RunOrder, report: (message: WorkerReport) => void): Promise<void> {
  report({ kind: "started" });
  const watch: Watch = { reason: undefined };
  const reporter = createReporter(report, order.limits.outputBytes, () => performance.now());
  let end: RunEnd;
  let vm: QuickJS | undefined;
  let guest: Guest | undefined;
  try {
    vm = await createMachine(order, watch, reporter);
    guest = install(vm, watch, reporter);
    const output = await runScript(vm, guest, order);
    end = watch.reason === undefined ? { ok: true, output } : { ok: false, code: watch.reason };
  } catch (error) {
    end = vm === undefined ? hostFailure(error) : endOf(error, vm, guest, watch);
  }
  reporter.end();
  report({ kind: "ended", end });
}
