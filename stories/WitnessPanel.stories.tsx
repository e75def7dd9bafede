import type { Decorator, Meta, StoryObj } from "@storybook/react-vite";
import { type Swarm, SwarmError } from "peerswarm";
import { WitnessPanel } from "peerswarm/components";
import { SwarmProvider, useSwarm } from "peerswarm/react";
import { type ReactNode, useMemo } from "react";
import { expect, userEvent, waitFor, within } from "storybook/test";
import { longLog } from "../test/node/core/longLog.js";
import { expectNoOverflow, fits, fitsInGerman, tabTo } from "./support/frame.js";
import { mockOf, onNetwork } from "./support/mockSwarm.js";
import { talk } from "./support/scripts.js";

/**
 * The live witness log: its head, how far it is signed, and the last 50 records by kind, each with its detail and hashes. The whole log
 * is verified here as anyone could, and saved as JSON Lines.
 */
const meta = {
  title: "Panels/WitnessPanel",
  component: WitnessPanel,
  parameters: { ...onNetwork({ peers: 3, script: talk, historyMs: 30_000 }) },
} satisfies Meta<typeof WitnessPanel>;

export default meta;
type Story = StoryObj<typeof meta>;

const panelIn = (canvas: ReturnType<typeof within>): Promise<HTMLElement> =>
  canvas.findByRole("region", { name: "Witness log" });
const press = async (panel: HTMLElement, name: string): Promise<void> =>
  userEvent.click(await within(panel).findByRole("button", { name }));

/** The same swarm with another log behind the button: as if somebody had been at it. */
const exporting =
  (change: (text: string) => string): Decorator =>
  (Story) => {
    function Inside(): ReactNode {
      const swarm = useSwarm();
      const changed = useMemo((): Swarm => {
        const { witness } = swarm;
        return { ...swarm, witness: { ...witness, export: async (of) => change(await witness.export(of)) } };
      }, [swarm]);
      return (
        <SwarmProvider swarm={changed}>
          <Story />
        </SwarmProvider>
      );
    }
    return <Inside />;
  };

/** Records come in; one is opened by keyboard. */
export const Full: Story = {
  tags: ["full"],
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await waitFor(() => expect(panel).toHaveAttribute("data-state", "full"));
    const [row] = await within(panel).findAllByRole("button", { name: /^ifmessage/ });
    row?.focus();
    await userEvent.keyboard("{Enter}");
    expect(row).toHaveAttribute("aria-expanded", "true");
    expect(panel.querySelector(".ps-json")).toHaveTextContent(/"lane"/);
  },
};

/** Only what is of one kind. */
export const Filtered: Story = {
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await waitFor(() => expect(panel.querySelector('[data-kind="checkpoint"]')).not.toBeNull());
    await userEvent.selectOptions(within(panel).getByLabelText("Show"), "checkpoint");
    const kinds = [...panel.querySelectorAll("[data-kind]")].map((row) => row.getAttribute("data-kind"));
    expect(new Set(kinds)).toEqual(new Set(["checkpoint"]));
  },
};

const TEN_THOUSAND = 10_000;

/** As if the session had been going on for days: the same records over and over. */
const repeated = (text: string): string => {
  const lines = text.split("\n").filter((line) => line !== "");
  return Array.from({ length: TEN_THOUSAND }, (_, index) => {
    const line = lines[index % lines.length] ?? "";
    return `${line.replace(/"index":\d+/, `"index":${index}`)}\n`;
  }).join("");
};

/** Ten thousand records: only the rows in sight are rendered, and what is searched for is found at once. */
export const TenThousand: Story = {
  decorators: [exporting(repeated)],
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await userEvent.click(await within(panel).findByRole("button", { name: /^List all/ }));
    expect(await within(panel).findByText(/^All 10,000 up to/)).toBeVisible();
    await waitFor(() => expect(panel.querySelector("[data-long]")).not.toBeNull());
    expect(panel.querySelectorAll(".ps-record").length).toBeLessThan(60);
    await userEvent.type(within(panel).getByRole("searchbox"), "session_began");
    expect(await within(panel).findByText(/^\d+ of 10,000\.$/)).toBeVisible();
  },
};

