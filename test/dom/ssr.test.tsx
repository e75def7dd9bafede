// @vitest-environment node
import { SwarmDashboard, SwarmGate } from "peerswarm/components";
import { SwarmProvider } from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { expect, it } from "vitest";

it("renders every panel on a server, without side effects", () => {
  expect(typeof document).toBe("undefined");
  const network = memoryNetwork();
  const swarm = network.swarm({ room: "library" });
  const resources = process.getActiveResourcesInfo().length;
  const html = renderToString(
    <StrictMode>
      <SwarmProvider swarm={swarm}>
        <SwarmDashboard />
        <SwarmGate>not yet</SwarmGate>
      </SwarmProvider>
    </StrictMode>,
  );
  for (const title of [
    "Connection",
    "Peers",
    "Bandwidth",
    "Activity",
    "Message statistics",
    "Join swarm",
    "library",
  ]) {
    expect(html).toContain(title);
  }
  expect(html).not.toContain("not yet");
  expect(swarm.store.getSnapshot().status).toBe("off");
  expect(swarm.store).toMatchObject({ listenerCount: 0 });
  expect([network.pendingTimers, network.server.rooms()]).toEqual([0, []]);
  expect(process.getActiveResourcesInfo()).toHaveLength(resources);
});
