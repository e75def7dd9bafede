import type { Meta, StoryObj } from "@storybook/react-vite";
import { type Cancel, defineTask, type TaskContext } from "peerswarm";
import { TasksPanel } from "peerswarm/components";
import type { MockMember, MockSwarm } from "peerswarm/testing";
import { expect, userEvent, waitFor, within } from "storybook/test";
import * as v from "valibot";
import { expectNoOverflow, fits, fitsInGerman, tabTo } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, type Script } from "./support/scripts.js";

const place = v.object({ x: v.number(), y: v.number() });
const tile = defineTask("render-tile", { input: place, output: v.string() });
const summary = defineTask("summarise", { input: v.string(), output: v.string() });
const deletion = defineTask("delete-files", {
  input: v.object({ paths: v.array(v.string()), reason: v.optional(v.string()) }),
  output: v.number(),
  risk: "high",
});

/** Work that takes so long, and tells how far it is. */
const working =
  ({ host }: MockMember, totalMs: number, note: string) =>
  <Input,>(_: Input, { progress, signal }: TaskContext): Promise<string> =>
    new Promise((resolve) => {
      let doneMs = 0;
      const step = (): void => {
        if (signal.aborted) return;
        doneMs += 500;
        progress(doneMs / totalMs, note);
        if (doneMs >= totalMs) resolve("done");
        else host.runtime.clock.setTimer(500, step);
      };
      host.runtime.clock.setTimer(500, step);
    });

/** The first two members render tiles, each of which takes so long. */
const renderers =
  (totalMs: number, note = "Tracing rays"): Script =>
  ({ peers }) =>
    together(peers.slice(0, 2).map((peer) => peer.swarm.tasks.handle(tile, working(peer, totalMs, note))));

function together(stops: readonly (Cancel | undefined)[]): Cancel {
  return () => {
    for (const stop of stops) stop?.();
  };
}

const nothing: Script = () => undefined;

/** The swarm that is looked at delegates so many tiles, once it knows who renders. */
const delegateTiles =
  (count: number): Script =>
  ({ swarm, host }) =>
    host.runtime.clock.setTimer(500, () => {
      for (let x = 0; x < count; x++) void swarm.tasks.delegate(tile, { x, y: 0 }, { timeoutMs: 600_000 });
    });

/** It summarises for the third member. */
const summariseForOthers: Script = ({ swarm, host, peers }) => {
  const you: MockMember = { swarm, host };
  const stop = swarm.tasks.handle(summary, working(you, 60_000, "Reading page 3 of 40"));
  const cancel = host.runtime.clock.setTimer(700, () => {
    void peers[2]?.swarm.tasks.delegate(summary, "A long text", { timeoutMs: 600_000 });
  });
  return together([stop, cancel]);
};

/** Two others have more summarised than it has slots for. */
const summariseMuch: Script = ({ swarm, host, peers }) => {
  const stop = swarm.tasks.handle(summary, working({ swarm, host }, 60_000, "Reading page 3 of 40"));
  const cancel = host.runtime.clock.setTimer(700, () => {
    for (const text of ["A", "B", "C", "D", "E"])
      void peers[text < "D" ? 0 : 1]?.swarm.tasks.delegate(summary, `Text ${text}`, { timeoutMs: 600_000 });
  });
  return together([stop, cancel]);
};

/** It asks for something that nobody does, and for something that fails. */
const failures: Script = ({ swarm, host, peers }) => {
  const broken = defineTask("transcribe", { input: v.string(), output: v.string() });
  const stop = peers[0]?.swarm.tasks.handle(broken, () => {
    throw new Error("The microphone is not there.");
  });
  const missing = defineTask("run-python", { input: v.string(), output: v.string(), requires: ["python"] });
  const cancel = host.runtime.clock.setTimer(500, () => {
    void swarm.tasks.delegate(broken, "hello", { retries: 0 });
    void swarm.tasks.delegate(missing, "print(1)");
  });
  return together([stop, cancel]);
};

/** The first member asks this one to delete files. */
const askForDeletion: Script = ({ swarm, host, peers }) => {
  const stop = swarm.tasks.handle(deletion, ({ paths }) => paths.length);
  const cancel = host.runtime.clock.setTimer(500, () => {
    const paths = ["/home/you/archive/2019", "/home/you/archive/2020\u202Egpj.exe"];
    void peers[0]?.swarm.tasks.delegate(deletion, { paths, reason: "Nobody reads them." });
  });
  return together([stop, cancel]);
};

/**
 * Work between members: what a person has to approve, tasks delegated and handled with their progress, why a peer was
 * chosen, and why a task failed; below, peers that are skipped.
 */
