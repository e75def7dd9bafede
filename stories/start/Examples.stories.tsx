import type { Meta, StoryObj } from "@storybook/react-vite";
import { SwarmDashboard } from "peerswarm/components";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { onNetwork, withoutNetwork } from "../support/mockSwarm.js";
import { talk } from "../support/scripts.js";
import { Composed } from "./Composed.js";
import { Rethemed } from "./Rethemed.js";
import { Scene } from "./Scene.js";
import { TenLines } from "./TenLines.js";
import { TokenTable } from "./TokenTable.js";

/** What the pages of this book show live. */
const meta = {
  title: "Start/Examples",
  tags: ["!autodocs"],
  parameters: { ...onNetwork({ peers: 3, script: talk, historyMs: 30_000 }) },
} satisfies Meta;

export default meta;
type Story = StoryObj<typeof meta>;

/** Five panels over a swarm that talks. */
export const Dashboard: Story = {
  render: () => <SwarmDashboard />,
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getAllByRole("region")).toHaveLength(5));
  },
};

/** The ten lines of the README: nothing is opened before somebody joins. */
export const FirstLines: Story = {
  render: () => <TenLines />,
  parameters: onNetwork({ peers: 3, status: "off", script: talk }),
  play: async ({ canvas }) => {
    await userEvent.click(await canvas.findByRole("button", { name: "Join swarm" }));
    const panel = await canvas.findByRole("region", { name: "Peers" });
    expect(await within(panel).findByText("3 connected")).toBeVisible();
  },
};

/** Panels of the kit and of the app's own. */
export const ComposedDashboard: Story = {
  render: () => <Composed />,
  beforeEach: () => localStorage.removeItem("story-composed"),
  play: async ({ canvas }) => {
    const own = await canvas.findByRole("region", { name: "Talk" });
    await waitFor(() => expect(own).toHaveTextContent(/[1-9]\d* messages heard/));
    expect(canvas.getByRole("region", { name: "Topology" })).toBeVisible();
  },
};

/** The colours of both themes, read from this page. */
export const Colours: Story = {
  render: () => <TokenTable />,
  parameters: withoutNetwork,
  play: async ({ canvas }) => {
    const row = (await canvas.findByRole("rowheader", { name: "--ps-accent" })).closest("tr");
    const contrasts = [...(row?.querySelectorAll("[data-contrast]") ?? [])].map(
      ({ textContent }) => textContent,
    );
    expect(contrasts).toHaveLength(2);
    for (const contrast of contrasts) expect(Number.parseFloat(contrast)).toBeGreaterThan(4.5);
    expect(canvas.getAllByRole("rowheader").length).toBeGreaterThan(20);
  },
};

/** Density and an app's own colours. */
export const OwnColours: Story = {
  render: () => <Rethemed />,
  play: async ({ canvas }) => {
    const surfaceOf = async (name: string) =>
      getComputedStyle(await canvas.findByRole("region", { name })).backgroundColor;
    expect(await surfaceOf("Own colours")).toBe("rgb(251, 250, 255)");
    expect(await surfaceOf("Own colours, dark")).toBe("rgb(28, 24, 41)");
  },
};

/** Time as a test has it: a member sleeps, and minutes go by at once. */
export const ByHand: Story = {
  render: () => <Scene />,
  parameters: withoutNetwork,
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Peers" });
    const asleep = () => panel.querySelectorAll('li[data-state="asleep"]');
    await userEvent.click(canvas.getByRole("button", { name: "Ada falls asleep" }));
    await userEvent.click(canvas.getByRole("button", { name: "A minute goes by" }));
    await waitFor(() => expect(asleep()).toHaveLength(1));
    await userEvent.click(canvas.getByRole("button", { name: "Ada wakes up" }));
    await userEvent.click(canvas.getByRole("button", { name: "A minute goes by" }));
    await waitFor(() => expect(asleep()).toHaveLength(0));
    expect(within(panel).getByText("3 connected")).toBeVisible();
  },
};
