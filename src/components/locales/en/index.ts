import type { Texts } from "../../texts/texts.js";
import { englishActivityTexts } from "./activity.js";
import { englishBandwidthTexts } from "./bandwidth.js";
import { englishCommonTexts } from "./common.js";
import { englishConnectionTexts } from "./connection.js";
import { englishConsensusTexts } from "./consensus.js";
import { englishDashboardTexts } from "./dashboard.js";
import { englishDevtoolsTexts } from "./devtools.js";
import { englishDiagnosisTexts } from "./diagnosis.js";
import { englishEventsTexts } from "./events.js";
import { englishGateTexts } from "./gate.js";
import { englishKnowledgeTexts } from "./knowledge.js";
import { englishMessageStatsTexts } from "./messageStats.js";
import { englishPeersTexts } from "./peers.js";
import { englishSettingsTexts } from "./settings.js";
import { englishTasksTexts } from "./tasks.js";
import { englishTopologyTexts } from "./topology.js";
import { englishTransfersTexts } from "./transfers.js";
import { englishWidgetTexts } from "./widget.js";
import { englishWitnessTexts } from "./witness.js";

/** The texts that panels show where nobody says otherwise. */
export const englishTexts: Texts = {
  locale: "en",
  common: englishCommonTexts,
  connection: englishConnectionTexts,
  peers: englishPeersTexts,
  topology: englishTopologyTexts,
  bandwidth: englishBandwidthTexts,
  messageStats: englishMessageStatsTexts,
  activity: englishActivityTexts,
  transfers: englishTransfersTexts,
  diagnosis: englishDiagnosisTexts,
  witness: englishWitnessTexts,
  tasks: englishTasksTexts,
  consensus: englishConsensusTexts,
  knowledge: englishKnowledgeTexts,
  events: englishEventsTexts,
  gate: englishGateTexts,
  widget: englishWidgetTexts,
  dashboard: englishDashboardTexts,
  devtools: englishDevtoolsTexts,
  settings: englishSettingsTexts,
};
