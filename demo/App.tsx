import { SwarmDashboard, SwarmGate } from "peerswarm/components";
import { useSignaling } from "peerswarm/react";
import { Header } from "./Header.js";
import { Messages } from "./Messages.js";
import { SendFile } from "./SendFile.js";
import { Settings } from "./Settings.js";
import { ShareLine } from "./ShareLine.js";
import { WorkPanel } from "./work/WorkPanel.js";

export function App() {
  const room = useSignaling((signaling) => signaling.room);
  return (
    <div className="page">
      <Header />
      <main>
        <Settings />
        <ShareLine />
        <SwarmGate>
          {/* What was said in one room is not shown in another. */}
          <SwarmDashboard
            panels={[
              "connection",
              "bandwidth",
              "peers",
              <Messages key={room} />,
              <WorkPanel key="work" />,
              "activity",
              "message-stats",
              <SendFile key="send-file" />,
              "transfers",
            ]}
          />
        </SwarmGate>
      </main>
    </div>
  );
}
