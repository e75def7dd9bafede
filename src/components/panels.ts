import type { ComponentType } from "react";
import { ActivityPanel } from "./ActivityPanel.js";
import { BandwidthPanel } from "./BandwidthPanel.js";
import { ConnectionPanel } from "./ConnectionPanel.js";
import { ConsensusPanel } from "./ConsensusPanel.js";
import { DiagnosisPanel } from "./DiagnosisPanel.js";
import { KnowledgePanel } from "./KnowledgePanel.js";
import { MessageStatsPanel } from "./MessageStatsPanel.js";
import { PeersPanel } from "./PeersPanel.js";
import type { PanelProps } from "./parts/Panel.js";
import { SettingsPanel } from "./SettingsPanel.js";
import { TasksPanel } from "./TasksPanel.js";
import { TopologyPanel } from "./TopologyPanel.js";
import { TransfersPanel } from "./TransfersPanel.js";
import type { Texts } from "./texts/texts.js";
import { WitnessPanel } from "./WitnessPanel.js";

/** Every panel by its name; dashboard and devtools compose them. */
export const PANELS = {
  connection: ConnectionPanel,
  peers: PeersPanel,
  bandwidth: BandwidthPanel,
  activity: ActivityPanel,
  "message-stats": MessageStatsPanel,
  transfers: TransfersPanel,
  tasks: TasksPanel,
  consensus: ConsensusPanel,
  knowledge: KnowledgePanel,
  topology: TopologyPanel,
  witness: WitnessPanel,
  diagnosis: DiagnosisPanel,
  settings: SettingsPanel,
} satisfies Record<string, ComponentType<PanelProps>>;

/** A panel that {@link SwarmDashboard} and `SwarmDevtools` know. */
export type PanelName = keyof typeof PANELS;

/** Their names, in the order in which a chooser shows them. */
export const PANEL_NAMES = Object.keys(PANELS) as readonly PanelName[];

/** Whether there is a panel of this name. */
export const isPanelName = (name: string): name is PanelName => Object.hasOwn(PANELS, name);

/** What a panel calls itself. */
export function panelTitle(name: PanelName, texts: Texts): string {
  return texts[name === "message-stats" ? "messageStats" : name].title;
}
