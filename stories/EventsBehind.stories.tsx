import type { Meta, StoryObj } from "@storybook/react-vite";
import { EventsBehind, MessageStatsPanel, Panel } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, joinCutOff, talk, tellMuch } from "./support/scripts.js";

/**
 * Makes a number a way to the events behind it: a dialog with those that are kept, and a sentence about those that are not.
 * Panels of one's own use it as the panels here do.
 */
const meta = {
  title: "Parts/EventsBehind",
  component: EventsBehind,
  parameters: { ...onNetwork({ peers: 3, script: talk, historyMs: 10_000, isRunning: false }) },
  args: { what: "", children: null },
  render: () => <MessageStatsPanel />,
} satisfies Meta<typeof EventsBehind>;

export default meta;
type Story = StoryObj<typeof meta>;

type Canvas = ReturnType<typeof within>;

async function openBehind(canvas: Canvas, name: RegExp): Promise<HTMLElement> {
  await userEvent.click(await canvas.findByRole("button", { name }));
  return canvas.findByRole("dialog");
}

/** All are kept. */
export const Complete: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { swarm } = await mockOf(canvasElement);
    const dialog = await openBehind(canvas, /^\d+ messages received, chat: show the events behind$/);
    const { counted, events } = swarm.recentEvents({ direction: "received", type: "chat" });
    expect(within(dialog).getByText(`All ${counted} are kept.`)).toBeVisible();
    expect(within(dialog).getAllByRole("listitem")[0]).toHaveTextContent(/^Received chatfrom \w+/);
    expect(events).toHaveLength(counted ?? 0);
  },
};

/** More than are kept: the others are only counted, and it says so. */
export const PartlyKept: Story = {
  parameters: onNetwork({ peers: 3, script: inTurn(talk, tellMuch), historyMs: 10_000, isRunning: false }),
  play: async ({ canvas }) => {
    const dialog = await openBehind(canvas, /messages sent, noise/);
    expect(
      within(dialog).getByText(/^[\d,]+ of 2,400 are still kept\. The others are only counted\.$/),
    ).toBeVisible();
    const rows = await within(dialog).findAllByRole("listitem");
    expect(rows.length).toBeLessThan(60);
  },
};

/** All of them have made room for newer ones. */
export const NoneKept: Story = {
  parameters: onNetwork({ peers: 3, script: tellMuch, historyMs: 10_000, isRunning: false }),
  play: async ({ canvas }) => {
    const dialog = await openBehind(canvas, /messages received, swarm\/sync-response/);
    expect(within(dialog).getByText(/^None of \d+ is kept any more: they are only counted\.$/)).toBeVisible();
  },
};

/** Bytes on links are more than those of the messages: the rest is named. */
export const WithAggregate: Story = {
  play: async ({ canvas }) => {
    const dialog = await openBehind(canvas, /KB received: show/);
    expect(within(dialog).getByText(/signatures, handshakes and parts of files/)).toBeVisible();
  },
};

/** Why something was dropped. */
export const Drops: Story = {
  parameters: onNetwork({ peers: 3, status: "off", script: joinCutOff, historyMs: 60_000, isRunning: false }),
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole("radio", { name: /Dropped/ }));
    const dialog = await openBehind(canvas, /dropped: Not connected: No answer in time/);
    for (const row of within(dialog).getAllByRole("listitem"))
      expect(row).toHaveTextContent(/^Dropped Not connected/);
  },
};

/** It stands still; what comes later waits until it is asked for. */
export const StandsStill: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { advance } = await mockOf(canvasElement);
    const dialog = await openBehind(canvas, /messages received, chat/);
    const rows = (): (string | null)[] =>
      within(dialog)
        .getAllByRole("listitem")
        .map((row) => row.textContent);
    const before = rows();
    await advance(3000);
    const newer = await within(dialog).findByRole("button", { name: /^Show \d+ newer$/ });
    expect(rows()).toEqual(before);
    await userEvent.click(newer);
    await waitFor(() => expect(rows()).not.toEqual(before));
    expect(within(dialog).getByRole("button", { name: "Close" })).toHaveFocus();
  },
};

/** By keyboard: Enter opens it, Escape closes it, and the focus is where it was. */
export const ByKeyboard: Story = {
  play: async ({ canvas }) => {
    const number = await canvas.findByRole("button", { name: /messages sent: show/ });
    number.focus();
    await userEvent.keyboard("{Enter}");
    const dialog = await canvas.findByRole("dialog");
    expect(dialog.contains(document.activeElement)).toBe(true);
    (dialog as HTMLDialogElement).requestClose();
    await waitFor(() => expect(canvas.queryByRole("dialog")).toBeNull());
    expect(number).toHaveFocus();
  },
};

/** A click beside the dialog closes it. */
export const ByBackdrop: Story = {
  play: async ({ canvas }) => {
    const dialog = await openBehind(canvas, /messages sent: show/);
    await userEvent.click(within(dialog).getByRole("heading"));
    expect(dialog).toBeVisible();
    await userEvent.click(dialog);
    await waitFor(() => expect(canvas.queryByRole("dialog")).toBeNull());
  },
};

/** In a panel of one's own, behind a number that never had events: it says what it is. */
export const AggregateOnly: Story = {
  render: () => (
    <Panel title="Own panel" name="own">
      <p>
        Half of all round trips take less than{" "}
        <EventsBehind what="48 ms" aggregate="The median of the last 64 round trips.">
          48 ms
        </EventsBehind>
        .
      </p>
    </Panel>
  ),
  play: async ({ canvas }) => {
    const dialog = await openBehind(canvas, /^48 ms/);
    expect(within(dialog).getByText("The median of the last 64 round trips.")).toBeVisible();
    expect(within(dialog).queryByRole("list")).toBeNull();
  },
};

/** 320 px wide. */
export const Narrow: Story = {
  globals: { width: "320px" },
  play: async ({ canvas }) => {
    const dialog = await openBehind(canvas, /messages received, chat/);
    expect(dialog.scrollWidth).toBeLessThanOrEqual(dialog.clientWidth);
  },
};

/** In the dark theme. */
export const Dark: Story = {
  globals: { theme: "dark" },
  play: async ({ canvas }) => {
    const dialog = await openBehind(canvas, /messages received, chat/);
    expect(getComputedStyle(dialog).colorScheme).toBe("dark");
  },
};
