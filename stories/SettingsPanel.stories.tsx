import type { Meta, StoryObj } from "@storybook/react-vite";
import { SettingsPanel } from "peerswarm/components";
import type { MockSwarm } from "peerswarm/testing";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fitsInGerman } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import type { Script } from "./support/scripts.js";

const SECOND = "https://signal.example.org";
const STUN = "stun:stun.example.org:3478";
const TURN = "turns:turn.example.org:443?transport=tcp";

/** The swarm has a STUN and a TURN server, a token, and a second signalling server to go to. */
const equipped: Script = ({ network, swarm }) => {
  network.serverAt(SECOND);
  network.iceServers.set(STUN, "answers").set(TURN, "answers");
  void swarm.configureSignaling({
    token: "a token",
    iceServers: [{ urls: STUN }, { urls: TURN, username: "ada", credential: "a credential" }],
  });
  return undefined;
};

/**
 * Server, room, its secret, token, and STUN and TURN servers, changed while the swarm lives. What was typed is tested before it is
 * applied; a change that fails leaves everything as it was.
 */
const meta = {
  title: "Panels/SettingsPanel",
  component: SettingsPanel,
  parameters: { ...onNetwork({ peers: 2, script: equipped }) },
} satisfies Meta<typeof SettingsPanel>;

export default meta;
type Story = StoryObj<typeof meta>;
type Canvas = ReturnType<typeof within>;

const panelIn = (canvas: Canvas): Promise<HTMLElement> => canvas.findByRole("region", { name: "Settings" });
const formIn = (panel: HTMLElement): Promise<HTMLElement> =>
  within(panel).findByRole("form", { name: "Settings of the connection" });
const field = (panel: HTMLElement, name: string): HTMLElement => within(panel).getByLabelText(name);
const press = async (panel: HTMLElement, name: string): Promise<void> =>
  userEvent.click(await within(panel).findByRole("button", { name }));
const unfold = (panel: HTMLElement, title: string): Promise<void> =>
  userEvent.click(within(panel).getByText(title));
const ICE = "Ways to others: STUN and TURN";

async function type(input: HTMLElement, text: string): Promise<void> {
  await userEvent.clear(input);
  await userEvent.type(input, text);
}

/** Lets simulated time pass until this is so. */
const untilSo = (mock: MockSwarm, look: () => void): Promise<void> =>
  waitFor(async () => {
    await mock.advance(500);
    look();
  });

/** In force: nothing secret is shown. */
export const Joined: Story = {
  tags: ["full"],
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "joined");
    expect(field(panel, "Room")).toHaveValue("lobby");
    await unfold(panel, "Token and key");
    await waitFor(() =>
      expect(field(panel, "Token for the server")).toHaveAttribute("placeholder", "Set, not shown"),
    );
    await unfold(panel, ICE);
    expect(panel.querySelectorAll(".ps-ice")).toHaveLength(2);
    expect(panel).not.toHaveTextContent("a credential");
    expectNoOverflow(panel);
  },
};

/** Off: what is applied holds from the next join on, and a test says what it exposes. */
export const Off: Story = {
  tags: ["empty"],
  parameters: onNetwork({ peers: 1, status: "off", script: equipped }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    expect(within(panel).getByText(/^The swarm is off\. A test contacts/)).toBeVisible();
    await type(field(panel, "Room"), "library");
    expect(within(panel).getByText("It holds from the next join on.")).toBeVisible();
    await press(panel, "Apply");
    await waitFor(() => expect(within(panel).getByText(/^Applied\. It holds/)).toBeVisible());
    expect(mock.swarm.getSignalingStatus()).toMatchObject({ room: "library", connected: false });
  },
};

/** The server of today is down. */
export const Reconnecting: Story = {
  parameters: onNetwork({ peers: 1, status: "reconnecting", script: () => undefined }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "reconnecting");
    await press(panel, "Test server");
    await untilSo(await mockOf(canvasElement), () =>
      expect(panel.querySelector('[data-code="server-unreachable"]')).toBeVisible(),
    );
  },
};