/** Without a pointer: the log is verified, all of it is listed, searched, and a record is opened. */
export const Keyboard: Story = {
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await tabTo(await within(panel).findByRole("button", { name: "Verify" }));
    await userEvent.keyboard("{Enter}");
    expect(await within(panel).findByText(/^The log is intact:/)).toBeVisible();
    await tabTo(within(panel).getByRole("button", { name: /^List all/ }));
    await userEvent.keyboard("{Enter}");
    await within(panel).findByRole("button", { name: "Back to live" });
    await tabTo(within(panel).getByRole("searchbox"));
    await userEvent.keyboard("session_began");
    await within(panel).findByText(/^1 of/);
    const row = await within(panel).findByRole("button", { name: "session began" });
    await tabTo(row);
    await userEvent.keyboard("{Enter}");
    expect(row).toHaveAttribute("aria-expanded", "true");
  },
};

/** Nothing has been recorded: the swarm is off. */
export const Empty: Story = {
  tags: ["empty"],
  parameters: onNetwork({ status: "off" }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    expect(panel).toHaveAttribute("data-state", "empty");
    expect(within(panel).getByText("Nothing has been recorded.")).toBeVisible();
  },
};

/** The whole log, verified as anyone could. */
export const Intact: Story = {
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await press(panel, "Verify");
    expect(await within(panel).findByText(/^The log is intact:/)).toBeVisible();
  },
};

/** A very long log: it says how far it is, the page goes on meanwhile, and it stops when it is told to. */
export const Verifying: Story = {
  decorators: [exporting(() => longLog(60_000))],
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await press(panel, "Verify");
    const bar = await within(panel).findByRole("progressbar", { name: "Verifying" });
    expect(bar).toHaveAccessibleName("Verifying");
    expect(await within(panel).findByText(/of 60,000 records verified$/)).toBeVisible();
    expectNoOverflow(panel);
    await press(panel, "Stop verifying");
    expect(await within(panel).findByRole("button", { name: "Verify" })).toBeVisible();
    expect(within(panel).queryByRole("progressbar")).toBeNull();
  },
};

/** Somebody changed a record: the first line that no longer fits is named. */
export const FaultFound: Story = {
  tags: ["trouble"],
  decorators: [exporting((text) => text.replace('"kind":"peer_connected"', '"kind":"peer_disconnected"'))],
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await press(panel, "Verify");
    const note = await within(panel).findByText(/The log is not intact/);
    expect(note.parentElement).toHaveAttribute("data-fault", "content-changed");
    expect(note.parentElement).toHaveTextContent('"kind":"peer_disconnected"');
  },
};

/** The log cannot be read. */
export const Failed: Story = {
  decorators: [
    exporting(() => {
      throw new SwarmError("storage-failed", {
        what: "The browser’s storage refused.",
        why: "It is full.",
        fix: "Free space, and try again.",
      });
    }),
  ],
  play: async ({ canvas, canvasElement }) => {
    await mockOf(canvasElement);
    const panel = await panelIn(canvas);
    await press(panel, "Verify");
    expect(await within(panel).findByText(/Free space/)).toBeVisible();
  },
};

/** 320 px wide, with an open record. */
export const Narrow: Story = {
  globals: { width: "320px" },
  play: async (context) => {
    await Full.play?.(context);
    expectNoOverflow(await panelIn(context.canvas));
  },
};

/** In the dark theme. */
export const Dark: Story = {
  globals: { theme: "dark" },
  play: async (context) => {
    await Intact.play?.(context);
    expect(getComputedStyle(await panelIn(context.canvas)).colorScheme).toBe("dark");
  },
};

/** The first answer of the server has not come. Time stands still in this story. */
export const Joining: Story = {
  tags: ["loading"],
  parameters: onNetwork({ status: "joining", historyMs: 0 }),
  play: fits,
};

/** Twenty members talk: the last records are shown, and their number is that of the whole log. */
export const Crowded: Story = {
  tags: ["crowded"],
  parameters: onNetwork({ peers: 20, script: talk, historyMs: 5000 }),
  play: async ({ canvas }) => {
    const panel = await panelIn(canvas);
    await waitFor(() => expect(panel.querySelectorAll("[data-kind]").length).toBeGreaterThan(20));
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
