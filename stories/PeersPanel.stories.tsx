import type { Meta, StoryObj } from "@storybook/react-vite";
import { PeersPanel } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fitsInGerman } from "./support/frame.js";
import { mockOf, onNetwork, withPeers } from "./support/mockSwarm.js";
import { flood, inTurn, joinCutOff, serverDown, talk, trouble, unsteady } from "./support/scripts.js";

/**
 * Who is here: each proven peer with its state, round trip, capabilities and whether it is muted; below them the
 * members that the room lists and that have not proved themselves yet. Every row is a real swarm on the
 * simulated network: cut it off with the toolbar's partition, and its word changes.
 */
const meta = {
  title: "Panels/PeersPanel",
  component: PeersPanel,
  parameters: { ...onNetwork({ peers: 5, script: talk }) },
} satisfies Meta<typeof PeersPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const panelIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Peers" });

/** The row of a member, by its name. */
const rowOf = (panel: HTMLElement, name: string): HTMLElement => {
  const row = within(panel).getByText(name).closest("li");
  if (row === null) throw new Error(`"${name}" is not in a list.`);
  return row;
};

/** Five members, all connected, with their round trips. */
export const Five: Story = {
  tags: ["full"],
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "full");
    expect(within(panel).getByText("5 connected")).toBeVisible();
    const rows = within(panel).getAllByRole("listitem");
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(within(row).getByText("Connected")).toBeVisible();
    expect(within(rowOf(panel, "Chloe")).getByText("local-llm")).toBeVisible();
    expect(await within(rowOf(panel, "Ada")).findByText("40 ms")).toBeVisible();
  },
};

/** Before `join()`. */
export const Off: Story = {
  parameters: onNetwork({ status: "off" }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "empty");
    expect(within(panel).getByText("The swarm is off.")).toBeVisible();
    expect(within(panel).queryByRole("list")).toBeNull();
  },
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining" }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(await within(panel).findByText("Entering the room.")).toBeVisible();
  },
};

/** Joined, and nobody else is there. */
export const Alone: Story = {
  tags: ["empty"],
  parameters: onNetwork({ peers: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(within(panel).getByText(/Nobody else is in “lobby” yet/)).toBeVisible();
    expect(within(panel).getByText("0 connected")).toBeVisible();
  },
};

/** The server is away and nobody was connected: new members cannot be found. */
export const Reconnecting: Story = {
  parameters: onNetwork({ peers: 0, status: "reconnecting" }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(within(panel).getByText(/The server is away/)).toBeVisible();
  },
};

/** The server is away, and the open links live on. */
export const ServerDown: Story = {
  parameters: onNetwork({ peers: 3, script: inTurn(talk, serverDown), historyMs: 2000 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(within(panel).getByText("3 connected")).toBeVisible();
    expect(within(panel).getAllByRole("listitem")).toHaveLength(3);
  },
};

/** One member's tab sleeps, the path to another is cut, and one is muted. Time stands still in this story. */
export const Trouble: Story = {
  tags: ["trouble"],
  parameters: onNetwork({
    peers: 5,
    swarm: { heartbeatMs: 5000 },
    script: inTurn(talk, trouble),
    historyMs: 25_000,
    isRunning: false,
  }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(within(panel).getByText("3 connected")).toBeVisible();
    expect(within(rowOf(panel, "Ben")).getByText("Asleep")).toBeVisible();
    expect(within(rowOf(panel, "Chloe")).getByText("Unreachable")).toBeVisible();
    const muted = within(rowOf(panel, "Dev")).getByText("Muted");
    expect(muted).toBeVisible();
    // What was done to a peer stands out from what it says of itself.
    const claim = rowOf(panel, "Dev").querySelector(".ps-chip") as Element;
    expect(getComputedStyle(muted).color).not.toBe(getComputedStyle(claim).color);
    expect(within(rowOf(panel, "Ada")).getByText("Connected")).toBeVisible();
  },
};

/** What became of a member lately: since when, and for how long. Time stands still in this story. */
export const LastStates: Story = {
  ...Trouble,
  tags: [],
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(within(rowOf(panel, "Chloe")).getByRole("button", { name: "Chloe" }));
    const list = within(panel).getByRole("list", { name: "Last states" });
    const [now, before] = within(list).getAllByRole("listitem");
    expect(now).toHaveTextContent(/^Unreachable\s*\d\d:\d\d:\d\d, for 0:\d\d$/);
    expect(before).toHaveTextContent(/^Connected/);
  },
};

/** One member goes on sending more than it may: it is held back, with the reason. Time stands still in this story. */
export const HeldBack: Story = {
  parameters: onNetwork({
    peers: 3,
    swarm: { limits: { messagesPerSecond: 100 } },
    script: flood,
    historyMs: 9000,
    isRunning: false,
  }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    const row = rowOf(panel, "Ben");
    expect(row).toHaveAttribute("data-restraint", "muted");
    expect(within(row).getByText("Held back")).toBeVisible();
    await userEvent.click(within(row).getByRole("button", { name: "Ben" }));
    expect(within(row).getByText(/^too many messages: its messages are dropped, until /)).toBeVisible();
    expect(within(rowOf(panel, "Ada")).queryByText("Held back")).toBeNull();
  },
};

/** One member is cut off from the start: it is tried again and again, with the reason. Time stands still. */
export const StillConnecting: Story = {
  parameters: onNetwork({ peers: 3, status: "off", script: joinCutOff, historyMs: 60_000, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const { peers } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    expect(within(panel).getByText("2 connected")).toBeVisible();
    const row = rowOf(panel, peers[0]?.swarm.getSignalingStatus().peerId ?? "");
    expect(within(row).getByText("Connecting")).toBeVisible();
    expect(within(row).getByText(/^\d+ attempts$/)).toBeVisible();
    expect(row.querySelector("[data-code]")).toBeVisible();
  },
};

/** Names and capabilities are what strangers say of themselves: long, empty, right to left, and full of markup. */
export const StrangeNames: Story = {
  parameters: onNetwork({
    peers: [
      { name: "<b>bold</b><img src=x onerror=alert(1)>", capabilities: ["<i>"] },
      { name: "W".repeat(64), capabilities: ["a-capability-with-a-name-that-does-not-end-".repeat(2)] },
      { name: "\u202Egnirts a", capabilities: ["chat"] },
      { name: "עדה", capabilities: ["chat", "שפה"] },
      { capabilities: Array.from({ length: 30 }, (_, index) => `capability-${index + 1}`) },
    ],
  }),
  globals: { width: "320px" },
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(await within(panel).findByText("<b>bold</b><img src=x onerror=alert(1)>")).toBeVisible();
    const nameless = (await within(panel).findByText("capability-30")).closest("li");
    expect(nameless?.querySelector("bdi")).toHaveTextContent(/^[a-z2-7]{8}$/);
    expect(panel.querySelector("img, b")).toBeNull();
    expectNoOverflow(panel);
  },
};

/** Twenty members, each linked with every other. */
export const Crowded: Story = {
  tags: ["crowded"],
  parameters: onNetwork({ peers: 20, script: talk }),
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    expect(within(panel).getByText("20 connected")).toBeVisible();
    // How many of them are in the document is the panel's own business.
    expect(within(panel).getAllByRole("listitem")[0]).toBeVisible();
  },
};

