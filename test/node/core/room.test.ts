import { describe, expect, it } from "vitest";
import { memoryNetwork } from "peerswarm/testing";

describe("a room", () => {
  it("brings two swarms together, and messages across", async () => {
    const network = memoryNetwork();
    const ada = network.swarm({ name: "ada" });
    const bob = network.swarm({ name: "bob" });
    const heard: unknown[] = [];
    bob.on("chat", (payload, { from }) => heard.push([payload, from.peerId]));
    const joins = Promise.all([ada.join(), bob.join()]);
    await network.settle();
    await joins;
    await network.settle();
    const [peer] = ada.store.getSnapshot().peers;
    expect(peer).toMatchObject({ state: "connected", profile: { name: "bob" } });
    expect(ada.broadcast("chat", { text: "hello" })).toBe(1);
    await network.settle();
    expect(heard).toEqual([[{ text: "hello" }, ada.getSignalingStatus().peerId]]);
    await leaveAll(network, [ada, bob]);
    expect(network.linkCount).toBe(0);
    expect(network.pendingTimers).toBe(0);
  });
});
async function leaveAll(network: any, swarms: any[]) {
  const left = Promise.all(swarms.map((s) => s.leave()));
  await network.settle();
  await left;
}
