import type { Meta, StoryObj } from "@storybook/react-vite";
import { Panel, SwarmDashboard } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fits, fitsInGerman } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, roomFull, serverDown, talk } from "./support/scripts.js";

/**
 * The panels in a grid of as many columns as there is room for. `panels` chooses which and in which order; an
 * element in the place of a name is a panel of the app's own.
 */
const meta = {
  title: "Frame/SwarmDashboard",
  component: SwarmDashboard,
  parameters: { ...onNetwork({ peers: 5, script: talk, historyMs: 60_000 }) },
} satisfies Meta<typeof SwarmDashboard>;

export default meta;
type Story = StoryObj<typeof meta>;

const regionsIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement[]> =>
  waitFor(() => canvas.getAllByRole("region"));
const statesIn = async (canvas: ReturnType<typeof within>): Promise<(string | undefined)[]> =>
  (await regionsIn(canvas)).map(({ dataset }) => dataset.state);

/** Five members talk; a minute lies behind them. */
export const Live: Story = {
  tags: ["full"],
  play: async ({ canvas }) =>
    expect(await statesIn(canvas)).toEqual(["joined", "active", "full", "full", "full"]),
};

/** Before `join()`. */
export const Off: Story = {
  tags: ["empty"],
  parameters: onNetwork({ status: "off", historyMs: 0 }),
  play: async ({ canvas }) =>
    expect(await statesIn(canvas)).toEqual(["off", "idle", "empty", "empty", "empty"]),
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining", historyMs: 0 }),
  play: async ({ canvas }) => expect((await statesIn(canvas))[0]).toBe("joining"),
};

/** The room has no place left. */
export const Refused: Story = {
  tags: ["trouble"],
  parameters: onNetwork({ status: "off", script: roomFull, historyMs: 200 }),
  play: async ({ canvas, canvasElement }) => {
    await regionsIn(canvas);
    await waitFor(() => expect(canvasElement.querySelector('[data-code="room-full"]')).toBeVisible());
  },
};

/** The server went away; links live on. */
export const Reconnecting: Story = {
  parameters: onNetwork({ peers: 3, script: inTurn(talk, serverDown), historyMs: 20_000 }),
  play: async ({ canvas }) => expect((await statesIn(canvas))[0]).toBe("reconnecting"),
};

/** A thousand members. Only the rows in sight are in the page, and the keyboard reaches all of them. */
export const Crowded: Story = {
  tags: ["crowded"],
  parameters: onNetwork({ peers: 0, crowd: 1000, script: talk, historyMs: 0 }),
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await canvas.findByRole("region", { name: "Peers" });
    await waitFor(() => expect(within(panel).getByText("1,000 connected")).toBeVisible());
    const rows = within(panel).getAllByRole("listitem");
    expect(rows.length).toBeLessThan(40);
    expect(rows[0]).toHaveAttribute("aria-setsize", "1000");

    // The last row is measured on the way, and yet is where the focus is.
    within(rows[0] as HTMLElement)
      .getByRole("button")
      .focus();
    await userEvent.keyboard("{End}");
    await waitFor(() => {
      const focused = document.activeElement?.closest("li");
      expect(focused).toHaveAttribute("aria-posinset", "1000");
      const list = panel.querySelector(".ps-scroll")?.getBoundingClientRect();
      expect(focused?.getBoundingClientRect().bottom).toBeLessThanOrEqual((list?.bottom ?? 0) + 1);
    });
  },
};

/** Some panels, and one of the app's own. */
export const Chosen: Story = {
  args: {
    panels: [
      "peers",
      <Panel key="note" name="note" title="Note">
        <p>A panel of the app's own.</p>
      </Panel>,
      "activity",
    ],
  },
  play: async ({ canvas }) => {
    await regionsIn(canvas);
    const titles = canvas.getAllByRole("heading").map((heading) => heading.textContent);
    expect(titles).toEqual(["Peers", "Note", "Activity"]);
  },
};

/** 320 px wide: one column. */
export const Narrow: Story = {
  globals: { width: "320px" },
  play: async ({ canvas }) => {
    for (const region of await regionsIn(canvas)) expectNoOverflow(region);
  },
};

/** In the dark theme. */
export const Dark: Story = {
  globals: { theme: "dark" },
  play: async ({ canvas }) => {
    for (const region of await regionsIn(canvas)) expect(getComputedStyle(region).colorScheme).toBe("dark");
  },
};

/** The visitor shows, hides and orders the panels; the choice is found again at the next visit. */
export const Choosable: Story = {
  args: { panels: ["connection", "peers", "bandwidth"], isChoosable: true, storageKey: null },
  play: async ({ canvas }) => {
    await regionsIn(canvas);
    await userEvent.click(canvas.getByRole("button", { name: "Panels…" }));
    await userEvent.click(canvas.getByRole("checkbox", { name: "Activity" }));
    await userEvent.click(canvas.getByRole("button", { name: "Move Activity up" }));
    const titles = canvas.getAllByRole("region").map((region) => region.dataset.panel);
    expect(titles).toEqual(["connection", "peers", "activity", "bandwidth"]);
    await expectNoOverflow(canvas.getAllByRole("region")[0]!);
  },
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
