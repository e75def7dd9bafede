import type { Meta, StoryObj } from "@storybook/react-vite";
import { BandwidthPanel } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fitsInGerman } from "./support/frame.js";
import { mockOf, onNetwork, withPeers } from "./support/mockSwarm.js";
import { inTurn, pause, serverDown, talk } from "./support/scripts.js";

// A minute is what the chart shows.
const FULL_CHART_MS = 60_000;

/**
 * KB/s up, down and in total: the average over 10 s as numbers, the last 1, 5 or 15 minutes as a chart and, on
 * request, as a table; and who uses how much now. The chart stands still while you point at it. What it counts are the bytes that the members of the story say to each other on the simulated network.
 */
const meta = {
  title: "Panels/BandwidthPanel",
  component: BandwidthPanel,
  parameters: { ...onNetwork({ peers: 3, script: talk, historyMs: FULL_CHART_MS }) },
} satisfies Meta<typeof BandwidthPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const panelIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Bandwidth" });

const rate = (panel: HTMLElement, metric: "up" | "down" | "total"): number =>
  Number.parseFloat(panel.querySelector(`dd[data-metric="${metric}"]`)?.textContent ?? "");

/** Three members talk; the chart has a whole minute behind it and moves on. */
export const Live: Story = {
  tags: ["full"],
  play: async ({ canvas, canvasElement }) => {
    const { swarm } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "active");
    await waitFor(() => expect(panel.querySelectorAll(".recharts-line-curve")).toHaveLength(3));
    expect(rate(panel, "up")).toBeGreaterThan(0);
    expect(rate(panel, "down")).toBeGreaterThan(0);
    expect(rate(panel, "total")).toBeCloseTo(swarm.getBandwidth().total, 0);
    const before = swarm.getBandwidth().series.length;
    await waitFor(() => expect(swarm.getBandwidth().series.length).toBeGreaterThan(before));
    expect(panel.querySelector("figcaption")).toHaveTextContent(
      /at most \d+\.\d KB\/s up and \d+\.\d KB\/s down/,
    );
  },
};

/** Before `join()`: no byte has gone anywhere. */
export const Off: Story = {
  parameters: onNetwork({ status: "off", historyMs: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "idle");
    expect(rate(panel, "total")).toBe(0);
    expect(panel.querySelector(".ps-chart-empty")).toBeVisible();
  },
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining", historyMs: 0 }),
  play: async ({ canvas }) => expect(rate(await panelIn(canvas), "total")).toBe(0),
};

/** Joined, alone: time goes by, and there is nothing to count. */
export const Alone: Story = {
  tags: ["empty"],
  parameters: onNetwork({ peers: 0, historyMs: FULL_CHART_MS }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "idle");
    expect(panel.querySelector("figcaption")).toHaveTextContent("Nothing went over the links in this time.");
  },
};

/** The server went away: links live on, and so does the talk. */
export const Reconnecting: Story = {
  tags: ["trouble"],
  parameters: onNetwork({ peers: 3, script: inTurn(talk, serverDown), historyMs: FULL_CHART_MS }),
  play: async ({ canvas, canvasElement }) => {
    const { swarm } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    expect(swarm.store.getSnapshot().status).toBe("reconnecting");
    expect(rate(panel, "down")).toBeGreaterThan(0);
  },
};

/** Five minutes, in averages of 5 s. In the middle the swarm was off, and the lines break: nobody knows of zeros. */
export const Gap: Story = {
  parameters: onNetwork({ peers: 3, script: inTurn(talk, pause), historyMs: 300_000, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await userEvent.click(within(panel).getByRole("radio", { name: "5 min" }));
    expect(panel.querySelector("figcaption")).toHaveTextContent(/^Over the last 5 min: at most/);
    await waitFor(() => {
      const line = panel.querySelector(".recharts-line-curve")?.getAttribute("d") ?? "";
      expect(line.match(/M/g)).toHaveLength(2);
    });
    await userEvent.click(within(panel).getByText("As a table"));
    // A row of 50 s in which nothing was counted has no up, no down and no total.
    const row = (await within(panel).findByRole("rowheader", { name: "1:40 to 2:30 ago" })).closest("tr");
    expect(row).toHaveTextContent(/–––$/);
  },
};

/** Each moment of the chart is read with the arrow keys; it stands still meanwhile. */
export const ByKeyboard: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { swarm } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await waitFor(() => expect(panel.querySelectorAll(".recharts-line-curve")).toHaveLength(3));
    // Past the three numbers, which lead to the events behind them.
    for (let stops = 0; stops < 4; stops++) await userEvent.tab();
    expect(within(panel).getByRole("radio", { name: "1 min" })).toHaveFocus();
    await userEvent.tab();
    expect(within(panel).getByRole("application", { name: /^KB\/s in the last 1 min/ })).toHaveFocus();
    const reading = (): string | null | undefined => panel.querySelector(".ps-reading")?.textContent;
    await waitFor(() => expect(reading()).toMatch(/^59 s ago/));
    for (let presses = 0; presses < 9; presses++) await userEvent.keyboard("{ArrowRight}");
    await waitFor(() => expect(reading()).toMatch(/^50 s agoUp \d+\.\d KB\/s/));
    const before = reading();
    const seconds = swarm.getBandwidth().endMs;
    await waitFor(() => expect(swarm.getBandwidth().endMs).toBeGreaterThan(seconds + 1000));
    expect(reading()).toBe(before);
    expect(within(panel).getByText("Stands still while you read")).toBeVisible();
    await userEvent.tab();
    await waitFor(() => expect(panel.querySelector(".ps-reading")).toBeNull());
    expect(within(panel).queryByText("Stands still while you read")).toBeNull();
  },
};

