import { act } from "@testing-library/react";
import { usePeerBandwidth } from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { expect, it } from "vitest";
import { inTime } from "../node/core/support.js";
import { probe, together, turn } from "./support.js";

it("names nobody any more once the swarm has left, in whichever part of a second that was", async () => {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm(), network.swarm()];
  const shown = probe(ada, () => usePeerBandwidth());
  await together(network, ada, bob);
  await turn(network, 3000 - (network.clock.now() % 1000) + 300);
  expect(shown.last().peers).toHaveLength(1);
  await act(() => inTime(network, ada.leave()));
  await turn(network, 10_000);
  expect(shown.last().peers).toEqual([]);
  await act(() => inTime(network, bob.leave()));
});
