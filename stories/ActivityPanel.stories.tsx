import type { Meta, StoryObj } from "@storybook/react-vite";
import { ActivityPanel } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, serverDown, talk } from "./support/scripts.js";

/**
 * The last 50 messages sent and received, newest first. The list stands still while the pointer or the focus is
 * inside, so that a row can be read, and says how many newer ones there are.
 */
const meta = {
  title: "Panels/ActivityPanel",
  component: ActivityPanel,
  parameters: { ...onNetwork({ peers: 3, script: talk, historyMs: 10_000 }) },
} satisfies Meta<typeof ActivityPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const panelIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Activity" });
const listIn = (panel: HTMLElement): HTMLElement =>
  within(panel).getByRole("group", { name: "Last messages, newest first" });
const rowsIn = (panel: HTMLElement): (string | null)[] =>
  within(panel)
    .getAllByRole("listitem")
    .map((row) => row.textContent);

/** Three members talk. */
export const Live: Story = {
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    const [newest] = rowsIn(panel);
    await waitFor(() => expect(rowsIn(panel)[0]).not.toBe(newest));
  },
};

/** Under the pointer nothing moves; what is new waits. */
export const Held: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { advance } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await userEvent.hover(listIn(panel));
    const before = rowsIn(panel);
    await advance(2000);
    expect(await within(panel).findByText(/^\d+ newer$/)).toBeVisible();
    expect(rowsIn(panel)).toEqual(before);
    await userEvent.unhover(listIn(panel));
    await waitFor(() => expect(rowsIn(panel)).not.toEqual(before));
  },
};

/** By keyboard: the list is one stop of Tab, scrolls with the arrow keys, and stands still meanwhile. */
export const HeldByKeyboard: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { advance } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await userEvent.tab();
    expect(listIn(panel)).toHaveFocus();
    const before = rowsIn(panel);
    await advance(2000);
    await waitFor(() =>
      expect(panel.querySelector("[data-waiting]")).not.toHaveAttribute("data-waiting", "0"),
    );
    expect(rowsIn(panel)).toEqual(before);
  },
};

/** Before `join()`. */
export const Off: Story = {
  parameters: onNetwork({ status: "off", historyMs: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "empty");
    expect(within(panel).getByText("No message has gone over the links yet.")).toBeVisible();
  },
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  parameters: onNetwork({ status: "joining", historyMs: 0 }),
  play: async ({ canvas }) => expect(await panelIn(canvas)).toHaveAttribute("data-state", "empty"),
};

/** The server went away, and the links talk on. */
export const Reconnecting: Story = {
  parameters: onNetwork({ peers: 3, script: inTurn(talk, serverDown), historyMs: 5000 }),
  play: async ({ canvas }) => expect(await panelIn(canvas)).toHaveAttribute("data-state", "full"),
};

/** Twenty members talk at once: fifty messages are kept. */
export const Crowded: Story = {
  parameters: onNetwork({ peers: 20, script: talk, historyMs: 5000 }),
  play: async ({ canvas }) => expect(rowsIn(await panelIn(canvas))).toHaveLength(50),
};

/** 320 px wide. */
export const Narrow: Story = {
  globals: { width: "320px" },
  play: async ({ canvas }) => expectNoOverflow(await panelIn(canvas)),
};

/** In the dark theme. */
export const Dark: Story = {
  globals: { theme: "dark" },
  play: async ({ canvas }) => expect(getComputedStyle(await panelIn(canvas)).colorScheme).toBe("dark"),
};