/** Who uses it now: the most first, each with a bar, and the others as one sum. */
export const ByPeer: Story = {
  parameters: onNetwork({ peers: 8, script: talk, historyMs: 20_000 }),
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await userEvent.click(within(panel).getByText("Who uses it now"));
    const table = await within(panel).findByRole("table", { name: "KB/s by peer, average over 10 s" });
    const rows = within(table).getAllByRole("row").slice(1);
    expect(rows).toHaveLength(6);
    expect(rows.at(-1)).toHaveTextContent(/^and 3 others/);
    const totals = rows
      .slice(0, -1)
      .map((row) => Number(row.querySelector('[data-metric="total"]')?.textContent));
    expect(totals).toEqual(totals.toSorted((a, b) => b - a));
    expect(totals[0]).toBeGreaterThan(0);
  },
};

/** The same in a crowd: five names, and one sum of 995. */
export const ByPeerCrowded: Story = {
  parameters: onNetwork(withPeers({ script: talk, historyMs: 0 }, 1000)),
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await userEvent.click(within(panel).getByText("Who uses it now"));
    expect(await within(panel).findByText("and 995 others")).toBeVisible();
  },
};

/** Nobody is connected. */
export const ByPeerAlone: Story = {
  parameters: onNetwork({ peers: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(within(panel).getByText("Who uses it now"));
    expect(await within(panel).findByText("No peer is connected.")).toBeVisible();
  },
};

/** Twenty members talk at once. */
export const Crowded: Story = {
  tags: ["crowded"],
  parameters: onNetwork({ peers: 20, script: talk, historyMs: 10_000 }),
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    expect(rate(panel, "down")).toBeGreaterThan(10);
  },
};

/** The same numbers as a table. */
export const AsTable: Story = {
  parameters: onNetwork({ peers: 3, script: talk, historyMs: FULL_CHART_MS, isRunning: false }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(within(panel).queryByRole("table")).toBeNull();
    const summary = within(panel).getByText("As a table");
    summary.focus();
    // Not with Enter: simulated keys do not open <details>.
    await userEvent.click(summary);
    const table = await within(panel).findByRole("table", { name: "Average KB/s in the last 1 min" });
    const rows = within(table).getAllByRole("row");
    expect(rows).toHaveLength(7);
    for (const row of rows.slice(1)) {
      const [up = 0, down = 0, total = 0] = within(row)
        .getAllByRole("cell")
        .map((cell) => Number(cell.textContent));
      expect(down).toBeGreaterThan(0);
      // Each is rounded on its own.
      expect(Math.abs(total - up - down)).toBeLessThan(0.16);
    }
  },
};

/** 320 px wide, as on a small phone. */
export const Narrow: Story = {
  ...AsTable,
  globals: { width: "320px" },
  play: async (context) => {
    await AsTable.play?.(context);
    expectNoOverflow(await panelIn(context.canvas));
  },
};

/** Where words are longer, none of them lies over the next. */
export const NarrowGerman: Story = {
  globals: { width: "280px", locale: "de" },
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Bandbreite" });
    for (const term of panel.querySelectorAll(".ps-metric dt")) {
      expect(term.scrollWidth).toBeLessThanOrEqual(term.clientWidth);
    }
    expectNoOverflow(panel);
  },
};

/** Right to left: time still runs from left to right, as in every chart. */
export const RightToLeft: Story = {
  ...ByPeer,
  globals: { direction: "rtl" },
  play: async (context) => {
    await ByPeer.play?.(context);
    expectNoOverflow(await panelIn(context.canvas));
  },
};

/** In the dark theme. */
export const Dark: Story = {
  ...AsTable,
  globals: { theme: "dark" },
  play: async (context) => {
    await AsTable.play?.(context);
    expect(getComputedStyle(await panelIn(context.canvas)).colorScheme).toBe("dark");
  },
};

/** In German, whose long words have to fit into 320 px, too. */
export const German: Story = {
  globals: { locale: "de", width: "320px" },
  play: fitsInGerman,
};
