import { englishTexts } from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { widgetStatus } from "../../src/element/widgetStatus.js";
import { noise } from "./support.js";

describe("the status of a widget", () => {
  it("is disabled before a join, idle alone, active with a peer, and disabled again after leaving", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    const status = () => widgetStatus(ada.store.getSnapshot(), englishTexts);
    expect(status()).toEqual({
      state: "disabled",
      primaryMetric: "0 peers",
      secondaryMetric: "Idle",
      lastActivity: undefined,
      message: undefined,
    });
    const joined = ada.join();
    await network.settle();
    await joined;
    expect(status().state).toBe("idle");
    const bobJoined = bob.join();
    await network.settle();
    await bobJoined;
    ada.broadcast("chat", noise(20_000));
    await network.advance(1000);
    expect(status()).toMatchObject({ state: "active", primaryMetric: "1 peer", message: undefined });
    expect(status().secondaryMetric).toMatch(/^\d+\.\d KB\/s$/);
    expect(status().lastActivity).toBeGreaterThan(0);
    const left = Promise.all([ada.leave(), bob.leave()]);
    await network.settle();
    await left;
    expect(status()).toMatchObject({ state: "disabled", secondaryMetric: "Idle", message: undefined });
  });

  it("stays active while links are open without signalling, says so, and is an error once nobody is left", async () => {
    const network = memoryNetwork();
    const hosts = [network.host(), network.host()] as const;
    const [ada, bob] = [hosts[0].swarm(), hosts[1].swarm()];
    const joins = Promise.all([ada.join(), bob.join()]);
    await network.settle();
    await joins;
    const status = () => widgetStatus(ada.store.getSnapshot(), englishTexts);
    network.server.stop();
    await network.settle();
    expect(status().state).toBe("active");
    expect(status().message).toContain("signalling server");
    hosts[1].crash();
    await network.advance(70_000);
    expect(status()).toMatchObject({ state: "error", primaryMetric: "0 peers" });
  });

  it("is an error when the first join cannot get through", async () => {
    const network = memoryNetwork();
    network.server.stop();
    const swarm = network.swarm();
    const joined = swarm.join().catch(() => undefined);
    await network.advance(5000);
    expect(widgetStatus(swarm.store.getSnapshot(), englishTexts)).toMatchObject({ state: "error" });
    const left = swarm.leave();
    await network.settle();
    await left;
    await joined;
  });
});
