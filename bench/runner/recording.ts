import type { Page } from "playwright";

/** Where a page spent its time, sample by sample. */
export interface Recording {
  readonly totalMs: number;
  /** Own time by function and line, the greatest first. */
  selfTimes(): readonly (readonly [name: string, ms: number])[];
  /** Time in functions of these names and in all that they called. */
  timeIn(names: ReadonlySet<string>): number;
}

/** Records where a page spends its time while `work` runs. */
export async function record(page: Page, work: () => Promise<void>): Promise<Recording> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Profiler.enable");
  await devTools.send("Profiler.setSamplingInterval", { interval: 200 });
  await devTools.send("Profiler.start");
  await work();
  const { profile: recorded } = await devTools.send("Profiler.stop");
  await devTools.detach();
  return recordingOf(recorded);
}

/** What Chromium's Profiler.stop returns, as far as it is read. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples?: readonly number[];
  readonly timeDeltas?: readonly number[];
}

function recordingOf({ nodes, samples = [], timeDeltas = [] }: CpuProfile): Recording {
  const ownMs = new Map<number, number>();
  samples.forEach((id, index) => {
    ownMs.set(id, (ownMs.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1000);
  });
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const wholeMs = (id: number): number =>
    (byId.get(id)?.children ?? []).reduce((sum, child) => sum + wholeMs(child), ownMs.get(id) ?? 0);
  const timeIn = (id: number, names: ReadonlySet<string>): number => {
    const node = byId.get(id);
    if (node === undefined) return 0;
    if (names.has(node.callFrame.functionName)) return wholeMs(id);
    return (node.children ?? []).reduce((sum, child) => sum + timeIn(child, names), 0);
  };
  const rootId = nodes[0]?.id ?? 0;
  return {
    totalMs: wholeMs(rootId),
    timeIn: (names) => timeIn(rootId, names),
    selfTimes() {
      const byName = new Map<string, number>();
      for (const { id, callFrame } of nodes) {
        const name = `${callFrame.functionName || "(anonymous)"}:${callFrame.lineNumber + 1}`;
        byName.set(name, (byName.get(name) ?? 0) + (ownMs.get(id) ?? 0));
      }
      return [...byName].sort(([, a], [, b]) => b - a);
    },
  };
}

const LINES_OF_PROFILE = 45;

/** The same as lines for people. */
export function profileLines({ totalMs, selfTimes }: Recording): string[] {
  return selfTimes()
    .slice(0, LINES_OF_PROFILE)
    .map(([name, ms]) => {
      const share = ((ms / totalMs) * 100).toFixed(1).padStart(5);
      return `${share} %  ${ms.toFixed(0).padStart(6)} ms  ${name}`;
    });
}
