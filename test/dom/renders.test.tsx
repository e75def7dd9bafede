import { QueryClientProvider } from "@tanstack/react-query";
import { act, render } from "@testing-library/react";
import { SwarmError } from "peerswarm";
import { SwarmProvider } from "peerswarm/react";
import { type ReactNode, StrictMode, Suspense } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, it } from "vitest";
import { isShallowEqual } from "../../src/hooks/isShallowEqual.js";
import { changes, createStage, type Part, type Stage } from "./hookStage.js";
import { type HookRow, hookTable } from "./hookTable.js";
import "./support.js";

const parts = Object.keys(changes) as readonly Part[];

const around = ({ swarm, client }: Stage, ui: ReactNode): ReactNode => (
  <QueryClientProvider client={client}>
    <SwarmProvider swarm={swarm}>{ui}</SwarmProvider>
  </QueryClientProvider>
);

const stages: Stage[] = [];
afterEach(() => {
  for (const { client } of stages.splice(0)) client.clear();
});

async function setUp({ before }: HookRow): Promise<Stage> {
  const stage = createStage();
  stages.push(stage);
  await stage.join();
  // A second of the swarm's clock is over, so that whoever tells the time has one to tell.
  await stage.network.advance(1500);
  await before?.(stage);
  return stage;
}

/** A component that calls the hook of a row, once everything that follows from its coming has happened. */
async function mount(row: HookRow, stage: Stage) {
  const values: unknown[] = [];
  function Caller({ turn: _ }: { readonly turn: number }): ReactNode {
    values.push(row.use(stage));
    return null;
  }
  let turns = 0;
  const ui = (): ReactNode => around(stage, <Caller turn={turns++} />);
  const { rerender, unmount } = render(ui());
  await act(() => stage.network.advance(100));
  await act(() => stage.network.settle());
  const last = (): unknown => values[values.length - 1];
  return {
    last,
    unmount,
    again: () => rerender(ui()),
    /** How often it renders because of something. */
    async during(happening: (stage: Stage, value: () => unknown) => unknown): Promise<number> {
      const before = values.length;
      await happening(stage, last);
      return values.length - before;
    },
  };
}

/** The same, or made of the same. A mutation of TanStack Query is an object anew each time, and what it consists of is not. */
function isStable(before: unknown, now: unknown): boolean {
  if (isShallowEqual(before, now)) return true;
  if (typeof before !== "object" || typeof now !== "object" || before === null || now === null) return false;
  return Object.entries(before).every(([key, value]) => {
    const member: unknown = Reflect.get(now, key);
    return Object.is(value, member) || (isMutation(value) && isShallowEqual(value, member));
  });
}

function isMutation(value: unknown): boolean {
  return typeof value === "object" && value !== null && "mutate" in value;
}

describe.each(hookTable)("$name", (row) => {
  it("renders once for what it shows, and for nothing else", async () => {
    const caller = await mount(row, await setUp(row));
    const rendered: Record<string, number> = {};
    const wanted: Record<string, number> = {};
    for (const [name, entry] of Object.entries(row.happenings ?? {})) {
      const [happening, most] = typeof entry === "function" ? [entry, 1] : entry;
      const renders = await caller.during(happening);
      // React 18 shows more at once than 19.
      wanted[name] = Math.min(Math.max(renders, 1), most);
      rendered[name] = renders;
    }
    for (const part of parts) {
      wanted[part] = row.shows?.includes(part) ? 1 : 0;
      rendered[part] = await caller.during(({ change }) => change(part, changes[part] as never));
    }
    for (const [name, happening] of Object.entries(row.ignores ?? {})) {
      wanted[name] = 0;
      rendered[name] = await caller.during(happening);
    }
    expect(rendered).toEqual(wanted);
  });

  it("gives the same again when its parent renders", async () => {
    const caller = await mount(row, await setUp(row));
    const before = caller.last();
    caller.again();
    expect(isStable(before, caller.last())).toBe(true);
  });

  it("lives through StrictMode and leaves nobody listening", async () => {
    const stage = await setUp(row);
    const plain = await mount(row, stage);
    const value = JSON.stringify(plain.last());
    plain.unmount();
    let strict: unknown;
    const Caller = (): ReactNode => {
      strict = row.use(stage);
      return null;
    };
    const { unmount } = render(<StrictMode>{around(stage, <Caller />)}</StrictMode>);
    await act(() => stage.network.advance(100));
    await act(() => stage.network.settle());
    expect(JSON.stringify(strict)).toBe(value);
    unmount();
    await act(() => stage.network.settle());
    expect(stage.listenerCount).toBe(0);
  });

  it("shows what is true when it comes out of Suspense", async () => {
    const stage = await setUp(row);
    let isReady = false;
    let open: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => {
      open = resolve;
    });
    let shown: unknown;
    const Caller = (): ReactNode => {
      shown = row.use(stage);
      if (!isReady) throw ready;
      return <p>revealed</p>;
    };
    const { container, unmount } = render(
      around(
        stage,
        <Suspense fallback="…">
          <Caller />
        </Suspense>,
      ),
    );
    expect(container.textContent).toBe("…");
    for (const part of row.shows ?? []) stage.change(part, changes[part] as never);
    isReady = true;
    await act(async () => open());
    await act(() => stage.network.settle());
    expect(container.textContent).toBe("revealed");
    const after = JSON.stringify(shown);
    unmount();
    await act(() => stage.network.settle());
    expect(stage.listenerCount).toBe(0);
    const fresh = await mount(row, stage);
    expect(after).toBe(JSON.stringify(fresh.last()));
  });

  it("renders on a server, where nothing begins", () => {
    const stage = createStage();
    stages.push(stage);
    const Caller = (): ReactNode => {
      row.use(stage);
      return "rendered";
    };
    expect(renderToString(around(stage, <Caller />))).toContain("rendered");
    expect(stage.swarm.store.getSnapshot().status).toBe("off");
    expect([stage.listenerCount, stage.network.pendingTimers]).toEqual([0, 0]);
    expect(stage.network.server.rooms()).toEqual([]);
  });

  it("says how to mend it where no provider is above", () => {
    const stage = createStage();
    stages.push(stage);
    const Caller = (): ReactNode => {
      row.use(stage);
      return null;
    };
    let thrown: unknown;
    try {
      renderToString(
        <QueryClientProvider client={stage.client}>
          <Caller />
        </QueryClientProvider>,
      );
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SwarmError);
    expect(thrown).toMatchObject({
      code: "missing-provider",
      fix: expect.stringContaining("<SwarmProvider"),
    });
  });
});
