import type { Meta, StoryObj } from "@storybook/react-vite";
import type { Swarm } from "peerswarm";
import { expect, fn, type Mock, userEvent, waitFor, within } from "storybook/test";
import { withoutNetwork } from "../support/mockSwarm.js";
import { RealSwarm } from "./RealSwarm.js";

/**
 * Three real members in this page: real keys, the real signalling server, real `RTCPeerConnection`s. Everything
 * else in this book lives on a simulated network; this shows that nothing changes where it is a real one.
 */
const meta = {
  title: "Start/Real WebRTC",
  component: RealSwarm,
  args: { onMembers: fn() },
  argTypes: { onMembers: { control: false } },
  parameters: withoutNetwork,
} satisfies Meta<typeof RealSwarm>;

export default meta;
type Story = StoryObj<typeof meta>;

async function start(canvas: ReturnType<typeof within>): Promise<void> {
  await userEvent.click(await canvas.findByRole("button", { name: "Start three members" }));
}

const membersOf = (args: { onMembers?: unknown }): readonly Swarm[] =>
  (args.onMembers as Mock<(members: readonly Swarm[]) => void>).mock.lastCall?.[0] ?? [];

/** Each sees both others, over which path and how fast; a message reaches both. */
export const ThreeMembers: Story = {
  play: async ({ canvas }) => {
    await start(canvas);
    for (const name of ["Ada", "Ben", "Cyd"]) {
      const panel = await canvas.findByRole("region", { name: `${name} sees` });
      await waitFor(() => expect(within(panel).getByText("2 connected")).toBeVisible());
    }

    const panel = canvas.getByRole("region", { name: "Ada sees" });
    // A link is there before the name of who is at its other end.
    await userEvent.click(await within(panel).findByRole("button", { name: "Ben" }));
    const fact = (name: string) => panel.querySelector(`[data-fact="${name}"] dd`);
    await waitFor(() => expect(fact("path")).toHaveTextContent(/ ↔ .+, udp$/));
    await waitFor(() => expect(fact("round-trip")).toHaveTextContent(/^median [\d.]+ ms/));

    await userEvent.click(canvas.getByRole("button", { name: "Ada, say hello" }));
    for (const name of ["Ben", "Cyd"]) {
      const member = canvas.getByRole("region", { name });
      await within(member).findByText("Heard: Hello from Ada");
    }
  },
};

/** What is no longer shown has left: its links are closed, and the room is empty. */
export const Stopped: Story = {
  play: async ({ args, canvas }) => {
    await start(canvas);
    await waitFor(() => expect(canvas.getAllByText("2 connected")).toHaveLength(3));
    const members = membersOf(args);
    await userEvent.click(canvas.getByRole("button", { name: "Stop" }));
    for (const { store } of members) {
      await waitFor(() => expect(store.getSnapshot()).toMatchObject({ status: "off", peers: [] }));
    }
    expect(members).toHaveLength(3);
    expect(await canvas.findByRole("button", { name: "Start three members" })).toBeVisible();
  },
};

/** In a Storybook that was built once and is served as files, there is no server: the story asks for one. */
export const NoServer: Story = {
  beforeEach: () => {
    const { fetch } = window;
    window.fetch = async () => new Response("", { status: 404 });
    return () => {
      window.fetch = fetch;
    };
  },
  play: async ({ canvas }) => {
    expect(await canvas.findByRole("textbox", { name: "Signalling server" })).toBeVisible();
    expect(canvas.getByText(/has none/)).toBeVisible();
  },
};
