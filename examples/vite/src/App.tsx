import { createSwarm } from "peerswarm";
import { SwarmDashboard, SwarmGate } from "peerswarm/components";
import { SwarmProvider } from "peerswarm/react";
import "peerswarm/styles.css";
import "./app.css";
import { Chat } from "./Chat.js";

const swarm = createSwarm({ room: "lobby", name: "Ada" });

export default function App() {
  return (
    <SwarmProvider swarm={swarm}>
      <SwarmGate>
        <SwarmDashboard panels={["peers", "bandwidth"]} />
        <Chat />
      </SwarmGate>
    </SwarmProvider>
  );
}
