import type { Meta, StoryObj } from "@storybook/react-vite";
import { ConnectionPanel } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fitsInGerman } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, notice, roomFull, serverDown, talk } from "./support/scripts.js";

/**
 * Where the swarm stands with its room: status, server, room, own peer id and uptime; why it is not joined and
 * when it tries again. Its buttons act on the swarm of the story: Disconnect leaves, Reconnect comes back.
 */
const meta = {
  title: "Panels/ConnectionPanel",
  component: ConnectionPanel,
  parameters: { ...onNetwork({ peers: 3, script: talk }) },
} satisfies Meta<typeof ConnectionPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const fact = (panel: HTMLElement, name: string): string =>
  panel.querySelector(`[data-fact="${name}"] dd`)?.textContent ?? "";

/** The swarm has joined, and the uptime counts. */
export const Joined: Story = {
  tags: ["full"],
  play: async ({ canvas, canvasElement }) => {
    const { swarm } = await mockOf(canvasElement);
    const panel = await canvas.findByRole("region", { name: "Connection" });
    expect(panel).toHaveAttribute("data-state", "joined");
    expect(fact(panel, "room")).toBe("lobby");
    expect(fact(panel, "peer-id")).toContain(swarm.getSignalingStatus().peerId);
    // The clock of the session runs; on a busy machine a second can go by unseen.
    await within(panel).findByText(/^0:(0[2-9]|[1-5]\d)$/);
  },
};

/** Before `join()`: nothing is opened, and there is no peer id yet. */
export const Off: Story = {
  tags: ["empty"],
  parameters: onNetwork({ status: "off" }),
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Connection" });
    expect(within(panel).getByText("Off")).toBeVisible();
    expect(fact(panel, "peer-id")).toBe("–");
    for (const name of ["Disconnect", "Announce presence"]) {
      expect(within(panel).getByRole("button", { name })).toHaveAttribute("aria-disabled", "true");
    }
    expect(within(panel).getByRole("button", { name: "Reconnect" })).toBeEnabled();
  },
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining" }),
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Connection" });
    expect(await within(panel).findByText("Joining")).toBeVisible();
    expect(within(panel).queryByRole("timer")).toBeNull();
    expect(within(panel).getByRole("button", { name: "Announce presence" })).toHaveAttribute("aria-disabled");
  },
};

/** The server was down when the swarm wanted to join; it says why, and goes on trying. */
export const JoiningFails: Story = {
  parameters: onNetwork({
    status: "off",
    script: inTurn(serverDown, ({ swarm }) => {
      swarm.join().catch(() => undefined);
      return undefined;
    }),
    historyMs: 2000,
    isRunning: false,
  }),
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Connection" });
    expect(panel).toHaveAttribute("data-state", "joining");
    expect(within(panel).getByText("The simulated signalling server is stopped.")).toBeVisible();
    expect(within(panel).getByRole("timer")).toHaveTextContent(/^Next try in \d s$/);
  },
};

