import type { Meta, StoryObj } from "@storybook/react-vite";
import { TransfersPanel } from "peerswarm/components";
import type { MockSwarm } from "peerswarm/testing";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fits, fitsInGerman, tabTo } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, type Script } from "./support/scripts.js";

const MIB = 1024 * 1024;

/** The first member offers a file of so many bytes to the swarm that is looked at. */
const offer =
  (bytes: number, name = "holiday.mp4"): Script =>
  ({ swarm, peers }) => {
    const to = swarm.getSignalingStatus().peerId ?? "";
    const file = new File([new Uint8Array(bytes)], name, { type: "video/mp4" });
    peers[0]?.swarm.sendFile(to, file).catch(() => undefined);
    return undefined;
  };

/** The swarm that is looked at sends a file to the first member, which does with it what `receive` says. */
const send =
  (bytes: number, receive: "accept" | "refuse", name = "report.pdf"): Script =>
  ({ swarm, peers }) => {
    const [first] = peers;
    const stop = first?.swarm.onFile((offered) => {
      if (receive === "accept") void offered.accept();
      else offered.refuse("My disk is full.");
    });
    const to = first?.swarm.getSignalingStatus().peerId ?? "";
    swarm.sendFile(to, new File([new Uint8Array(bytes)], name)).catch(() => undefined);
    return stop;
  };

const slow = { bytesPerSecond: 200_000 };

/**
 * Files and big payloads on their way: how far, how fast, with whom. Offers wait for a person to decide; what was
 * accepted can be saved.
 */
const meta = {
  title: "Panels/TransfersPanel",
  component: TransfersPanel,
  parameters: {
    ...onNetwork({ peers: 2, network: slow, script: send(40 * MIB, "accept"), historyMs: 2000 }),
  },
} satisfies Meta<typeof TransfersPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const panelIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Transfers" });
const button = (panel: HTMLElement, name: string): Promise<HTMLElement> =>
  within(panel).findByRole("button", { name });

/** Lets simulated time pass until the row says so. */
async function untilState(mock: MockSwarm, panel: HTMLElement, state: string): Promise<void> {
  await waitFor(async () => {
    await mock.advance(500);
    expect(panel.querySelector(`.ps-transfer[data-state="${state}"]`)).not.toBeNull();
  });
}

/** A file goes out. */
export const Active: Story = {
  tags: ["full"],
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await untilState(await mockOf(canvasElement), panel, "active");
    const bar = within(panel).getByRole("progressbar", { name: "Progress of report.pdf" });
    expect(bar).toHaveAttribute("aria-valuetext", expect.stringMatching(/ of 40\.0 MB$/));
    expect(within(panel).getByText("1 under way")).toBeVisible();
    expect(within(panel).getByText(/^\d+:\d\d left$/)).toBeVisible();
  },
};

/** Nothing has been sent. */
export const Empty: Story = {
  tags: ["empty"],
  parameters: onNetwork({ peers: 1, historyMs: 0 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "empty");
    expect(within(panel).getByText("No file has been sent or offered yet.")).toBeVisible();
  },
};

/** A file is offered, accepted by keyboard, and can be saved. */
export const Offered: Story = {
  parameters: onNetwork({ peers: 1, historyMs: 0 }),
  play: async ({ canvas, canvasElement }) => {
    const mock = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    offer(300_000)(mock);
    await mock.advance(500);
    const accept = await button(panel, "Accept holiday.mp4");
    expect(within(panel).getByRole("status")).toHaveTextContent("1 file is offered to you.");
    await tabTo(accept);
    await userEvent.keyboard("{Enter}");
    await untilState(mock, panel, "done");
    await tabTo(await button(panel, "Save holiday.mp4"));
  },
};

/** A file is offered, and refused. */
export const RefusedHere: Story = {
  parameters: onNetwork({ peers: 1, historyMs: 0 }),
  play: async ({ canvas, canvasElement }) => {
    const mock = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    offer(300_000)(mock);
    await mock.advance(500);
    await userEvent.click(await button(panel, "Refuse holiday.mp4"));
    await untilState(mock, panel, "refused");
  },
};

