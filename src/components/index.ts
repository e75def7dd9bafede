/**
 * Ready-made panels over the hooks. Import `peerswarm/styles.css` once; set `data-theme="light"` or `"dark"` on
 * an ancestor, or leave it out to follow the system.
 * @packageDocumentation
 */

export { ActivityPanel } from "./ActivityPanel.js";
export { BandwidthPanel } from "./BandwidthPanel.js";
export { ConnectionPanel } from "./ConnectionPanel.js";
export { ConsensusPanel } from "./ConsensusPanel.js";
export { DiagnosisPanel } from "./DiagnosisPanel.js";
export { KnowledgePanel } from "./KnowledgePanel.js";
export { englishTexts } from "./locales/en/index.js";
export { MessageStatsPanel } from "./MessageStatsPanel.js";
export { PeersPanel } from "./PeersPanel.js";
export { PANEL_NAMES, type PanelName, panelTitle } from "./panels.js";
export { CopyButton, type CopyButtonProps } from "./parts/CopyButton.js";
export { EventsBehind, type EventsBehindProps } from "./parts/EventsBehind.js";
export { Fact, type FactProps } from "./parts/Fact.js";
export { Panel, type PanelFrameProps, type PanelProps } from "./parts/Panel.js";
export { peerLabel, shortAgentId } from "./parts/peerLabel.js";
export { type Hold, useHold } from "./parts/useHold.js";
export { type LongList, type LongListOptions, type LongListRow, useLongList } from "./parts/useLongList.js";
export { SettingsPanel, type SettingsPanelProps } from "./SettingsPanel.js";
export { SwarmDashboard, type SwarmDashboardProps } from "./SwarmDashboard.js";
export { SwarmGate, type SwarmGateProps } from "./SwarmGate.js";
export { TasksPanel } from "./TasksPanel.js";
export { TopologyPanel } from "./TopologyPanel.js";
export { TransfersPanel, type TransfersPanelProps } from "./TransfersPanel.js";
export type { ActivityTexts } from "./texts/activityTexts.js";
export type { BandwidthTexts } from "./texts/bandwidthTexts.js";
export type { CommonTexts } from "./texts/commonTexts.js";
export type { ConnectionTexts } from "./texts/connectionTexts.js";
export type { ConsensusTexts, RuleWords } from "./texts/consensusTexts.js";
export type { DashboardTexts } from "./texts/dashboardTexts.js";
export type { DevtoolsTexts } from "./texts/devtoolsTexts.js";
export type { DiagnosisTexts } from "./texts/diagnosisTexts.js";
export type { EventsTexts, KeptEvents } from "./texts/eventsTexts.js";
export type { GateTexts } from "./texts/gateTexts.js";
export type { KnowledgeTexts } from "./texts/knowledgeTexts.js";
export type { MessageStatsTexts } from "./texts/messageStatsTexts.js";
export type { PeersTexts } from "./texts/peersTexts.js";
export type { SettingsTexts, Whereabouts } from "./texts/settingsTexts.js";
export { TextsProvider, type TextsProviderProps } from "./texts/TextsProvider.js";
export type { TasksTexts } from "./texts/tasksTexts.js";
export type { Texts, TextsOverride } from "./texts/texts.js";
export type { TopologyTexts } from "./texts/topologyTexts.js";
export type { TransfersTexts } from "./texts/transfersTexts.js";
export { useTexts } from "./texts/useTexts.js";
export type { WidgetTexts } from "./texts/widgetTexts.js";
export type { WitnessTexts } from "./texts/witnessTexts.js";
export { WitnessPanel } from "./WitnessPanel.js";
