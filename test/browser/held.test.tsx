import { PeersPanel } from "peerswarm/components";
import { SwarmProvider } from "peerswarm/react";
import { createMockSwarm } from "peerswarm/testing";
import { createRoot } from "react-dom/client";
import { it, onTestFinished } from "vitest";
import { untilTrue } from "../setup/patience.js";

it("rows are not held for ever when the one with the focus goes", async () => {
  const mock = createMockSwarm({ peers: 3 });
  await mock.start();
  const host = document.createElement("div");
  document.body.append(host);
  const root = createRoot(host);
  onTestFinished(() => {
    root.unmount();
    host.remove();
    return mock.close();
  });
  root.render(
    <SwarmProvider swarm={mock.swarm}>
      <PeersPanel />
    </SwarmProvider>,
  );
  const rows = () => [...host.querySelectorAll<HTMLElement>("li.ps-peer")];
  await untilTrue(() => rows().length === 3);
  const [first] = rows();
  first?.querySelector("button")?.focus();
  const held = () => host.querySelector("[data-held]");
  await untilTrue(() => held() !== null);
  const id = first?.dataset.peerId;
  const peer = mock.peers.find(({ swarm }) => swarm.store.getSnapshot().self.peerId === id);
  await peer?.swarm.leave();
  await untilTrue(() => rows().length === 2);
  await untilTrue(() => held() === null);
});
