import type { Decorator, Meta, StoryObj } from "@storybook/react-vite";
import { type Diagnosis, type Swarm, SwarmError } from "peerswarm";
import { DiagnosisPanel } from "peerswarm/components";
import { SwarmProvider, useSwarm } from "peerswarm/react";
import type { MockSwarm } from "peerswarm/testing";
import { type ReactNode, useMemo } from "react";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { expectNoOverflow, fits, fitsInGerman, tabTo } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";

/**
 * Why this member cannot reach the server or a peer: what was looked at, what was found, what shows it, and how to mend it.
 * Nothing is looked at before somebody asks.
 */
const meta = {
  title: "Panels/DiagnosisPanel",
  component: DiagnosisPanel,
  parameters: { ...onNetwork({ peers: 2 }) },
} satisfies Meta<typeof DiagnosisPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const panelIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Diagnosis" });
const press = async (panel: HTMLElement, name = "Run diagnosis"): Promise<void> =>
  userEvent.click(await within(panel).findByRole("button", { name }));

/** Lets simulated time pass until the panel says so. */
async function untilState(mock: MockSwarm, panel: HTMLElement, state: string): Promise<void> {
  await waitFor(async () => {
    await mock.advance(500);
    expect(panel).toHaveAttribute("data-state", state);
  });
}

/** The same swarm with another diagnosis: for what a simulated network cannot bring about. */
const diagnosing =
  (diagnose: Swarm["diagnose"]): Decorator =>
  (Story) => {
    function Inside(): ReactNode {
      const swarm = useSwarm();
      const changed = useMemo(() => ({ ...swarm, diagnose }), [swarm]);
      return (
        <SwarmProvider swarm={changed}>
          <Story />
        </SwarmProvider>
      );
    }
    return <Inside />;
  };

const CANDIDATES = { kind: "candidates", host: 2, srflx: 0, relay: 0, isComplete: true } as const;
const url = "turn:turn.example.org:3478?transport=udp";

const FAILING: Diagnosis = {
  verdict: "failing",
  atMs: Date.UTC(2026, 0, 15, 12),
  findings: [
    {
      code: "turn-refused",
      severity: "error",
      what: "The TURN server refuses this device: its credentials are wrong or expired.",
      fix: "Check username and credential in iceServers; pass a function that fetches them where they expire.",
      evidence: [CANDIDATES, { kind: "ice-error", url, errorCode: 401, text: "Unauthorized" }],
    },
    {
      code: "stun-unreachable",
      severity: "warning",
      what: "No STUN server answers: only peers in the same network, or through TURN, can be reached.",
      fix: "Let UDP pass to the STUN servers, name others in iceServers, or add a TURN server over TCP or TLS.",
      evidence: [CANDIDATES],
    },
    {
      code: "tab-hidden",
      severity: "info",
      what: "This tab is in the background: the browser slows its timers, and may put it to sleep.",
      fix: "Bring the tab to the front if something is slow.",
      evidence: [],
    },
  ],
  checks: [
    { name: "platform", state: "passed", durationMs: 1, evidence: [] },
    { name: "tab", state: "found", durationMs: 251, evidence: [] },
    { name: "storage", state: "passed", durationMs: 12, evidence: [] },
    { name: "server", state: "passed", durationMs: 1, evidence: [] },
    { name: "paths", state: "found", durationMs: 9600, evidence: [CANDIDATES] },
    { name: "peers", state: "unfinished", durationMs: 15_000, evidence: [] },
  ],
};

/** Nobody has asked yet. */
export const Empty: Story = {
  tags: ["empty"],
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "empty");
    expect(within(panel).getByText("No diagnosis has been run.")).toBeVisible();
  },
};

/** Everything works. */
export const Well: Story = {
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    const button = await within(panel).findByRole("button", { name: "Run diagnosis" });
    button.focus();
    await userEvent.keyboard("{Enter}");
    await untilState(mock, panel, "well");
    expect(within(panel).getByText("Everything works as it should.")).toBeVisible();
    expect(button).toHaveFocus();
  },
};