const meta = {
  title: "Panels/TasksPanel",
  component: TasksPanel,
  parameters: {
    ...onNetwork({
      peers: 3,
      script: inTurn(renderers(20_000), summariseForOthers, failures, delegateTiles(5), askForDeletion),
      historyMs: 6000,
    }),
  },
} satisfies Meta<typeof TasksPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const panelIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Tasks" });
const button = (panel: HTMLElement, name: string): Promise<HTMLElement> =>
  within(panel).findByRole("button", { name });

/** Lets simulated time pass until the panel has this. */
async function until(mock: MockSwarm, panel: HTMLElement, selector: string): Promise<HTMLElement> {
  return waitFor(async () => {
    await mock.advance(500);
    const found = panel.querySelector<HTMLElement>(selector);
    expect(found).not.toBeNull();
    return found as HTMLElement;
  });
}

const inState = (state: string): string => `.ps-item[data-state="${state}"]`;

/** Some of everything. */
export const Full: Story = {
  tags: ["full"],
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    await until(mock, panel, `${inState("running")} progress`);
    for (const state of ["failed", "queued"]) await until(mock, panel, inState(state));
    expect(panel.querySelector('[data-role="handled"]')).not.toBeNull();
    expect(within(panel).getAllByText(/attempt|Tracing rays/).length).toBeGreaterThan(0);
  },
};

/** Tasks of others that wait for a slot say which of how many they are. Time stands still in this story. */
export const Queue: Story = {
  parameters: onNetwork({ peers: 2, script: summariseMuch, historyMs: 3000, isRunning: false }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    for (const place of ["place 1 of 3", "place 2 of 3", "place 3 of 3"])
      expect(await within(panel).findByText(place)).toBeVisible();
    expect(panel.querySelectorAll(inState("running"))).toHaveLength(2);
    expectNoOverflow(panel);
  },
};

/** Only what failed, with the reason: the numbers say how many there were of each. */
export const Filtered: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await until(await mockOf(canvasElement), panel, inState("failed"));
    await userEvent.click(within(panel).getByRole("radio", { name: /^Failed/ }));
    expect(panel.querySelector(inState("running"))).toBeNull();
    expect(panel.querySelector(inState("failed"))).not.toBeNull();
    await userEvent.click(within(panel).getByRole("radio", { name: /^Cancelled/ }));
    expect(within(panel).getByText("There is none of these.")).toBeVisible();
  },
};

/** Without a pointer: a request is refused, failures are picked out, and one of them is opened. */
export const Keyboard: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    await until(mock, panel, inState("failed"));
    await tabTo(await button(panel, "Refuse delete-files"));
    await userEvent.keyboard("{Enter}");
    await until(mock, panel, inState("refused"));
    await tabTo(within(panel).getByRole("radio", { name: /^All/ }));
    await userEvent.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}");
    expect(within(panel).getByRole("radio", { name: /^Failed/ })).toBeChecked();
    await tabTo(await button(panel, "transcribe"));
    await userEvent.keyboard("{Enter}");
    expect(within(panel).getByText("task-failed")).toBeVisible();
  },
};

/** Nothing was delegated, and nobody does tasks. */
export const Empty: Story = {
  tags: ["empty"],
  parameters: onNetwork({ peers: 1, script: nothing, historyMs: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "empty");
    expect(within(panel).getByText(/Nobody else here does tasks/)).toBeVisible();
  },
};

