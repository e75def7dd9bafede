/**
 * The panels' texts in German, for `TextsProvider`. An entry of its own, so that nobody loads a language in vain.
 * @packageDocumentation
 */

import type { Texts } from "../../texts/texts.js";
import { germanActivityTexts } from "./activity.js";
import { germanBandwidthTexts } from "./bandwidth.js";
import { germanCommonTexts } from "./common.js";
import { germanConnectionTexts } from "./connection.js";
import { germanConsensusTexts } from "./consensus.js";
import { germanDashboardTexts } from "./dashboard.js";
import { germanDevtoolsTexts } from "./devtools.js";
import { germanDiagnosisTexts } from "./diagnosis.js";
import { germanEventsTexts } from "./events.js";
import { germanGateTexts } from "./gate.js";
import { germanKnowledgeTexts } from "./knowledge.js";
import { germanMessageStatsTexts } from "./messageStats.js";
import { germanPeersTexts } from "./peers.js";
import { germanSettingsTexts } from "./settings.js";
import { germanTasksTexts } from "./tasks.js";
import { germanTopologyTexts } from "./topology.js";
import { germanTransfersTexts } from "./transfers.js";
import { germanWidgetTexts } from "./widget.js";
import { germanWitnessTexts } from "./witness.js";

/** The texts of the panels in German. What the core says (errors, reasons of a choice) stays in English. */
export const germanTexts: Texts = {
  locale: "de",
  common: germanCommonTexts,
  connection: germanConnectionTexts,
  peers: germanPeersTexts,
  topology: germanTopologyTexts,
  bandwidth: germanBandwidthTexts,
  messageStats: germanMessageStatsTexts,
  activity: germanActivityTexts,
  transfers: germanTransfersTexts,
  diagnosis: germanDiagnosisTexts,
  witness: germanWitnessTexts,
  tasks: germanTasksTexts,
  consensus: germanConsensusTexts,
  knowledge: germanKnowledgeTexts,
  events: germanEventsTexts,
  gate: germanGateTexts,
  settings: germanSettingsTexts,
  widget: germanWidgetTexts,
  dashboard: germanDashboardTexts,
  devtools: germanDevtoolsTexts,
};
