import type { Meta, StoryObj } from "@storybook/react-vite";
import { SwarmDevtools } from "peerswarm/devtools";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { inTurn, serverDown, talk } from "./support/scripts.js";

const STORAGE_KEY = "story-devtools";

/** An app that knows nothing of what floats over it. */
function App() {
  return (
    <main>
      <h1>An app</h1>
      <p>The button in the corner opens the devtools.</p>
    </main>
  );
}

/**
 * The panels in a floating window over any app. It can be moved by its head, resized by its corner, and finds its
 * place again after a reload. `peerswarm/devtools` is empty in production; `peerswarm/devtools/always` is not.
 */
const meta = {
  title: "Devtools/SwarmDevtools",
  component: SwarmDevtools,
  args: { storageKey: STORAGE_KEY },
  parameters: { ...onNetwork({ peers: 4, script: talk, historyMs: 30_000 }) },
  beforeEach: () => localStorage.removeItem(STORAGE_KEY),
  render: (args) => (
    <>
      <App />
      <SwarmDevtools {...args} />
    </>
  ),
} satisfies Meta<typeof SwarmDevtools>;

export default meta;
type Story = StoryObj<typeof meta>;

/** What is in the shadow root of the devtools. */
async function devtools(): Promise<ReturnType<typeof within> & { readonly root: HTMLElement }> {
  const root = await waitFor(() => {
    const hosts = document.querySelectorAll('[data-peerswarm="devtools"]');
    // That of the story before may still be leaving.
    const frame = hosts.length === 1 ? hosts[0]?.shadowRoot?.firstElementChild : undefined;
    if (!(frame instanceof HTMLElement) || frame.childElementCount === 0) throw new Error("Not there yet.");
    return frame;
  });
  return Object.assign(within(root), { root });
}

const placeOf = (element: HTMLElement) => element.getBoundingClientRect();

/** Closed: a button that says how many are connected. */
export const Closed: Story = {
  tags: ["empty"],
  play: async () => {
    const { getByRole, queryByRole } = await devtools();
    await waitFor(() => expect(getByRole("button", { name: /Joined, 4 connected/ })).toBeVisible());
    expect(queryByRole("dialog")).toBeNull();
  },
};

/** One panel at a time. */
export const Open: Story = {
  tags: ["full"],
  args: { initialIsOpen: true },
  play: async () => {
    const { getByRole } = await devtools();
    await userEvent.click(getByRole("tab", { name: "Peers" }));
    await waitFor(() => expect(getByRole("region", { name: "Peers" })).toBeVisible());
    expect(getByRole("tab", { name: "Peers" })).toHaveAttribute("aria-selected", "true");
  },
};

/** Escape in a field is meant for the field: it leaves it, and the devtools stay. */
export const EscapeInAField: Story = {
  args: { initialIsOpen: true },
  play: async () => {
    const { findByRole, getByRole, queryByRole, root } = await devtools();
    await userEvent.click(getByRole("tab", { name: "Activity" }));
    const search = await findByRole("searchbox");
    await userEvent.type(search, "chat");
    await userEvent.keyboard("{Escape}");
    expect((root.getRootNode() as ShadowRoot).activeElement).toBe(getByRole("tab", { name: "Activity" }));
    expect(getByRole("dialog")).toBeVisible();
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(queryByRole("dialog")).toBeNull());
  },
};

/** Opened, walked through, moved, resized and closed by keyboard alone. */
export const ByKeyboard: Story = {
  play: async () => {
    const { findByRole, getByRole, queryByRole, root } = await devtools();
    const shadow = root.getRootNode() as ShadowRoot;
    const open = await findByRole("button", { name: /Open the swarm devtools/ });
    open.focus();
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(shadow.activeElement).toHaveTextContent("Connection"));

    await userEvent.keyboard("{ArrowRight}");
    expect(getByRole("region", { name: "Peers" })).toBeVisible();
    await userEvent.keyboard("{End}");
    expect(getByRole("region", { name: "Settings" })).toBeVisible();
    await userEvent.keyboard("{ArrowRight}");
    expect(getByRole("region", { name: "Connection" })).toBeVisible();

    const dialog = getByRole("dialog", { name: "Swarm devtools" });
    const before = placeOf(dialog);
    getByRole("button", { name: "Move" }).focus();
    await userEvent.keyboard("{ArrowLeft}{ArrowUp}");
    expect(placeOf(dialog).left).toBe(before.left - 16);
    expect(placeOf(dialog).top).toBe(before.top - 16);

    getByRole("button", { name: "Resize" }).focus();
    await userEvent.keyboard("{Shift>}{ArrowLeft}{/Shift}");
    expect(placeOf(dialog).width).toBe(before.width - 80);

    await userEvent.keyboard("{Escape}");
    expect(queryByRole("dialog")).toBeNull();
    await waitFor(() =>
      expect(shadow.activeElement).toBe(getByRole("button", { name: /Open the swarm devtools/ })),
    );
  },
};

