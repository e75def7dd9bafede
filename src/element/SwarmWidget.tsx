import type { ReactNode } from "react";
import { SwarmDashboard, SwarmGate } from "../components/index.js";
import type { Swarm } from "../core/index.js";
import { SwarmProvider } from "../hooks/index.js";

/** What a `<swarm-widget>` shows inside its shadow root. */
export function SwarmWidget({
  swarm,
  storageKey,
}: {
  readonly swarm: Swarm;
  readonly storageKey: string;
}): ReactNode {
  return (
    <SwarmProvider swarm={swarm}>
      <SwarmGate storageKey={storageKey}>
        <SwarmDashboard headingLevel={3} />
      </SwarmGate>
    </SwarmProvider>
  );
}
