"use client";

import { createSwarm } from "peerswarm";
import { SwarmProvider } from "peerswarm/react";
import type { ReactNode } from "react";

// On the server too: it opens nothing before somebody joins, and nobody joins there.
const swarm = createSwarm({ room: "lobby", name: "Ada" });

/** The swarm itself cannot cross from server to browser: it is made on this side of the boundary. */
export function Lobby({ children }: { readonly children: ReactNode }) {
  return <SwarmProvider swarm={swarm}>{children}</SwarmProvider>;
}
