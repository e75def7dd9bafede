import { composeStory, type Meta, type StoryObj } from "@storybook/react-vite";
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

/** Stories in which nothing moves, by their names. */
const STORIES: Readonly<Record<string, readonly [Meta, StoryObj]>> = {
  "connection-reconnecting": [Connection.default, Connection.Reconnecting],
  "bandwidth-alone": [Bandwidth.default, Bandwidth.Alone],
  "peers-trouble": [Peers.default, Peers.Trouble],
  "message-stats": [MessageStats.default, MessageStats.Sorted],
  "topology-trouble": [Topology.default, Topology.Trouble],
  "gate-closed": [Gate.default, Gate.Closed],
  "dashboard-off": [Dashboard.default, Dashboard.Off],
  "settings-off": [Settings.default, Settings.Off],
  "consensus-empty": [Consensus.default, Consensus.Empty],
  "tasks-empty": [Tasks.default, Tasks.Empty],
  "knowledge-off": [Knowledge.default, Knowledge.Off],
  "diagnosis-empty": [Diagnosis.default, Diagnosis.Empty],
} as Readonly<Record<string, readonly [Meta, StoryObj]>>;

beforeAll(loadBlocks);
beforeEach(() => page.viewport(520, 1200));
afterEach(() => document.body.replaceChildren());

describe.each(["light", "dark"])("in the %s theme", (theme) => {
  it.each(Object.keys(STORIES))("%s looks as it did", async (name) => {
    const [meta, story] = STORIES[name]!;
    const still = { ...story, play: undefined, globals: { ...story.globals, theme, width: "480px" } };
    await composeStory(still as never, meta as never, preview).run();
    const frame = page.elementLocator(document.querySelector(".story-width")!);
    await expect.element(frame).toMatchScreenshot(`${name}-${theme}`);
  });
});