/** Where it was, and what it showed. */
export const AsItWasLeft: Story = {
  beforeEach: () =>
    localStorage.setItem(
      STORAGE_KEY,
      JSON.stringify({
        isOpen: true,
        panel: "bandwidth",
        place: { left: 40, top: 30, width: 420, height: 400 },
      }),
    ),
  play: async () => {
    const { getByRole } = await devtools();
    const { left, top, width } = placeOf(getByRole("dialog"));
    expect([left, top, width]).toEqual([40, 30, 420]);
    expect(getByRole("region", { name: "Bandwidth" })).toBeVisible();
  },
};

/** What was kept is no longer what it should be: it opens as at a first visit. */
export const Spoiled: Story = {
  args: { initialIsOpen: true },
  beforeEach: () => localStorage.setItem(STORAGE_KEY, '{"panel":"nonsense","place":{"left":"x"}}'),
  play: async () => {
    const { getByRole } = await devtools();
    expect(getByRole("region", { name: "Connection" })).toBeVisible();
  },
};

/** The server went away. */
export const Reconnecting: Story = {
  tags: ["trouble"],
  args: { theme: "dark" },
  parameters: onNetwork({ peers: 2, script: inTurn(talk, serverDown), historyMs: 20_000 }),
  play: async () => {
    const { findByRole } = await devtools();
    expect(await findByRole("button", { name: /Reconnecting, 2 connected/ })).toBeVisible();
  },
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  args: { initialIsOpen: true },
  parameters: onNetwork({ status: "joining", historyMs: 0 }),
  play: async () => {
    const { findByRole } = await devtools();
    expect(await findByRole("region", { name: "Connection" })).toHaveAttribute("data-state", "joining");
  },
};

/** Two hundred members. */
export const Crowded: Story = {
  tags: ["crowded"],
  args: { initialIsOpen: true },
  parameters: onNetwork({ peers: 0, crowd: 200 }),
  play: async ({ canvasElement }) => {
    await mockOf(canvasElement);
    const { findByText, getByRole } = await devtools();
    await userEvent.click(getByRole("tab", { name: "Peers" }));
    expect(await findByText("200 connected")).toBeVisible();
  },
};

/** On a phone's screen, which the window does not leave. */
export const Narrow: Story = {
  args: { initialIsOpen: true },
  globals: { viewport: { value: "mobile1" } },
  play: async () => {
    const { left, right } = placeOf((await devtools()).getByRole("dialog"));
    expect(left).toBeGreaterThanOrEqual(0);
    expect(right).toBeLessThanOrEqual(window.innerWidth);
    expect(window.innerWidth).toBe(320);
  },
};

/** In the dark theme, which it is given: its shadow root stands outside of what the app themes. */
export const Dark: Story = {
  args: { initialIsOpen: true, theme: "dark" },
  play: async () => {
    const panel = await (await devtools()).findByRole("region", { name: "Connection" });
    expect(getComputedStyle(panel).colorScheme).toBe("dark");
  },
};

/** From right to left, as the page says. */
export const RightToLeft: Story = {
  args: { initialIsOpen: true },
  globals: { direction: "rtl" },
  beforeEach: () => {
    document.documentElement.dir = "rtl";
    return () => document.documentElement.removeAttribute("dir");
  },
  play: async () => {
    const dialog = (await devtools()).getByRole("dialog");
    expect(getComputedStyle(dialog).direction).toBe("rtl");
    expect(placeOf(dialog).left).toBeGreaterThanOrEqual(0);
  },
};

/** In German. */
export const German: Story = {
  args: { initialIsOpen: true },
  globals: { locale: "de" },
  play: async () => {
    const { findByRole } = await devtools();
    expect(await findByRole("tab", { name: "Mitglieder" })).toBeVisible();
  },
};
