import { SettingsPanel, type SwarmDashboardProps, SwarmGate } from "peerswarm/components";
import { useSignaling } from "peerswarm/react";
import { Header } from "./Header.js";
import { Messages } from "./Messages.js";
import { Section, SectionLinks } from "./Section.js";
import { SendFile } from "./SendFile.js";
import { Settings } from "./Settings.js";
import { ShareLine } from "./ShareLine.js";
import { SETTINGS_KEY } from "./swarm.js";
import { WorkPanel } from "./work/WorkPanel.js";

type Panels = NonNullable<SwarmDashboardProps["panels"]>;

const WORK: Panels = [<WorkPanel key="work" />, "tasks"];
const VOTES: Panels = ["consensus"];
const KNOWLEDGE: Panels = ["knowledge"];
const INSPECT: Panels = [
  "topology",
  "diagnosis",
  <SettingsPanel key="settings" headingLevel={3} rememberAs={SETTINGS_KEY} />,
  "witness",
];

export function App() {
  const room = useSignaling((signaling) => signaling.room);
  // What was said in one room is not shown in another.
  const swarm: Panels = [
    "connection",
    "bandwidth",
    "peers",
    <Messages key={room} />,
    "activity",
    "message-stats",
    <SendFile key="send-file" />,
    "transfers",
  ];
  return (
    <div className="page">
      <Header />
      <main>
        <Settings />
        <ShareLine />
        <SwarmGate>
          <SectionLinks />
          <Section name="swarm" panels={swarm} />
          <Section name="work" panels={WORK} />
          <Section name="votes" panels={VOTES} />
          <Section name="knowledge" panels={KNOWLEDGE} />
          <Section name="inspect" panels={INSPECT} />
        </SwarmGate>
      </main>
    </div>
  );
}
