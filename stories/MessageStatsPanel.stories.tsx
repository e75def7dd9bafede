import type { Meta, StoryObj } from "@storybook/react-vite";
import { MessageStatsPanel } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fits, fitsInGerman } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, joinCutOff, serverDown, talk } from "./support/scripts.js";

/**
 * Messages and bytes since counting began: sent and received in total, and as a table that can be sorted, per
 * message type, per lane, and per reason for which something was dropped.
 */
const meta = {
  title: "Panels/MessageStatsPanel",
  component: MessageStatsPanel,
  parameters: { ...onNetwork({ peers: 3, script: talk, historyMs: 10_000 }) },
} satisfies Meta<typeof MessageStatsPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const panelIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Message statistics" });

/** Three members talk; every number is the swarm's own. */
export const Live: Story = {
  tags: ["full"],
  play: async ({ canvas, canvasElement }) => {
    const { swarm } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "full");
    await waitFor(() => {
      const shown = panel.querySelector('[data-total="received"]')?.getAttribute("data-bytes");
      expect(shown).toBe(String(swarm.store.getSnapshot().stats.total.bytesReceived));
    });
    expect(within(panel).getByRole("rowheader", { name: "chat" })).toBeVisible();
  },
};

/** Sorted by keyboard: largest first, and the other way. */
export const Sorted: Story = {
  parameters: onNetwork({ peers: 3, script: talk, historyMs: 10_000, isRunning: false }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    const types = (): (string | null)[] =>
      within(panel)
        .getAllByRole("rowheader")
        .map((header) => header.textContent);
    within(panel).getByRole("button", { name: "Type" }).focus();
    await userEvent.keyboard("{Enter}");
    expect(types()).toEqual([...types()].sort());
    await userEvent.keyboard("{Enter}");
    expect(types()).toEqual([...types()].sort().reverse());
    expect(within(panel).getByRole("columnheader", { name: "Type" })).toHaveAttribute(
      "aria-sort",
      "descending",
    );
  },
};

/** By lane: the bytes of a lane are all of them, signatures and handshakes included. */
export const ByLane: Story = {
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(within(panel).getByText("By lane"));
    expect(within(panel).getAllByRole("rowheader")).toHaveLength(3);
  },
};

/** One member could never be reached: what was dropped or noticed, in words. */
export const Dropped: Story = {
  tags: ["trouble"],
  parameters: onNetwork({ peers: 3, status: "off", script: joinCutOff, historyMs: 60_000, isRunning: false }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(within(panel).getByRole("radio", { name: /Dropped/ }));
    expect(await within(panel).findByText("Not connected: No answer in time")).toBeVisible();
  },
};

/** Before `join()`: nothing was counted. */
export const Off: Story = {
  tags: ["empty"],
  parameters: onNetwork({ status: "off", historyMs: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "empty");
    expect(within(panel).getByText("No message has gone over the links yet.")).toBeVisible();
  },
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining", historyMs: 0 }),
  play: async ({ canvas }) => expect(await panelIn(canvas)).toHaveAttribute("data-state", "empty"),
};

/** The server went away, and the links talk on. */
export const Reconnecting: Story = {
  parameters: onNetwork({ peers: 3, script: inTurn(talk, serverDown), historyMs: 5000 }),
  play: async ({ canvas }) => expect(await panelIn(canvas)).toHaveAttribute("data-state", "full"),
};

/** Twenty members talk at once. */
export const Crowded: Story = {
  tags: ["crowded"],
  parameters: onNetwork({ peers: 20, script: talk, historyMs: 5000 }),
  play: async ({ canvas }) => expect(await panelIn(canvas)).toHaveAttribute("data-state", "full"),
};

/** 320 px wide: each name stands over its four numbers, in what is still a table. */
export const Narrow: Story = {
  globals: { width: "320px" },
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expectNoOverflow(panel);
    expect(within(panel).getAllByRole("columnheader").length).toBeGreaterThan(4);
  },
};

/** In the dark theme. */
export const Dark: Story = {
  globals: { theme: "dark" },
  play: async ({ canvas }) => expect(getComputedStyle(await panelIn(canvas)).colorScheme).toBe("dark"),
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
