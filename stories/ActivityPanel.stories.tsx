import type { Meta, StoryObj } from "@storybook/react-vite";
import { ActivityPanel } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fitsInGerman } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, joinCutOff, serverDown, talk } from "./support/scripts.js";

/**
 * The last messages sent, received and dropped, newest first: up to 2,500 of them, to be searched and filtered. The list stands
 * still while it is paused, scrolled, or the pointer or the focus is inside, so that a row can be read, and says how many newer
 * ones there are.
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

const toolIn = (panel: HTMLElement, name: string): HTMLElement =>
  within(panel).getByRole("combobox", { name });

/** Three members talk. */
export const Live: Story = {
  tags: ["full"],
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    const [newest] = rowsIn(panel);
    await waitFor(() => expect(rowsIn(panel)[0]).not.toBe(newest));
  },
};

const rowOf = (panel: HTMLElement, peerId: string): HTMLElement | null =>
  panel.querySelector<HTMLElement>(`[data-peer-id="${peerId}"]`);

/** Two members call themselves the same: what nobody can choose tells them apart, also where there is little room. */
export const OneNameForTwo: Story = {
  parameters: onNetwork({
    peers: [{ name: "Ada of the long corridors" }, { name: "Ada of the long corridors" }],
    script: talk,
    historyMs: 5000,
  }),
  globals: { width: "320px" },
  play: async ({ canvas, canvasElement }) => {
    const { peers } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    for (const { swarm } of peers) {
      const { peerId = "" } = swarm.getSignalingStatus();
      await waitFor(() => expect(rowOf(panel, peerId)).toHaveTextContent(peerId.slice(0, 8)));
      const shortId = rowOf(panel, peerId)?.querySelector("code");
      expect(shortId?.scrollWidth).toBeLessThanOrEqual(shortId?.clientWidth || Number.POSITIVE_INFINITY);
    }
    expectNoOverflow(panel);
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
    expect(await within(panel).findByRole("button", { name: /^\d+ newer$/ })).toBeVisible();
    expect(rowsIn(panel)).toEqual(before);
    await userEvent.unhover(listIn(panel));
    await waitFor(() => expect(rowsIn(panel)).not.toEqual(before));
  },
};

/** By keyboard: pause, see how many wait, catch up; the focus stays in the panel. */
export const PausedByKeyboard: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { advance } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    const pause = within(panel).getByRole("button", { name: "Pause" });
    pause.focus();
    await userEvent.keyboard("{Enter}");
    expect(pause).toHaveAttribute("aria-pressed", "true");
    const before = rowsIn(panel);
    await advance(2000);
    const newer = await within(panel).findByRole("button", { name: /newer$/ });
    expect(rowsIn(panel)).toEqual(before);
    await userEvent.tab({ shift: true });
    expect(newer).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    expect(pause).toHaveFocus();
    expect(pause).toHaveAttribute("aria-pressed", "false");
    await waitFor(() => expect(rowsIn(panel)).not.toEqual(before));
  },
};

/** A list that is scrolled away from its top stands still, too. */
export const Scrolled: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { advance } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await waitFor(() => expect(listIn(panel)).toHaveAttribute("data-long"));
    listIn(panel).scrollTop = 400;
    await waitFor(() => expect(panel.querySelector("[data-held]")).not.toBeNull());
    await advance(1000);
    await userEvent.click(await within(panel).findByRole("button", { name: /newer$/ }));
    await waitFor(() => expect(listIn(panel).scrollTop).toBe(0));
    expect(panel.querySelector("[data-held]")).toBeNull();
  },
};

/** The messages of the app alone, from one member. */
export const Filtered: Story = {
  parameters: onNetwork({ peers: 3, script: talk, historyMs: 10_000, isRunning: false }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.selectOptions(toolIn(panel, "Whose messages"), "App only");
    const ben = within(panel).getByRole("option", { name: /^Ben [a-z2-7]{8}$/ });
    await userEvent.selectOptions(toolIn(panel, "Peer"), ben);
    await userEvent.selectOptions(toolIn(panel, "Direction"), "Received");
    for (const row of rowsIn(panel)) expect(row).toMatch(/^Received chatfrom Ben/);
    expect(
      await within(panel).findByText(/^\d+ shown, \d+ hidden$/, { selector: "[role=status]" }),
    ).toBeTruthy();
  },
};

