import type { Meta, StoryObj } from "@storybook/react-vite";
import { BandwidthPanel } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, serverDown, talk } from "./support/scripts.js";

// A minute is what the chart shows.
const FULL_CHART_MS = 60_000;

/**
 * KB/s up, down and in total: the average over 10 s as numbers, the last minute as a chart and, on request, as a
 * table. What it counts are the bytes that the members of the story say to each other on the simulated network.
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
  parameters: onNetwork({ status: "joining", historyMs: 0 }),
  play: async ({ canvas }) => expect(rate(await panelIn(canvas), "total")).toBe(0),
};

/** Joined, alone: time goes by, and there is nothing to count. */
export const Alone: Story = {
  parameters: onNetwork({ peers: 0, historyMs: FULL_CHART_MS }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "idle");
    expect(panel.querySelector("figcaption")).toHaveTextContent("No data has gone over the links yet.");
  },
};

/** The server went away: links live on, and so does the talk. */
export const Reconnecting: Story = {
  parameters: onNetwork({ peers: 3, script: inTurn(talk, serverDown), historyMs: FULL_CHART_MS }),
  play: async ({ canvas, canvasElement }) => {
    const { swarm } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    expect(swarm.store.getSnapshot().status).toBe("reconnecting");
    expect(rate(panel, "down")).toBeGreaterThan(0);
  },
};

/** Twenty members talk at once. */
export const Crowded: Story = {
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
    // Past the three numbers, which lead to the events behind them.
    for (let stops = 0; stops < 4; stops++) await userEvent.tab();
    const summary = within(panel).getByText("Last minute as a table");
    expect(summary).toHaveFocus();
    // Not with Enter: simulated keys do not open <details>.
    await userEvent.click(summary);
    const table = await within(panel).findByRole("table", { name: "Average KB/s in the last 60 seconds" });
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

/** In the dark theme. */
export const Dark: Story = {
  ...AsTable,
  globals: { theme: "dark" },
  play: async (context) => {
    await AsTable.play?.(context);
    expect(getComputedStyle(await panelIn(context.canvas)).colorScheme).toBe("dark");
  },
};