/** The server has not answered yet. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ peers: 1, status: "joining", script: () => undefined }),
  play: async ({ canvas }) => expect(await panelIn(canvas)).toHaveAttribute("data-state", "joining"),
};

/** Changed and not applied: it says what will happen. */
export const Changed: Story = {
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await type(field(panel, "Room"), "library");
    expect(
      within(panel).getByText("You leave “lobby” and join “library”: links to others are closed."),
    ).toBeVisible();
    expect(await formIn(panel)).toHaveAttribute("data-form", "changed");
    await press(panel, "Revert");
    expect(field(panel, "Room")).toHaveValue("lobby");
    await type(field(panel, "Signalling server"), SECOND);
    expect(within(panel).getByText(/You leave “lobby” on memory and join “lobby” on https/)).toBeVisible();
  },
};

/** What cannot be used is said where it is, and nothing is applied. */
export const Invalid: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    await type(field(panel, "Signalling server"), "signal.example.org");
    await userEvent.clear(field(panel, "Room"));
    await unfold(panel, ICE);
    await press(panel, "Add a server");
    await waitFor(() => expect(within(panel).getAllByLabelText("Addresses")[2]).toHaveFocus());
    await userEvent.keyboard("turn:turn.example.org");
    await press(panel, "Apply");
    expect(field(panel, "Room")).toHaveFocus();
    expect(field(panel, "Room")).toHaveAccessibleDescription(/1 to 128 characters/);
    expect(panel.querySelectorAll("[aria-invalid]")).toHaveLength(3);
    expect(within(panel).getByText("3 entries cannot be used yet.")).toBeVisible();
    expect(mock.swarm.getSignalingStatus().room).toBe("lobby");
    expectNoOverflow(panel);
  },
};

/** Relay only needs a TURN server. */
export const RelayWithoutTurn: Story = {
  parameters: onNetwork({ peers: 1, script: () => undefined }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await unfold(panel, ICE);
    await userEvent.click(await within(panel).findByRole("checkbox", { name: "Use TURN servers only" }));
    await press(panel, "Apply");
    expect(within(panel).getByText(/There is no TURN server in the list/)).toBeVisible();
  },
};

/** The test of a TURN server is under way, and can be stopped. */
export const Testing: Story = {
  parameters: onNetwork({ peers: 1, script: equipped, isRunning: false }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await unfold(panel, ICE);
    await press(panel, "Test server 2");
    await waitFor(() => expect(within(panel).getByRole("button", { name: "Stop test" })).toHaveFocus());
    expect(within(panel).getByText("Testing")).toBeVisible();
  },
};

/** What is typed is tested before it is applied; a change brings a new question. */
export const ServerAnswers: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    await type(field(panel, "Signalling server"), SECOND);
    await press(panel, "Test server");
    await untilSo(mock, () => expect(within(panel).getByText("Works")).toBeVisible());
    expect(within(panel).getByText(/It would let you into the room/)).toBeVisible();
    expect(mock.swarm.getSignalingStatus().server).toBe("memory");
    await userEvent.type(field(panel, "Signalling server"), "/other");
    expect(within(panel).queryByText("Works")).toBeNull();
  },
};

/** The server wants another token. */
export const TokenRefused: Story = {
  tags: ["trouble"],
  parameters: onNetwork({
    peers: 1,
    script: (mock) => {
      mock.network.serverAt(SECOND).authorize = ({ token }) => token === "right";
      return undefined;
    },
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    await type(field(panel, "Signalling server"), SECOND);
    await unfold(panel, "Token and key");
    await userEvent.type(field(panel, "Token for the server"), "wrong");
    await press(panel, "Test server");
    await untilSo(mock, () => expect(panel.querySelector('[data-code="token-refused"]')).toBeVisible());
    await type(field(panel, "Token for the server"), "right");
    await press(panel, "Apply");
    await untilSo(mock, () => expect(within(panel).getByText("Applied. You are in “lobby”.")).toBeVisible());
    expect(mock.swarm.getSignalingStatus().server).toBe(SECOND);
  },
};

/** A TURN server that takes our credentials. */
export const TurnAnswers: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await unfold(panel, ICE);
    await press(panel, "Test server 2");
    const row = panel.querySelector<HTMLElement>('[data-kind="turn"]') as HTMLElement;
    await untilSo(await mockOf(canvasElement), () => expect(within(row).getByText("Works")).toBeVisible());
    expect(within(row).getByText("Answered after 40 ms.")).toBeVisible();
  },
};

const turnThat = (does: "refuses" | "silent"): Script => {
  return (mock) => {
    const end = equipped(mock);
    mock.network.iceServers.set(TURN, does);
    return end;
  };
};