/** Under way: each check with its state. */
export const Running: Story = {
  tags: ["loading"],
  parameters: onNetwork({ peers: 1, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await mockOf(canvasElement);
    await press(panel);
    await waitFor(() => expect(panel).toHaveAttribute("data-state", "running"));
    await waitFor(() =>
      expect(panel.querySelector('[data-check="tab"][data-state="running"]')).toBeVisible(),
    );
    expect(within(panel).getByRole("status")).toHaveTextContent("The diagnosis is running.");
    expect(within(panel).getByRole("button", { name: "Stop" })).toBeVisible();
  },
};

/** Stopped by hand. */
export const Stopped: Story = {
  parameters: onNetwork({ peers: 1, isRunning: false }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await mockOf(canvasElement);
    await press(panel);
    await press(panel, "Stop");
    await waitFor(() => expect(panel).toHaveAttribute("data-state", "empty"));
  },
};

/** A tab of a peer is asleep: a note, and nothing to mend. */
export const Note: Story = {
  parameters: onNetwork({
    peers: 2,
    script: ({ peers }) => {
      peers[0]?.host.sleep();
      return undefined;
    },
    historyMs: 45_000,
  }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await press(panel);
    await untilState(await mockOf(canvasElement), panel, "well");
    expect(panel.querySelector('[data-code="peer-asleep"]')).toHaveAttribute("data-tone", "info");
  },
};

/** The server is down: an error, with what to do. */
export const ServerDown: Story = {
  tags: ["trouble"],
  parameters: onNetwork({ peers: 2, status: "reconnecting" }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await press(panel);
    await untilState(await mockOf(canvasElement), panel, "failing");
    expect(panel.querySelector('[data-code="server-unreachable"]')).toBeVisible();
    expect(within(panel).getByText(/^The diagnosis has 1 finding\./)).toHaveAttribute("role", "status");
  },
};

/** Without a pointer: it is run, and the report and the checks are within reach. */
export const Keyboard: Story = {
  parameters: onNetwork({ peers: 2, status: "reconnecting" }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    await tabTo(within(panel).getByRole("button", { name: "Run diagnosis" }));
    await userEvent.keyboard("{Enter}");
    await untilState(await mockOf(canvasElement), panel, "failing");
    await tabTo(within(panel).getByRole("button", { name: "Copy the report" }));
    // What Enter does to a summary is the browser's: simulated keys do not reach it.
    await tabTo(within(panel).getByText("Checks"));
  },
};

/** Off: nothing is opened, unless the person at the panel agrees. */
export const Off: Story = {
  parameters: onNetwork({ peers: 1, status: "off" }),
  play: async ({ canvas, canvasElement }) => {
    const panel = await panelIn(canvas);
    const mock = await mockOf(canvasElement);
    mock.network.server.stop();
    await press(panel);
    await untilState(mock, panel, "well");
    expect(panel.querySelector('[data-code="not-joined"]')).toBeVisible();
    expect(panel.querySelector('[data-check="server"]')).toHaveAttribute("data-state", "found");
    await userEvent.click(within(panel).getByRole("checkbox", { name: /Also contact/ }));
    await press(panel, "Run again");
    await untilState(mock, panel, "failing");
    expect(panel.querySelector('[data-code="server-unreachable"]')).toBeVisible();
  },
};

/** Several findings, with evidence. */
export const Full: Story = {
  tags: ["full"],
  decorators: [diagnosing(async () => FAILING)],
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await press(panel);
    await waitFor(() => expect(panel).toHaveAttribute("data-state", "failing"));
    for (const summary of panel.querySelectorAll("summary")) await userEvent.click(summary);
    expect(within(panel).getByText(`${url}: error 401, Unauthorized`)).toBeVisible();
    expect(within(panel).getByText("Not finished in time")).toBeVisible();
  },
};

/** The diagnosis itself could not be done. */
export const NotDone: Story = {
  decorators: [
    diagnosing(async () => {
      throw new SwarmError("internal", {
        what: "The code of the diagnosis could not be loaded.",
        why: "The page is offline.",
        fix: "Reload the page.",
      });
    }),
  ],
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await press(panel);
    await waitFor(() => expect(panel).toHaveAttribute("data-state", "error"));
    expect(within(panel).getByText(/could not be loaded/)).toBeVisible();
  },
};

/** 320 px wide. */
export const Narrow: Story = {
  ...Full,
  globals: { width: "320px" },
  play: async (context) => {
    await Full.play?.(context);
    expectNoOverflow(await panelIn(context.canvas));
  },
};

/** In the dark theme. */
export const Dark: Story = {
  ...Full,
  globals: { theme: "dark" },
  play: async (context) => {
    await Full.play?.(context);
    expect(getComputedStyle(await panelIn(context.canvas)).colorScheme).toBe("dark");
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
