import { memoryNetwork } from "peerswarm/testing";
import { beforeEach, expect, it, vi } from "vitest";
import { dropped, gather, leaveNothing, tabs } from "./support.js";

// A page that is offline for a moment: its first try to load the code fails.
const failures = vi.hoisted(() => ({ left: 1 }));
vi.mock("../../../src/core/topology/engine.js", async (original) => {
  const engine = await original<typeof import("../../../src/core/topology/engine.js")>();
  return {
    get createTopologyEngine() {
      if (failures.left-- > 0) throw new Error("offline");
      return engine.createTopologyEngine;
    },
  };
});

beforeEach(() => {
  failures.left = 1;
});

it("tries again where its code could not be loaded, while somebody watches", async () => {
  const network = memoryNetwork();
  const { swarms } = tabs(network, 2);
  await gather(network, swarms);
  const [ada] = swarms;
  const stop = ada?.topology.watch();
  await network.advance(1000);
  expect(ada && dropped(ada)).toEqual({ "part-unavailable": 1 });
  expect(ada?.store.getSnapshot().topology.nodes).toEqual([]);
  await network.advance(6000);
  expect(ada?.store.getSnapshot().topology.nodes).toHaveLength(2);
  stop?.();
  await leaveNothing(network, swarms);
});

it("tries again as well where somebody watched before joining", async () => {
  const network = memoryNetwork();
  const { swarms } = tabs(network, 2);
  const [ada] = swarms;
  const stop = ada?.topology.watch();
  await gather(network, swarms);
  expect(ada && dropped(ada)).toEqual({ "part-unavailable": 1 });
  await network.advance(6000);
  expect(ada?.store.getSnapshot().topology.nodes).toHaveLength(2);
  stop?.();
  await leaveNothing(network, swarms);
});