/** A thousand members. */
export const Thousand: Story = {
  parameters: onNetwork(withPeers({ script: talk }, 1000)),
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    expect(within(panel).getByText(/^1[,.]?000 connected$/)).toBeVisible();
    expect(within(panel).getAllByRole("listitem")[0]).toBeVisible();
  },
};

const namesIn = (panel: HTMLElement): (string | null | undefined)[] =>
  within(panel)
    .getAllByRole("listitem")
    .map((row) => row.querySelector("bdi")?.textContent);

/** Sorted by name; the choice lasts as long as the panel. */
export const Sorted: Story = {
  parameters: onNetwork({ peers: [{ name: "Zoe" }, { name: "Émile" }, { name: "ben" }, { name: "Ada" }] }),
  play: async ({ canvas, canvasElement }) => {
    const { peers } = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await userEvent.selectOptions(within(panel).getByLabelText("Sort by"), "Name");
    expect(namesIn(panel)).toEqual(["Ada", "ben", "Émile", "Zoe"]);
    // While somebody points at a row, none moves; the new name is shown where the old one was.
    await userEvent.hover(rowOf(panel, "Zoe"));
    peers[0]?.swarm.announce({ name: "Aaron" });
    await within(panel).findByText("Aaron");
    expect(namesIn(panel)).toEqual(["Ada", "ben", "Émile", "Aaron"]);
    await userEvent.unhover(rowOf(panel, "Aaron"));
    expect(namesIn(panel)).toEqual(["Aaron", "Ada", "ben", "Émile"]);
  },
};

/** Those that need a look first. Time stands still in this story. */
export const SortedByState: Story = {
  ...Trouble,
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.selectOptions(within(panel).getByLabelText("Sort by"), "State");
    expect(namesIn(panel).slice(0, 2)).toEqual(["Chloe", "Ben"]);
  },
};

/** Those with a capability. */
export const Filtered: Story = {
  parameters: onNetwork({ peers: 20, script: talk }),
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await userEvent.type(within(panel).getByLabelText("Filter peers"), "local-llm");
    expect(await within(panel).findByText("5 of 20 shown", { selector: ".ps-count" })).toBeVisible();
    expect(within(panel).getAllByText("local-llm")).toHaveLength(5);
    await userEvent.selectOptions(within(panel).getByLabelText("State"), "Connected");
    expect(within(panel).getByText("5 of 20 shown", { selector: ".ps-count" })).toBeVisible();
  },
};