/** The receiver has gone away and is waited for. */
export const Paused: Story = {
  play: async ({ canvas, canvasElement }) => {
    const mock = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await untilState(mock, panel, "active");
    void mock.peers[0]?.swarm.leave();
    await untilState(mock, panel, "paused");
    expect(within(panel).getByText("Paused")).toBeVisible();
  },
};

/** The receiver has not returned. */
export const Failed: Story = {
  tags: ["trouble"],
  play: async ({ canvas, canvasElement }) => {
    const mock = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await untilState(mock, panel, "active");
    void mock.peers[0]?.swarm.leave();
    await untilState(mock, panel, "paused");
    await mock.advance(61_000);
    await untilState(mock, panel, "failed");
    expect(within(panel).getByText(/did not return within 60 s/)).toBeVisible();
  },
};

/** The path to the first member is cut, and a thousand files wait for it. */
const thousand: Script = ({ network, host, swarm, peers }) => {
  const [first] = peers;
  if (first !== undefined) network.partition([host], [first.host]);
  const to = first?.swarm.getSignalingStatus().peerId ?? "";
  for (let count = 1; count <= 1000; count++)
    swarm.sendFile(to, new File([`${count}`], `photo ${count}.jpg`)).catch(() => undefined);
  return undefined;
};

/** A thousand at once: only the rows in sight are rendered, and the keyboard gets to each. */
export const Thousand: Story = {
  tags: ["crowded"],
  parameters: onNetwork({ peers: 1, script: thousand, historyMs: 1000 }),
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Transfers" });
    expect(await within(panel).findByText("1,000 under way")).toBeVisible();
    const rows = (): number => panel.querySelectorAll(".ps-transfer").length;
    await waitFor(() => expect(rows()).toBeLessThan(60));
    const list = within(panel).getByRole("group", { name: "Transfers, newest first" });
    list.scrollTop = list.scrollHeight / 2;
    expect(await within(panel).findByText("photo 500.jpg")).toBeVisible();
    expect(rows()).toBeLessThan(60);
    await tabTo(await button(panel, "Cancel photo 500.jpg"));
    await userEvent.keyboard("{Enter}");
    expect(await within(panel).findByText("999 under way")).toBeVisible();
    expectNoOverflow(panel);
  },
};

/** The receiver did not want it, and says why. */
export const Refused: Story = {
  parameters: onNetwork({ peers: 1, script: send(1000, "refuse"), historyMs: 2000 }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await untilState(await mockOf(canvasElement), panel, "refused");
    expect(within(panel).getByText(/My disk is full\./)).toBeVisible();
  },
};

/** Called off in the middle. */
export const Cancelled: Story = {
  play: async ({ canvas, canvasElement }) => {
    const mock = await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await untilState(mock, panel, "active");
    await userEvent.click(await button(panel, "Cancel report.pdf"));
    await untilState(mock, panel, "cancelled");
  },
};

/** All of it has arrived. */
export const Done: Story = {
  parameters: onNetwork({ peers: 1, script: send(500_000, "accept"), historyMs: 5000 }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await untilState(await mockOf(canvasElement), panel, "done");
  },
};

/** 320 px wide, with a name that does not fit. */
export const Narrow: Story = {
  globals: { width: "320px" },
  parameters: onNetwork({
    peers: 1,
    network: slow,
    script: send(40 * MIB, "accept", `${"a-very-long-name-".repeat(12)}.pdf`),
    historyMs: 2000,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await untilState(await mockOf(canvasElement), panel, "active");
    expectNoOverflow(panel);
  },
};

/** In the dark theme. */
export const Dark: Story = {
  globals: { theme: "dark" },
  play: async ({ canvas }) => expect(getComputedStyle(await panelIn(canvas)).colorScheme).toBe("dark"),
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining", historyMs: 0 }),
  play: fits,
};

/** Twelve files at once. */
export const Many: Story = {
  tags: ["crowded"],
  parameters: onNetwork({
    peers: 1,
    network: slow,
    script: inTurn(...Array.from({ length: 12 }, (_, n) => send(4 * MIB, "accept", `photo-${n + 1}.jpg`))),
    historyMs: 2000,
  }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    // Few of them are under way at a time, the others wait.
    await waitFor(() => expect(panel.querySelectorAll(".ps-transfer")).toHaveLength(12));
    expectNoOverflow(panel);
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
