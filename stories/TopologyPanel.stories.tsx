import type { Meta, StoryObj } from "@storybook/react-vite";
import { TopologyPanel } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fits, fitsInGerman } from "./support/frame.js";
import { mockOf, onNetwork, withPeers } from "./support/mockSwarm.js";
import { inTurn, joinCutOff, liesAboutLinks, talk, trouble, twoGroups } from "./support/scripts.js";

/**
 * Who is linked with whom: own links as measured, those of others as they say. Each member keeps its place while it is there.
 * A line that stops half way is named by one of its ends only.
 */
const meta = {
  title: "Panels/TopologyPanel",
  component: TopologyPanel,
  parameters: { ...onNetwork({ peers: 5, script: talk, isRunning: false }) },
} satisfies Meta<typeof TopologyPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const panelIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Topology" });

/** Lets the members tell their links. */
async function told(canvasElement: HTMLElement, ms = 8000): Promise<void> {
  const mock = await mockOf(canvasElement);
  await waitFor(() => expect(mock.swarm.store.getSnapshot().topology.nodes).not.toHaveLength(0));
  await mock.advance(ms);
}

const member = (panel: HTMLElement, name: RegExp): HTMLElement => within(panel).getByRole("button", { name });

const drawnLinks = (panel: HTMLElement): Element[] => [
  ...panel.querySelectorAll(".ps-mesh-drawing .ps-mesh-link"),
];

/** Six members, each linked with every other. */
export const Full: Story = {
  tags: ["full"],
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await told(canvasElement);
    expect(panel).toHaveAttribute("data-state", "full");
    await waitFor(() => expect(drawnLinks(panel)).toHaveLength(15));
    await waitFor(() =>
      expect(drawnLinks(panel).filter((line) => line.getAttribute("data-standing") === "claimed")).toEqual(
        [],
      ),
    );
    expect(within(panel).getByText("15 links")).toBeVisible();
    expect(member(panel, /^Ada, connected, 5 links, slowest \d+ ms$/)).toBeVisible();
    expect(within(panel).getByText("Choose a member to see its links.")).toBeVisible();
  },
};

/** By keyboard alone: Tab reaches one member, arrow keys the others, Enter shows the links of one. */
export const Keyboard: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await told(canvasElement);
    const all = within(panel).getAllByRole("button");
    expect(all.filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
    within(panel).getByRole("radio", { name: "Drawing" }).focus();
    await userEvent.tab();
    expect(document.activeElement).toBe(all[0]);
    expect(all[0]).toHaveAccessibleName(/^You, connected, 5 links/);
    await userEvent.keyboard("{ArrowRight}{ArrowDown}");
    expect(document.activeElement).toBe(all[2]);
    await userEvent.keyboard("{ArrowLeft}");
    expect(document.activeElement).toBe(all[1]);
    await userEvent.keyboard("{End}");
    expect(document.activeElement).toBe(all[5]);
    await userEvent.keyboard("{ArrowRight}");
    expect(document.activeElement).toBe(all[0]);
    await userEvent.keyboard("{ArrowUp}{Enter}");
    expect(all[5]).toHaveAttribute("aria-pressed", "true");
    const label = all[5]?.querySelector("title")?.textContent ?? "";
    const table = within(panel).getByRole("table", { name: `Links of ${label}` });
    expect(within(table).getAllByRole("rowheader")).toHaveLength(5);
    await userEvent.keyboard(" ");
    expect(within(panel).queryByRole("table")).toBeNull();
    await userEvent.keyboard("{Home}{Enter}");
    expect(within(panel).getByRole("table", { name: "Links of You" })).toBeVisible();
  },
};

/** The same as a table. */
export const AsTable: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await told(canvasElement);
    await userEvent.click(within(panel).getByText("Table"));
    const table = within(panel).getByRole("table", { name: "All links that are known" });
    expect(within(table).getAllByRole("rowheader")).toHaveLength(15);
    expect(within(table).getAllByText("Both ends")).toHaveLength(10);
    expect(within(table).getAllByText("Measured")).toHaveLength(5);
  },
};

/** Nobody else is in the room. */
export const Alone: Story = {
  tags: ["empty"],
  parameters: onNetwork({ peers: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "empty");
    expect(within(panel).getByText(/Nobody else is in “lobby” yet/)).toBeVisible();
  },
};

/** Before `join()`. */
export const Off: Story = {
  parameters: onNetwork({ status: "off" }),
  play: async ({ canvas }) => {
    expect(within(await panelIn(canvas)).getByText("The swarm is off.")).toBeVisible();
  },
};

/** The first answer of the server has not come. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining" }),
  play: async ({ canvas }) => {
    expect(await within(await panelIn(canvas)).findByText("Entering the room.")).toBeVisible();
  },
};

/** The server is away, and nobody was connected. */
export const Reconnecting: Story = {
  parameters: onNetwork({ peers: 0, status: "reconnecting" }),
  play: async ({ canvas }) => {
    expect(within(await panelIn(canvas)).getByText("No peer is connected.")).toBeVisible();
  },
};

