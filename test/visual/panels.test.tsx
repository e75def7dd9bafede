import { composeStory, type Meta, type StoryObj } from "@storybook/react-vite";
import { userEvent, within } from "storybook/test";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { page } from "vitest/browser";
import preview from "../../.storybook/preview.js";
import * as Bandwidth from "../../stories/BandwidthPanel.stories.js";
import * as Connection from "../../stories/ConnectionPanel.stories.js";
import * as Consensus from "../../stories/ConsensusPanel.stories.js";
import * as Diagnosis from "../../stories/DiagnosisPanel.stories.js";
import * as Knowledge from "../../stories/KnowledgePanel.stories.js";
import * as MessageStats from "../../stories/MessageStatsPanel.stories.js";
import * as Peers from "../../stories/PeersPanel.stories.js";
import * as Settings from "../../stories/SettingsPanel.stories.js";
import * as Dashboard from "../../stories/SwarmDashboard.stories.js";
import * as Gate from "../../stories/SwarmGate.stories.js";
import * as Tasks from "../../stories/TasksPanel.stories.js";
import * as Topology from "../../stories/TopologyPanel.stories.js";
import { loadBlocks } from "./blocksFont.js";
import "./visual.css";

/** Peers are listed in the order in which they proved themselves, which is not the same in each run. */
const peersByName: typeof Peers.Trouble = {
  ...Peers.Trouble,
  play: async ({ canvasElement }) => {
    const order = await within(canvasElement).findByLabelText("Sort by");
    await userEvent.selectOptions(order, "Name");
    order.blur();
  },
};

/** What is done in a story before a picture is taken: nothing, where its own checks are of no use here. */
const unplayed = <Story extends StoryObj>(story: Story): Story => ({ ...story, play: undefined });

/** Stories in which nothing moves, by their names. */
const STORIES: Readonly<Record<string, readonly [Meta, StoryObj]>> = {
  "connection-reconnecting": [Connection.default, unplayed(Connection.Reconnecting)],
  "bandwidth-alone": [Bandwidth.default, unplayed(Bandwidth.Alone)],
  "peers-trouble": [Peers.default, peersByName],
  "message-stats": [MessageStats.default, unplayed(MessageStats.Sorted)],
  "topology-trouble": [Topology.default, unplayed(Topology.Trouble)],
  "gate-closed": [Gate.default, unplayed(Gate.Closed)],
  "dashboard-off": [Dashboard.default, unplayed(Dashboard.Off)],
  "settings-off": [Settings.default, unplayed(Settings.Off)],
  "consensus-empty": [Consensus.default, unplayed(Consensus.Empty)],
  "tasks-empty": [Tasks.default, unplayed(Tasks.Empty)],
  "knowledge-off": [Knowledge.default, unplayed(Knowledge.Off)],
  "diagnosis-empty": [Diagnosis.default, unplayed(Diagnosis.Empty)],
} as Readonly<Record<string, readonly [Meta, StoryObj]>>;

beforeAll(loadBlocks);
beforeEach(() => page.viewport(520, 1200));
afterEach(() => document.body.replaceChildren());

describe.each(["light", "dark"])("in the %s theme", (theme) => {
  it.each(Object.keys(STORIES))("%s looks as it did", async (name) => {
    const [meta, story] = STORIES[name]!;
    const still = { ...story, globals: { ...story.globals, theme, width: "480px" } };
    await composeStory(still as never, meta as never, preview).run();
    const frame = page.elementLocator(document.querySelector(".story-width")!);
    await expect.element(frame).toMatchScreenshot(`${name}-${theme}`);
  });
});
