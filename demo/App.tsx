import { BandwidthPanel, ConnectionPanel, PeersPanel, SwarmGate } from "peerswarm/components";
import { useSignaling } from "peerswarm/react";
import { Header } from "./Header.js";
import { Messages } from "./Messages.js";
import { Settings } from "./Settings.js";
import { ShareLine } from "./ShareLine.js";

export function App() {
  const { room } = useSignaling();
  return (
    <div className="page">
      <Header />
      <main>
        <Settings />
        <ShareLine />
        <SwarmGate>
          <div className="panels">
            <div className="column">
              <ConnectionPanel />
              <PeersPanel />
            </div>
            <div className="column">
              <BandwidthPanel />
              {/* What was said in one room is not shown in another. */}
              <Messages key={room} />
            </div>
          </div>
        </SwarmGate>
      </main>
    </div>
  );
}
