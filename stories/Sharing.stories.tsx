import type { Meta, StoryObj } from "@storybook/react-vite";
import { definePresence, defineShared } from "peerswarm";
import { Panel, peerLabel } from "peerswarm/components";
import { usePeers, usePresence, useSharedValues, useSwarm } from "peerswarm/react";
import type { MockSwarm } from "peerswarm/testing";
import type { PointerEvent, ReactNode } from "react";
import { expect, userEvent, waitFor } from "storybook/test";
import * as v from "valibot";
import { mockOf, onNetwork } from "./support/mockSwarm.js";

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const cursor = definePresence("cursor", v.object({ x: share, y: share }));
const tasks = defineShared("tasks", v.object({ text: v.string(), isDone: v.boolean() }));

/** Every member moves its cursor around a circle, 25 times a second. */
function circle({ peers, network }: MockSwarm): () => void {
  let angle = 0;
  let cancel = (): void => undefined;
  const move = (): void => {
    angle += 0.05;
    peers.forEach(({ swarm, host }, index) => {
      const at = angle + (index * 2 * Math.PI) / peers.length;
      host.run(() =>
        swarm.presence(cursor).set({ x: 0.5 + 0.4 * Math.cos(at), y: 0.5 + 0.4 * Math.sin(at) }),
      );
    });
    cancel = network.clock.setTimer(40, move);
  };
  move();
  return () => cancel();
}

/** The first member writes a list; everyone has it. */
function list({ peers }: MockSwarm): undefined {
  for (const { swarm } of peers) swarm.share(tasks);
  const written = peers[0]?.swarm.share(tasks);
  written?.set({ text: "Buy bread", isDone: false }, "bread");
  written?.set({ text: "Water the plants", isDone: true }, "plants");
}

function Cursors(): ReactNode {
  const [cursors, setCursor] = usePresence(cursor);
  const peers = usePeers();
  const show = ({ clientX, clientY, currentTarget }: PointerEvent): void => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const within = (value: number): number => Math.min(1, Math.max(0, value));
    setCursor({ x: within((clientX - left) / width), y: within((clientY - top) / height) });
  };
  return (
    <Panel title="Cursors" name="cursors" state="full">
      <div
        data-board
        style={{ position: "relative", blockSize: 240 }}
        onPointerMove={show}
        onPointerLeave={() => setCursor(undefined)}
      >
        {peers.map((peer) => {
          const at = cursors[peer.peerId];
          if (at === undefined) return null;
          const place = { left: `${at.x * 100}%`, top: `${at.y * 100}%` };
          return (
            <span key={peer.peerId} data-cursor={peer.peerId} style={{ position: "absolute", ...place }}>
              {peerLabel(peer)}
            </span>
          );
        })}
      </div>
    </Panel>
  );
}

function Checklist(): ReactNode {
  const shared = useSwarm().share(tasks);
  const values = useSharedValues(tasks);
  return (
    <Panel title="Checklist" name="checklist" state="full">
      {Object.entries(values).map(([key, { value, isPending }]) => (
        <p key={key}>
          <label data-pending={isPending}>
            <input
              type="checkbox"
              checked={value.isDone}
              onChange={({ target }) => shared.set({ ...value, isDone: target.checked }, key)}
            />{" "}
            {value.text}
          </label>
        </p>
      ))}
    </Panel>
  );
}

/**
 * Hooks for what members share: presence (the last state of everyone who is there) and shared state (the same
 * values everywhere, the last write of each winning).
 */
const meta = {
  title: "Hooks/Sharing",
  component: Cursors,
  parameters: { ...onNetwork({ peers: 3, script: circle }) },
} satisfies Meta<typeof Cursors>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Three members move; move the pointer over the panel, and they see yours. */
export const LiveCursors: Story = {
  play: async ({ canvas, canvasElement }) => {
    const { peers } = await mockOf(canvasElement);
    const panel = await canvas.findByRole("region", { name: "Cursors" });
    const placesOf = (): (string | null)[] =>
      [...panel.querySelectorAll("[data-cursor]")].map((one) => one.getAttribute("style"));
    await waitFor(() => expect(placesOf()).toHaveLength(3));
    const before = placesOf();
    await waitFor(() => expect(placesOf()).not.toEqual(before));
    await userEvent.hover(panel.querySelector("[data-board]") ?? panel);
    const seen = () => Object.keys(peers[0]?.swarm.presence(cursor).view.peers ?? {});
    await waitFor(() => expect(seen()).toHaveLength(3));
  },
};

/** Half of the datagrams are lost: the cursors jump, and rest in the right place. */
export const CursorsOverLoss: Story = {
  parameters: { ...onNetwork({ peers: 3, script: circle, network: { datagramLoss: 0.5 } }) },
  play: async ({ canvas }) => {
    const panel = await canvas.findByRole("region", { name: "Cursors" });
    await waitFor(() => expect(panel.querySelectorAll("[data-cursor]")).toHaveLength(3));
  },
};

/** What is ticked here is ticked everywhere, and the other way round. */
export const SharedChecklist: Story = {
  parameters: { ...onNetwork({ peers: 2, script: list }) },
  render: () => <Checklist />,
  play: async ({ canvas, canvasElement }) => {
    const { peers } = await mockOf(canvasElement);
    const bread = await canvas.findByRole("checkbox", { name: "Buy bread" });
    expect(bread).not.toBeChecked();
    await userEvent.click(bread);
    await waitFor(() => expect(bread).toBeChecked());
    for (const { swarm } of peers) {
      await waitFor(() => expect(swarm.share(tasks).get("bread")?.isDone).toBe(true));
    }
    peers[1]?.swarm.share(tasks).set({ text: "Water the plants", isDone: false }, "plants");
    await waitFor(() => expect(canvas.getByRole("checkbox", { name: "Water the plants" })).not.toBeChecked());
  },
};