/** A TURN server that refuses our credentials. */
export const TurnRefused: Story = {
  parameters: onNetwork({ peers: 1, script: turnThat("refuses") }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await unfold(panel, ICE);
    await press(panel, "Test server 2");
    await untilSo(await mockOf(canvasElement), () =>
      expect(panel.querySelector('[data-code="turn-refused"]')).toBeVisible(),
    );
    await unfold(panel, "Evidence");
    expect(panel.querySelector('[data-evidence="ice-error"]')).toHaveTextContent("401");
    expectNoOverflow(panel);
  },
};

/** A TURN server that does not answer. */
export const TurnSilent: Story = {
  parameters: onNetwork({ peers: 1, script: turnThat("silent") }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await unfold(panel, ICE);
    await press(panel, "Test server 2");
    await untilSo(await mockOf(canvasElement), () =>
      expect(panel.querySelector('[data-code="turn-unreachable"]')).toBeVisible(),
    );
  },
};

/** Under way: it can be stopped, and then everything is as it was. */
export const Applying: Story = {
  parameters: onNetwork({ peers: 1, script: equipped, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    await type(field(panel, "Room"), "library");
    await press(panel, "Apply");
    await waitFor(() => expect(within(panel).getByText("Applying")).toBeVisible());
    await press(panel, "Stop");
    await waitFor(() => expect(within(panel).getByText(/^Stopped\./)).toBeVisible());
    expect(mock.swarm.getSignalingStatus().room).toBe("lobby");
    await press(panel, "Apply");
  },
};

/** Applied: both are in another room. */
export const Applied: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    await type(field(panel, "Room"), "library");
    await userEvent.keyboard("{Enter}");
    await untilSo(mock, () =>
      expect(within(panel).getByText("Applied. You are in “library”.")).toBeVisible(),
    );
    expect(field(panel, "Room")).toHaveFocus();
    expect(await formIn(panel)).toHaveAttribute("data-form", "applied");
  },
};

/** The new server does not answer: nothing is left, and what was typed is still there. */
export const FailedApply: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    const peerId = mock.swarm.getSignalingStatus().peerId;
    await type(field(panel, "Signalling server"), "https://nowhere.example.org");
    await press(panel, "Apply");
    await untilSo(mock, () =>
      expect(within(panel).getByText(/^The settings are as they were/)).toBeVisible(),
    );
    expect(field(panel, "Signalling server")).toHaveValue("https://nowhere.example.org");
    expect(mock.swarm.getSignalingStatus()).toMatchObject({ peerId, server: "memory", connected: true });
  },
};

/** The own name: others see another one at once, and nobody leaves. */
export const OwnName: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    const peerId = mock.swarm.getSignalingStatus().peerId;
    await type(field(panel, "Your name"), "Augusta");
    expect(panel).toHaveTextContent("Others see the new name at once.");
    await press(panel, "Apply");
    await untilSo(mock, () => expect(within(panel).getByText(/^Applied/)).toBeVisible());
    const [other] = mock.peers;
    const seen = other?.swarm.store.getSnapshot().peers.find((peer) => peer.peerId === peerId);
    expect(seen?.profile.name).toBe("Augusta");
    expectNoOverflow(panel);
  },
};

/** What is remembered in this browser is the visitor's choice, and secrets a choice of their own. */
export const Remembered: Story = {
  args: { rememberAs: "peerswarm-story-settings" },
  beforeEach: () => localStorage.removeItem("peerswarm-story-settings"),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    await userEvent.click(within(panel).getByRole("checkbox", { name: "Remember in this browser" }));
    expect(within(panel).getByText(/^Unencrypted/)).toBeVisible();
    await type(field(panel, "Room"), "library");
    await userEvent.type(field(panel, "Room secret"), "a secret of the story");
    await press(panel, "Apply");
    await untilSo(mock, () => expect(within(panel).getByText(/^Applied/)).toBeVisible());
    const kept = localStorage.getItem("peerswarm-story-settings");
    expect(kept).toContain("library");
    expect(kept).not.toContain("secret of the story");
  },
};

/** On a phone. */
export const Narrow: Story = { ...Joined, globals: { width: "320px" } };

/** In the dark. */
export const Dark: Story = { ...Invalid, globals: { theme: "dark" } };

/** From right to left. */
export const RightToLeft: Story = {
  ...Joined,
  globals: { direction: "rtl" },
};

/** In German, whose long words have to fit into 320 px, too. */
export const German: Story = {
  globals: { locale: "de", width: "320px" },
  play: fitsInGerman,
};