/** One member cannot be reached by anybody, and another one's tab sleeps. */
export const Trouble: Story = {
  tags: ["trouble"],
  parameters: onNetwork({
    peers: 5,
    swarm: { heartbeatMs: 5000 },
    network: { latencyMs: 60 },
    script: inTurn(talk),
    isRunning: false,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await told(canvasElement);
    const mock = await mockOf(canvasElement);
    trouble(mock);
    await mock.advance(20_000);
    expect(member(panel, /^Chloe, unreachable/)).toBeVisible();
    expect(member(panel, /^Ben, asleep/)).toBeVisible();
    await userEvent.click(member(panel, /^Chloe/));
    const table = within(panel).getByRole("table", { name: "Links of Chloe" });
    expect(within(table).getAllByText("Down").length).toBeGreaterThanOrEqual(4);
  },
};

/** The room falls apart into two groups that do not reach each other. */
export const TwoGroups: Story = {
  parameters: onNetwork({ peers: 7, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await told(canvasElement);
    const mock = await mockOf(canvasElement);
    twoGroups(mock);
    await mock.advance(15_000);
    const down = drawnLinks(panel).filter((line) => line.getAttribute("data-health") === "down");
    // Four on our side, four on the other.
    expect(down).toHaveLength(16);
    mock.network.heal();
  },
};

/** One member was never reached: it has a place, and no link. */
export const StillConnecting: Story = {
  parameters: onNetwork({ peers: 3, status: "off", script: joinCutOff, historyMs: 30_000, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await told(canvasElement, 5000);
    expect(panel.querySelector('[data-state="connecting"]')).toBeVisible();
  },
};

/** Mallory names links that are not there, to members that deny them and to some that nobody knows. */
export const Liar: Story = {
  parameters: onNetwork({ peers: 4, crowd: 1, script: liesAboutLinks, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await told(canvasElement, 10_000);
    expect(within(panel).getByText(/^2 more links are said to lead to members/)).toBeVisible();
    const lies = panel.querySelectorAll('.ps-mesh-drawing [data-standing="claimed"]');
    expect(lies.length).toBeGreaterThan(0);
    expect(panel.querySelectorAll('.ps-mesh-drawing [data-standing="own"]')).toHaveLength(5);
  },
};

/** Twenty-one members. */
export const Twenty: Story = {
  parameters: onNetwork({ peers: 20, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await told(canvasElement);
    await waitFor(() => expect(drawnLinks(panel)).toHaveLength(210));
    await userEvent.click(member(panel, /^Ada, /));
    expect(panel.querySelectorAll(".ps-mesh-drawing [data-lit]")).toHaveLength(20);
  },
};

/** Two hundred members: own links only, and it says so. */
export const Crowd: Story = {
  tags: ["crowded"],
  parameters: onNetwork({ ...withPeers({}, 200), isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await told(canvasElement, 4000);
    await waitFor(() => expect(drawnLinks(panel)).toHaveLength(200));
    expect(within(panel).getByText(/^With 201 members only your own links are drawn/)).toBeVisible();
    expect(within(panel).getByText(/^136 members were not asked/)).toBeVisible();
    await userEvent.click(within(panel).getByText("Table"));
    expect(within(panel).getAllByRole("rowheader")).toHaveLength(100);
    await userEvent.click(within(panel).getByRole("button", { name: "Show 100 more" }));
    expect(within(panel).getAllByRole("rowheader")).toHaveLength(200);
    await userEvent.click(within(panel).getByText("Drawing"));
  },
};

/** A thousand members. */
export const Thousand: Story = {
  parameters: onNetwork({ ...withPeers({}, 1000), isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await told(canvasElement, 2000);
    expect(within(panel).getByText(/^Of 1,001 members 1,000 are drawn/)).toBeVisible();
  },
};

/** Names are what strangers say: long, right to left, and full of markup. 320 px wide. */
export const StrangeNames: Story = {
  parameters: onNetwork({
    peers: [
      { name: "<b>bold</b><img src=x onerror=alert(1)>" },
      { name: "W".repeat(64) },
      { name: "\u202Egnirts a" },
      { name: "עדה" },
      {},
    ],
    isRunning: false,
  }),
  globals: { width: "280px" },
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await told(canvasElement);
    await userEvent.click(member(panel, /^W{64}, /));
    expect(panel.querySelector("img, b")).toBeNull();
    expectNoOverflow(panel);
    await userEvent.click(within(panel).getByText("Table"));
    expectNoOverflow(panel);
  },
};

/** 320 px wide, with members in trouble. */
export const Narrow: Story = {
  ...Trouble,
  globals: { width: "320px" },
  play: async (context) => {
    await Trouble.play?.(context);
    expectNoOverflow(await panelIn(context.canvas));
  },
};

/** In the dark theme, with members in trouble. */
export const Dark: Story = {
  ...Trouble,
  globals: { theme: "dark" },
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
