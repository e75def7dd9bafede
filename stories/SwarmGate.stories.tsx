import type { Meta, StoryObj } from "@storybook/react-vite";
import { ConnectionPanel, SwarmGate } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fits, fitsInGerman } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { talk } from "./support/scripts.js";

// A key of its own, so that a choice made here is not the choice of an app on the same origin.
const STORAGE_KEY = "peerswarm-story-gate";

/**
 * Asks before anything is opened: off by default, it says what joining exposes, joins when told to, and then
 * shows what is inside it; here the Connection panel.
 */
const meta = {
  title: "Frame/SwarmGate",
  component: SwarmGate,
  args: { storageKey: STORAGE_KEY, children: <ConnectionPanel headingLevel={3} /> },
  argTypes: { children: { control: false } },
  parameters: {
    ...onNetwork({
      peers: 3,
      status: "off",
      swarm: { capabilities: ["chat", "webgpu"] },
      script: talk,
    }),
  },
  beforeEach: () => {
    localStorage.removeItem(STORAGE_KEY);
    return () => localStorage.removeItem(STORAGE_KEY);
  },
} satisfies Meta<typeof SwarmGate>;

export default meta;
type Story = StoryObj<typeof meta>;

const findQuestion = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Join the swarm?" });

const findPanel = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Connection" });

/** The first visit: nothing has been opened, and the children are not there. */
export const Closed: Story = {
  tags: ["empty"],
  play: async ({ canvas, canvasElement }) => {
    const { swarm, network, peers } = await mockOf(canvasElement);
    const question = await findQuestion(canvas);
    expect(within(question).getByText(/Your IP address/)).toBeVisible();
    expect(within(question).getByText("What you offer: chat and webgpu.")).toBeVisible();
    expect(canvas.queryByRole("region", { name: "Connection" })).toBeNull();
    expect(swarm.store.getSnapshot().status).toBe("off");
    expect(network.server.seats("lobby").size).toBe(peers.length);
  },
};

/** With nothing but the keyboard: Tab to the button, Enter joins, and the panel appears. */
export const JoinByKeyboard: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { network } = await mockOf(canvasElement);
    await findQuestion(canvas);
    await userEvent.tab();
    expect(canvas.getByRole("button", { name: "Join swarm" })).toHaveFocus();
    await userEvent.keyboard("{Enter}");
    const panel = await findPanel(canvas);
    await waitFor(() => expect(panel).toHaveAttribute("data-state", "joined"));
    expect(canvas.getByText("You are in “lobby”")).toBeVisible();
    expect(network.server.seats("lobby").size).toBe(4);
    expect(localStorage.getItem(STORAGE_KEY)).not.toBeNull();
  },
};

/** Leave takes the choice back and leaves the room. */
export const Leave: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { swarm } = await mockOf(canvasElement);
    await userEvent.click(await canvas.findByRole("button", { name: "Join swarm" }));
    await waitFor(() => expect(swarm.store.getSnapshot().status).toBe("joined"));
    await userEvent.click(canvas.getByRole("button", { name: "Leave" }));
    await findQuestion(canvas);
    expect(swarm.store.getSnapshot().status).toBe("off");
    expect(localStorage.getItem(STORAGE_KEY)).toBeNull();
  },
};

/** The choice of an earlier visit: it joins at once. */
export const Remembered: Story = {
  tags: ["full"],
  beforeEach: () => localStorage.setItem(STORAGE_KEY, "joined"),
  play: async ({ canvas }) => {
    const panel = await findPanel(canvas);
    await waitFor(() => expect(panel).toHaveAttribute("data-state", "joined"));
    expect(canvas.queryByRole("region", { name: "Join the swarm?" })).toBeNull();
  },
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining" }),
  play: async ({ canvas }) => {
    expect(await canvas.findByText("Joining “lobby”")).toBeVisible();
    expect(await findPanel(canvas)).toHaveAttribute("data-state", "joining");
  },
};

/** The server went away: what is inside stays. */
export const Reconnecting: Story = {
  parameters: onNetwork({ status: "reconnecting" }),
  play: async ({ canvas }) => {
    expect(await canvas.findByText("Reconnecting to “lobby”")).toBeVisible();
    expect(await findPanel(canvas)).toHaveAttribute("data-state", "reconnecting");
  },
};

/** Joining did not work, because the room is full. Once there is a place, Try again gets in. */
export const Failed: Story = {
  tags: ["trouble"],
  parameters: onNetwork({
    script: ({ network, peers }) => {
      network.server.maxRoomSize = peers.length;
      return undefined;
    },
  }),
  play: async ({ canvas, canvasElement, step }) => {
    const { network } = await mockOf(canvasElement);
    await step("the room is full", async () => {
      await userEvent.click(await canvas.findByRole("button", { name: "Join swarm" }));
      const question = await findQuestion(canvas);
      await waitFor(() => expect(question).toHaveAttribute("data-state", "failed"));
      expect(within(question).getByRole("alert")).toHaveTextContent('The room "lobby" is full.');
    });
    await step("somebody leaves, and there is a place", async () => {
      network.server.maxRoomSize = Infinity;
      await userEvent.click(canvas.getByRole("button", { name: "Try again" }));
      const panel = await findPanel(canvas);
      await waitFor(() => expect(panel).toHaveAttribute("data-state", "joined"));
    });
  },
};

/** The same, and left at that: why it did not work, and what to do. */
export const RoomFull: Story = {
  parameters: Failed.parameters,
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole("button", { name: "Join swarm" }));
    expect(await canvas.findByRole("button", { name: "Try again" })).toBeVisible();
    expect(canvas.getByText("Joining did not work")).toBeVisible();
  },
};

/** Disconnect in the panel is not Leave: what is inside stays, and offers the way back. */
export const Disconnected: Story = {
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    await userEvent.click(await canvas.findByRole("button", { name: "Join swarm" }));
    const panel = await findPanel(canvas);
    await waitFor(() => expect(panel).toHaveAttribute("data-state", "joined"));
    await userEvent.click(within(panel).getByRole("button", { name: "Disconnect" }));
    expect(await canvas.findByText("Disconnected from “lobby”")).toBeVisible();
    expect(panel).toBeInTheDocument();
  },
};

/** `remember={false}`: the choice lasts as long as the page. */
export const NotRemembered: Story = {
  args: { remember: false },
  play: async ({ canvas, canvasElement }) => {
    const { swarm } = await mockOf(canvasElement);
    expect(await canvas.findByText("You will be asked again the next time.")).toBeVisible();
    await userEvent.click(canvas.getByRole("button", { name: "Join swarm" }));
    await waitFor(() => expect(swarm.store.getSnapshot().status).toBe("joined"));
    expect(localStorage.getItem(STORAGE_KEY)).toBeNull();
  },
};

/** 320 px wide, as on a small phone, after a failure. */
export const Narrow: Story = {
  ...RoomFull,
  globals: { width: "320px" },
  play: async (context) => {
    await RoomFull.play?.(context);
    expectNoOverflow(await findQuestion(context.canvas));
  },
};

/** In the dark theme, after a failure. */
export const Dark: Story = {
  ...RoomFull,
  globals: { theme: "dark" },
  play: async (context) => {
    await RoomFull.play?.(context);
    expect(getComputedStyle(await findQuestion(context.canvas)).colorScheme).toBe("dark");
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
