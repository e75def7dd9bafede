/**
 * Ready-made panels over the hooks. Import `peerswarm/styles.css` once; set `data-theme="light"` or `"dark"` on
 * an ancestor, or leave it out to follow the system.
 * @packageDocumentation
 */

export { ActivityPanel } from "./ActivityPanel.js";
export { BandwidthPanel } from "./BandwidthPanel.js";
export { ConnectionPanel } from "./ConnectionPanel.js";
export { ConsensusPanel } from "./ConsensusPanel.js";
export { CopyButton, type CopyButtonProps } from "./CopyButton.js";
export type { ConsensusTexts, RuleWords } from "./consensusTexts.js";
export { DiagnosisPanel } from "./DiagnosisPanel.js";
export { Fact, type FactProps } from "./Fact.js";
export { KnowledgePanel } from "./KnowledgePanel.js";
export { MessageStatsPanel } from "./MessageStatsPanel.js";
export { Panel, type PanelFrameProps, type PanelProps } from "./Panel.js";
export { PeersPanel } from "./PeersPanel.js";
export { peerLabel, shortAgentId } from "./peerLabel.js";
export { type PanelName, SwarmDashboard, type SwarmDashboardProps } from "./SwarmDashboard.js";
export { SwarmGate, type SwarmGateProps } from "./SwarmGate.js";
export { TasksPanel } from "./TasksPanel.js";
export { TextsProvider, type TextsProviderProps, useTexts } from "./TextsProvider.js";
export { TransfersPanel, type TransfersPanelProps } from "./TransfersPanel.js";
export type { TaskTexts } from "./taskTexts.js";
export { englishTexts, type Texts, type TextsOverride } from "./texts.js";
export { type Hold, useHold } from "./useHold.js";
export { type LongList, type LongListOptions, type LongListRow, useLongList } from "./useLongList.js";
export { WitnessPanel } from "./WitnessPanel.js";