/** Nothing matches what was typed; one press shows all again. */
export const NothingMatches: Story = {
  play: async ({ canvas, step }) => {
    const panel = await panelIn(canvas);
    const text = within(panel).getByLabelText("Filter peers");
    await userEvent.type(text, "somebody else");
    expect(await within(panel).findByText("No peer matches.")).toBeVisible();
    expect(within(panel).getByText("0 of 5 shown", { selector: ".ps-count" })).toBeVisible();
    expect(within(panel).queryAllByRole("listitem")).toHaveLength(0);
    await step("show all", async () => {
      const clear = within(panel).getAllByRole("button", { name: "Show all peers" }).at(-1);
      await userEvent.click(clear as HTMLElement);
      await waitFor(() => expect(within(panel).getAllByRole("listitem")).toHaveLength(5));
      expect(text).toHaveFocus();
    });
    await userEvent.type(text, "somebody else");
    expect(await within(panel).findByText("No peer matches.")).toBeVisible();
  },
};

/** All that is known of one peer, with the course of its round trip: its network is slower now and then. */
export const Detail: Story = {
  parameters: onNetwork({
    peers: [{ name: "Ada", capabilities: ["chat", "webgpu"], goals: ["translate"], region: "eu-west" }],
    script: unsteady,
    historyMs: 240_000,
  }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await userEvent.click(within(panel).getByRole("button", { name: "Ada" }));
    const course = panel.querySelector('[data-fact="course"]');
    expect(course).toHaveTextContent(/median \d+ ms, between \d+ ms and \d{3} ms in the last 4 min$/);
    expect(course?.querySelector("svg")).toBeVisible();
    expect(panel.querySelector('[data-fact="goals"]')).toHaveTextContent("translate");
  },
};

/** From the filter to a ban and back, with the keyboard alone. */
export const KeyboardOnly: Story = {
  play: async ({ canvas, step }) => {
    const panel = await panelIn(canvas);
    const { keyboard, tab } = userEvent;
    const focused = (): string => {
      const element = document.activeElement;
      return element?.getAttribute("aria-label") ?? element?.textContent ?? "";
    };
    await step("filter", async () => {
      await tab();
      expect(within(panel).getByLabelText("Filter peers")).toHaveFocus();
      await keyboard("dev");
      expect(await within(panel).findByText("1 of 5 shown", { selector: ".ps-count" })).toBeVisible();
    });
    await step("list", async () => {
      for (const name of ["Show all peers", "Sort by", "State", "Muted only"]) {
        await tab();
        expect(within(panel).getByLabelText(name)).toHaveFocus();
      }
      await tab();
      expect(focused()).toBe("Dev");
    });
    await step("detail", async () => {
      await keyboard("{Enter}");
      expect(document.activeElement).toHaveAttribute("aria-expanded", "true");
      expect(panel.querySelector('[data-fact="agent"]')).toBeVisible();
    });
    await step("mute", async () => {
      // Past the two buttons that copy, and the numbers that lead to their events.
      for (let stops = 0; stops < 5; stops++) await tab();
      expect(focused()).toBe("Mute Dev");
      await keyboard("{Enter}");
      expect(await within(rowOf(panel, "Dev")).findByText("Muted")).toBeVisible();
      expect(focused()).toBe("Unmute Dev");
      await keyboard("{Enter}");
      expect(within(rowOf(panel, "Dev")).queryByText("Muted")).toBeNull();
    });
    await step("ban", async () => {
      await tab();
      expect(focused()).toBe("Ban Dev…");
      await keyboard("{Enter}");
      expect(focused()).toBe("Cancel");
      await tab({ shift: true });
      expect(focused()).toBe("Ban");
      await keyboard("{Enter}");
      expect(await within(panel).findByText("Dev is banned.")).toBeVisible();
      expect(within(panel).getByText("No peer matches.")).toBeVisible();
      expect(focused()).toBe("Undo");
    });
    await step("unban", async () => {
      await keyboard("{Enter}");
      expect(await within(panel).findByText("Dev is no longer banned.")).toBeVisible();
      expect(focused()).toBe("Dev is no longer banned.");
    });
  },
};

/** A thousand members, filtered: what is typed is there at once, and the list follows. */
export const ThousandFiltered: Story = {
  ...Thousand,
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await userEvent.type(within(panel).getByLabelText("Filter peers"), "peer 99");
    expect(await within(panel).findByText("19 of 1,000 shown", { selector: ".ps-count" })).toBeVisible();
    expect(within(panel).getAllByRole("listitem")).toHaveLength(19);
  },
};

/** Right to left, with members in trouble and one detail open. */
export const RightToLeft: Story = {
  ...Trouble,
  globals: { direction: "rtl" },
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await userEvent.click(within(panel).getByRole("button", { name: "Ada" }));
    expectNoOverflow(panel);
  },
};

/** 320 px wide, as on a small phone, with members in trouble. */
export const Narrow: Story = {
  ...Trouble,
  globals: { width: "320px" },
  play: async ({ canvas }) => expectNoOverflow(await panelIn(canvas)),
};

/** In the dark theme, with members in trouble. */
export const Dark: Story = {
  ...Trouble,
  globals: { theme: "dark" },
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(getComputedStyle(panel).colorScheme).toBe("dark");
  },
};

/** In German, whose long words have to fit into 320 px, too. */
export const German: Story = {
  globals: { locale: "de", width: "320px" },
  play: fitsInGerman,
};
