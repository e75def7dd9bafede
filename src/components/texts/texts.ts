import type { ActivityTexts } from "./activityTexts.js";
import type { BandwidthTexts } from "./bandwidthTexts.js";
import type { CommonTexts } from "./commonTexts.js";
import type { ConnectionTexts } from "./connectionTexts.js";
import type { ConsensusTexts } from "./consensusTexts.js";
import type { DashboardTexts } from "./dashboardTexts.js";
import type { DevtoolsTexts } from "./devtoolsTexts.js";
import type { DiagnosisTexts } from "./diagnosisTexts.js";
import type { EventsTexts } from "./eventsTexts.js";
import type { GateTexts } from "./gateTexts.js";
import type { KnowledgeTexts } from "./knowledgeTexts.js";
import type { MessageStatsTexts } from "./messageStatsTexts.js";
import type { PeersTexts } from "./peersTexts.js";
import type { SettingsTexts } from "./settingsTexts.js";
import type { TasksTexts } from "./tasksTexts.js";
import type { TopologyTexts } from "./topologyTexts.js";
import type { TransfersTexts } from "./transfersTexts.js";
import type { WidgetTexts } from "./widgetTexts.js";
import type { WitnessTexts } from "./witnessTexts.js";

/** Every text that a panel shows. Override any of them with {@link TextsProvider}. */
export interface Texts {
  /** BCP 47 tag for numbers and units, for example `de-CH`. The same on the server and in the browser. */
  readonly locale: string;
  readonly common: CommonTexts;
  readonly connection: ConnectionTexts;
  readonly peers: PeersTexts;
  readonly topology: TopologyTexts;
  readonly bandwidth: BandwidthTexts;
  readonly messageStats: MessageStatsTexts;
  readonly activity: ActivityTexts;
  readonly transfers: TransfersTexts;
  readonly diagnosis: DiagnosisTexts;
  readonly witness: WitnessTexts;
  readonly tasks: TasksTexts;
  readonly consensus: ConsensusTexts;
  readonly knowledge: KnowledgeTexts;
  readonly events: EventsTexts;
  readonly gate: GateTexts;
  readonly widget: WidgetTexts;
  readonly dashboard: DashboardTexts;
  readonly devtools: DevtoolsTexts;
  readonly settings: SettingsTexts;
}

/** Some texts of some groups; the others stay as they are. */
export type TextsOverride = { readonly [Group in keyof Texts]?: Override<Texts[Group]> };
type Override<Group> = Group extends string ? Group : Partial<Group>;
