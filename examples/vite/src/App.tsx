import { createSwarm } from "peerswarm";
import { BandwidthPanel, PeersPanel, SwarmGate } from "peerswarm/components";
import { SwarmProvider } from "peerswarm/react";
import "peerswarm/styles.css";
import "./app.css";
import { Chat } from "./Chat.js";

const swarm = createSwarm({ room: "lobby", name: "Ada" });

export const App = () => (
  <SwarmProvider swarm={swarm}>
    <SwarmGate>
      <PeersPanel />
      <BandwidthPanel />
      <Chat />
    </SwarmGate>
  </SwarmProvider>
);
