import { SwarmDashboard, SwarmGate } from "peerswarm/components";
import { SwarmProvider } from "peerswarm/react";
import "peerswarm/styles.css";
import "./app.css";
import { Chat } from "./Chat.js";

export default function App() {
  return (
    <SwarmProvider options={{ room: "lobby", name: "Ada" }}>
      <SwarmGate>
        <SwarmDashboard panels={["peers", "bandwidth"]} />
        <Chat />
      </SwarmGate>
    </SwarmProvider>
  );
}
