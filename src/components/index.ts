/**
 * Ready-made panels over the hooks. Import `peerswarm/styles.css` once; set `data-theme="light"` or `"dark"` on
 * an ancestor, or leave it out to follow the system.
 * @packageDocumentation
 */

export { BandwidthPanel } from "./BandwidthPanel.js";
export { ConnectionPanel } from "./ConnectionPanel.js";
export { CopyButton, type CopyButtonProps } from "./CopyButton.js";
export { Panel, type PanelFrameProps, type PanelProps } from "./Panel.js";
export { PeersPanel } from "./PeersPanel.js";
export { peerLabel, shortAgentId } from "./peerLabel.js";
export { SwarmGate, type SwarmGateProps } from "./SwarmGate.js";
export { TextsProvider, type TextsProviderProps, useTexts } from "./TextsProvider.js";
export { englishTexts, type Texts, type TextsOverride } from "./texts.js";
