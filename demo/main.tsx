import { SwarmProvider } from "peerswarm/react";
import "peerswarm/styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App.js";
import "./demo.css";
import { swarm } from "./swarm.js";

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <SwarmProvider swarm={swarm}>
      <App />
    </SwarmProvider>
  </StrictMode>,
);