/** Nothing was delegated; the panel says what could be. */
export const EmptyWithTypes: Story = {
  parameters: onNetwork({ peers: 2, script: renderers(1000), historyMs: 1000 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(within(panel).getByText("render-tile")).toBeVisible();
  },
};

/** Before the room is entered. */
export const Off: Story = {
  parameters: onNetwork({ status: "off", peers: 0, script: nothing }),
  play: async ({ canvas }) => expect(await panelIn(canvas)).toHaveAttribute("data-state", "empty"),
};

/** A person approves what a peer asks for. What the peer wrote cannot turn the text around. */
export const Approval: Story = {
  parameters: onNetwork({ peers: 1, script: askForDeletion, historyMs: 1500 }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    const request = await until(mock, panel, ".ps-approval");
    expect(within(request).getByText("High risk")).toBeVisible();
    expect(request).toHaveTextContent("2020\\u{202e}gpj.exe");
  },
};

/** By keyboard: approved, done, and the focus is not lost. */
export const Approved: Story = {
  parameters: onNetwork({ peers: 1, script: askForDeletion, historyMs: 1500 }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    (await button(panel, "Approve delete-files")).focus();
    await userEvent.keyboard("{Enter}");
    await until(await mockOf(canvasElement), panel, inState("done"));
    expect(panel.contains(document.activeElement)).toBe(true);
  },
};

/** A person refuses it. */
export const Refused: Story = {
  parameters: onNetwork({ peers: 1, script: askForDeletion, historyMs: 1500 }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(await button(panel, "Refuse delete-files"));
    const row = await until(await mockOf(canvasElement), panel, inState("refused"));
    expect(row).toHaveTextContent("They do not want it.");
  },
};

/** Why this peer has the task, and who else could have had it. */
export const Reasons: Story = {
  parameters: onNetwork({
    peers: 2,
    script: inTurn(renderers(60_000), delegateTiles(1)),
    historyMs: 3000,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await until(await mockOf(canvasElement), panel, inState("running"));
    await userEvent.click(await button(panel, "render-tile"));
    expect(within(panel).getByText("Chosen because")).toBeVisible();
    expect(within(panel).getByText("Others")).toBeVisible();
  },
};

/** Called off in the middle. */
export const Cancelled: Story = {
  parameters: onNetwork({
    peers: 1,
    script: inTurn(renderers(60_000), delegateTiles(1)),
    historyMs: 3000,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(await button(panel, "Cancel render-tile"));
    await until(await mockOf(canvasElement), panel, inState("cancelled"));
  },
};

/** One that nobody can do, and one whose executor threw, with the reason and the fix. */
export const Failed: Story = {
  tags: ["trouble"],
  parameters: onNetwork({ peers: 1, script: failures, historyMs: 3000 }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await until(await mockOf(canvasElement), panel, '[data-code="no-capable-peer"]');
    await userEvent.click(await button(panel, "transcribe"));
    expect(within(panel).getByText("task-failed")).toBeVisible();
  },
};

/** A peer that keeps failing is skipped for a while. */
export const Skipped: Story = {
  parameters: onNetwork({
    peers: 1,
    script: ({ swarm, host, peers }) => {
      const stop = peers[0]?.swarm.tasks.handle(tile, () => {
        throw new Error("Out of memory.");
      });
      const cancels = [500, 2000, 3500, 5000].map((ms) =>
        host.runtime.clock.setTimer(ms, () => {
          void swarm.tasks.delegate(tile, { x: ms, y: 0 }, { retries: 0, timeoutMs: 5000 });
        }),
      );
      return together([stop, ...cancels]);
    },
    historyMs: 8000,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await until(await mockOf(canvasElement), panel, "[data-breaker]");
    expect(within(panel).getByRole("list", { name: "Peers that failed lately" })).toBeVisible();
  },
};

/** Five hundred tasks wait: only the rows in sight are rendered. */
export const Many: Story = {
  tags: ["crowded"],
  parameters: onNetwork({
    peers: 2,
    script: inTurn(renderers(60_000), delegateTiles(500)),
    historyMs: 2000,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await until(await mockOf(canvasElement), panel, ".ps-item");
    await waitFor(() => expect(panel.querySelector("[data-long]")).not.toBeNull());
    expect(panel.querySelectorAll(".ps-item").length).toBeLessThan(60);
  },
};

const longName = `${"a-very-long-type-".repeat(3)}end`;
const longTask = defineTask(longName, { input: v.null(), output: v.string() });

/** 320 px wide, with names and notes that do not fit. */
export const Narrow: Story = {
  globals: { width: "320px" },
  parameters: onNetwork({
    peers: [{ name: `Maximiliana-${"Wilhelmina-".repeat(4)}` }],
    script: inTurn(askForDeletion, failures, ({ swarm, host, peers }) => {
      const [first] = peers;
      const note = `Verylongnotewithoutanyspace${"x".repeat(80)}`;
      const stop = first?.swarm.tasks.handle(longTask, working(first, 60_000, note));
      const cancel = host.runtime.clock.setTimer(600, () => void swarm.tasks.delegate(longTask, null));
      return together([stop, cancel]);
    }),
    historyMs: 3000,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await until(await mockOf(canvasElement), panel, `${inState("running")} progress`);
    await userEvent.click(await button(panel, longName));
    expectNoOverflow(panel);
    expectNoOverflow(panel.querySelector(".ps-scroll") as HTMLElement);
  },
};

/** In the dark theme. */
export const Dark: Story = {
  globals: { theme: "dark" },
  play: async ({ canvas }) => expect(getComputedStyle(await panelIn(canvas)).colorScheme).toBe("dark"),
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining", historyMs: 0 }),
  play: fits,
};

/** From right to left. */
export const RightToLeft: Story = {
  globals: { direction: "rtl" },
  play: fits,
};

/** In German, whose long words have to fit into 320 px, too. */
export const German: Story = {
  globals: { locale: "de", width: "320px" },
  play: fitsInGerman,
};
