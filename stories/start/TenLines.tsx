import { BandwidthPanel, PeersPanel, SwarmGate } from "peerswarm/components";
import { SwarmProvider, useSwarm } from "peerswarm/react";
import type { ReactNode } from "react";

/** The ten lines of the README; only where the swarm comes from differs: here from a simulated network. */
export function TenLines(): ReactNode {
  const swarm = useSwarm();
  return (
    <SwarmProvider swarm={swarm}>
      <SwarmGate remember={false}>
        <PeersPanel />
        <BandwidthPanel />
      </SwarmGate>
    </SwarmProvider>
  );
}