/** The server went away while the swarm was in the room. Time stands still, so that the countdown does too. */
export const Reconnecting: Story = {
  tags: ["trouble"],
  parameters: onNetwork({ script: inTurn(talk, serverDown), historyMs: 2000, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const { advance, network } = await mockOf(canvasElement);
    const panel = await canvas.findByRole("region", { name: "Connection" });
    expect(panel).toHaveAttribute("data-state", "reconnecting");
    expect(within(panel).getByText("The simulated signalling server stopped.")).toBeVisible();
    const timer = within(panel).getByRole("timer");
    const before = secondsIn(timer);
    await advance(1000);
    await waitFor(() => expect(secondsIn(timer)).toBe(before - 1));
    expect(network.linkCount).toBeGreaterThan(0);
  },
};

const secondsIn = (timer: HTMLElement): number => Number(/Next try in (\d+) s/.exec(timer.textContent)?.[1]);

/** The server came back: Reconnect does not wait for the next planned try. */
export const ReconnectNow: Story = {
  parameters: onNetwork({ status: "reconnecting", isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const { advance, network } = await mockOf(canvasElement);
    const panel = await canvas.findByRole("region", { name: "Connection" });
    expect(panel).toHaveAttribute("data-state", "reconnecting");
    network.server.start();
    await userEvent.click(within(panel).getByRole("button", { name: "Reconnect" }));
    // Far less than the pause before the next planned try.
    await advance(100);
    await waitFor(() => expect(panel).toHaveAttribute("data-state", "joined"));
    expect(within(panel).queryByRole("timer")).toBeNull();
  },
};

/** The server refused: trying again cannot help until somebody changes something, so the swarm is off. */
export const Refused: Story = {
  parameters: onNetwork({ status: "off", script: roomFull, historyMs: 200 }),
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Connection" });
    await waitFor(() => expect(panel).toHaveAttribute("data-state", "off"));
    const note = panel.querySelector('[data-code="room-full"]');
    expect(note).toHaveAttribute("data-tone", "error");
    expect(note).toHaveTextContent("What to do: Use another room.");
    expect(within(panel).queryByRole("timer")).toBeNull();
  },
};

/** The operator of the server tells everyone something. */
export const Notice: Story = {
  parameters: onNetwork({
    script: inTurn(talk, notice("Restart at 18:00 UTC, back in a minute.")),
    historyMs: 100,
  }),
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Connection" });
    expect(await within(panel).findByText(/Restart at 18:00 UTC/)).toBeVisible();
    expect(panel).toHaveAttribute("data-state", "joined");
  },
};

/** Disconnect leaves the room, Reconnect enters it again. */
export const DisconnectAndBack: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { peers } = await mockOf(canvasElement);
    const panel = await canvas.findByRole("region", { name: "Connection" });
    await userEvent.click(within(panel).getByRole("button", { name: "Disconnect" }));
    expect(await within(panel).findByText("Off")).toBeVisible();
    expect(panel).toHaveAttribute("data-state", "off");
    // The keyboard goes on from here.
    expect(within(panel).getByRole("button", { name: "Disconnect" })).toHaveFocus();
    await waitFor(() => {
      for (const { swarm } of peers) expect(swarm.getStats().peerCount).toBe(peers.length - 1);
    });
    await userEvent.click(within(panel).getByRole("button", { name: "Reconnect" }));
    expect(await within(panel).findByText("Joined")).toBeVisible();
  },
};

/** Announce presence tells every member what this one can do, and says how many it reached. */
export const Announced: Story = {
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Connection" });
    await userEvent.click(within(panel).getByRole("button", { name: "Announce presence" }));
    expect(await within(panel).findByText("Announced to 3 members.")).toBeVisible();
  },
};

/** The names that strangers choose: a room as long as a room may be. */
export const LongRoom: Story = {
  parameters: onNetwork({ swarm: { room: "a-room-with-a-name-without-end-".repeat(4) } }),
  globals: { width: "320px" },
  play: async ({ canvas }) => expectNoOverflow(await canvas.findByRole("region", { name: "Connection" })),
};

/** 320 px wide, as on a small phone, while the server is away. */
export const Narrow: Story = {
  ...Reconnecting,
  globals: { width: "320px" },
  play: async ({ canvas }) => expectNoOverflow(await canvas.findByRole("region", { name: "Connection" })),
};

/** The server has been away for minutes: each try waits longer, and it says how many have failed. */
export const ManyTries: Story = {
  parameters: onNetwork({ script: inTurn(talk, serverDown), historyMs: 90_000, isRunning: false }),
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Connection" });
    expect(within(panel).getByText(/^\d+ tries have failed$/)).toBeVisible();
    expect(within(panel).getByRole("timer")).toHaveTextContent(/^(Next try in \d+ s|Trying now)$/);
  },
};

/** Right to left, while the server is away. */
export const RightToLeft: Story = {
  ...Reconnecting,
  globals: { direction: "rtl" },
  play: async ({ canvas }) => expectNoOverflow(await canvas.findByRole("region", { name: "Connection" })),
};

/** In the dark theme, while the server is away. */
export const Dark: Story = {
  ...Reconnecting,
  globals: { theme: "dark" },
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Connection" });
    expect(getComputedStyle(panel).colorScheme).toBe("dark");
  },
};

/** In German, whose long words have to fit into 320 px, too. */
export const German: Story = {
  globals: { locale: "de", width: "320px" },
  play: fitsInGerman,
};
