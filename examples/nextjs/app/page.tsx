import { BandwidthPanel, ConnectionPanel, PeersPanel, SwarmGate } from "peerswarm/components";
import { Chat } from "./Chat";

/** A server component: the panels bring their own "use client". */
export default function Page() {
  return (
    <main>
      <h1>The lobby</h1>
      <SwarmGate>
        <Chat />
      </SwarmGate>
      <ConnectionPanel />
      <PeersPanel />
      <BandwidthPanel />
    </main>
  );
}