/** Part of a type, of a name, of an id or of a reason. */
export const Searched: Story = {
  parameters: onNetwork({ peers: 3, script: talk, historyMs: 10_000, isRunning: false }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.type(within(panel).getByRole("searchbox"), "CHLO");
    for (const row of rowsIn(panel)) expect(row).toContain("Chloe");
    expect(rowsIn(panel).length).toBeGreaterThan(0);
  },
};

/** Nothing matches: what is hidden, and the way back. */
export const NothingMatches: Story = {
  parameters: onNetwork({ peers: 3, script: talk, historyMs: 10_000, isRunning: false }),
  play: async ({ canvas, step }) => {
    const panel = await panelIn(canvas);
    const search = within(panel).getByRole("searchbox");
    await step("a filter that nothing passes", async () => {
      await userEvent.type(search, "nothing is called so");
      expect(await within(panel).findByText("Nothing matches.")).toBeVisible();
    });
    await step("is cleared", async () => {
      await userEvent.click(within(panel).getByRole("button", { name: "Clear the filter" }));
      expect(rowsIn(panel).length).toBeGreaterThan(0);
      expect(search).toHaveFocus();
    });
    await userEvent.type(search, "nothing is called so");
  },
};

/** One member could never be reached: what was dropped or noticed stands among the messages, with its reason. */
export const Dropped: Story = {
  parameters: onNetwork({ peers: 3, status: "off", script: joinCutOff, historyMs: 60_000, isRunning: false }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.selectOptions(toolIn(panel, "Direction"), "Dropped");
    const rows = rowsIn(panel);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatch(/^Dropped Not connected: No answer in time/);
  },
};

/** Before `join()`. */
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
  tags: ["trouble"],
  parameters: onNetwork({ peers: 3, script: inTurn(talk, serverDown), historyMs: 5000 }),
  play: async ({ canvas }) => expect(await panelIn(canvas)).toHaveAttribute("data-state", "full"),
};

/** Twenty members talk at once: of all that is kept only what is in sight is rendered, in rows that are used again. */
export const Crowded: Story = {
  tags: ["crowded"],
  parameters: onNetwork({ peers: 20, script: talk, historyMs: 20_000, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const { advance } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    const rows = (): HTMLElement[] => within(panel).getAllByRole("listitem");
    await waitFor(() => expect(panel.querySelector("[aria-setsize]")).not.toBeNull());
    expect(Number(panel.querySelector("[aria-setsize]")?.getAttribute("aria-setsize"))).toBeGreaterThan(500);
    expect(rows().length).toBeLessThan(60);
    const [made, newest] = [new Set(rows()), rows()[0]?.textContent];
    await advance(2000);
    await waitFor(() => expect(rows()[0]?.textContent).not.toBe(newest));
    expect(rows().filter((row) => !made.has(row)).length).toBeLessThan(3);
  },
};

/** 320 px wide. */
export const Narrow: Story = {
  globals: { width: "320px" },
  play: async ({ canvas }) => expectNoOverflow(await panelIn(canvas)),
};

/** From right to left. */
export const RightToLeft: Story = {
  globals: { direction: "rtl" },
  play: async ({ canvas }) => expectNoOverflow(await panelIn(canvas)),
};

/** In the dark theme. */
export const Dark: Story = {
  globals: { theme: "dark" },
  play: async ({ canvas }) => expect(getComputedStyle(await panelIn(canvas)).colorScheme).toBe("dark"),
};

/** In German, whose long words have to fit into 320 px, too. */
export const German: Story = {
  globals: { locale: "de", width: "320px" },
  play: fitsInGerman,
};
