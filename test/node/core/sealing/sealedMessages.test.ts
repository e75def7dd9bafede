import { createIdentity, type Swarm } from "peerswarm";
import { memoryNetwork, scriptedPeer } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { seal } from "../../../../src/core/sealing/seal.js";
import { encodeValue } from "../../../../src/core/wire/payload.js";
import {
  agentOf,
  connectedPeers,
  dropped,
  gather,
  hear,
  idOf,
  inTime,
  leaveNothing,
  payloads,
  tabs,
  until,
} from "../support.js";

async function couple() {
  const network = memoryNetwork();
  const { swarms } = tabs(network, 2);
  await gather(network, swarms);
  const [ada, bob] = swarms as [Swarm, Swarm];
  return { network, swarms, ada, bob };
}

describe("a sealed message", () => {
  it("comes as it was sent, in order, with its metadata, and says that it was sealed", async () => {
    const { network, swarms, ada, bob } = await couple();
    const heard = hear(bob);
    const options = { sealed: true, conversation: "c", level: 2 };
    for (let number = 0; number < 50; number++)
      expect(ada.send(idOf(bob), "chat", number, options)).toBe(true);
    expect(ada.broadcast("chat", { last: true }, { sealed: true })).toBe(1);
    await network.settle();
    expect(payloads(heard)).toEqual([...Array(50).keys(), { last: true }]);
    expect(heard[0]?.info).toMatchObject({
      type: "chat",
      isSealed: true,
      metadata: { conversation: "c", level: 2 },
      from: { agentId: agentOf(ada), peerId: idOf(ada) },
    });
    expect(heard[50]?.info.metadata).toBeUndefined();
    await leaveNothing(network, swarms);
  });

  it("has nothing readable in what is signed and passed on", async () => {
    const { network, swarms, ada, bob } = await couple();
    const heard = hear(bob);
    const text = "nobody else reads this";
    ada.send(idOf(bob), "chat", text, { sealed: true });
    ada.send(idOf(bob), "chat", text);
    await network.settle();
    const readable = heard.map(({ info }) => new TextDecoder().decode(info.signed().message).includes(text));
    expect(readable.toSorted()).toEqual([false, true]);
    expect(heard.find(({ info }) => info.isSealed)?.payload).toBe(text);
    await leaveNothing(network, swarms);
  });

  it("is refused where it cannot be sent", async () => {
    const { network, swarms, ada, bob } = await couple();
    const to = idOf(bob);
    const send = (type: string, payload: unknown) => () => ada.send(to, type, payload, { sealed: true });
    expect(send("swarm/goodbye", {})).toThrow(expect.objectContaining({ code: "invalid-option" }));
    expect(send("chat", new Date())).toThrow(expect.objectContaining({ code: "invalid-payload" }));
    expect(send("chat", new Uint8Array(192_000))).toThrow(
      expect.objectContaining({ code: "payload-too-large" }),
    );
    expect(() => {
      for (let times = 0; times < 60; times++) send("chat", new Uint8Array(180_000))();
    }).toThrow(expect.objectContaining({ code: "queue-full" }));
    await network.settle();
    expect(ada.send("aaaaaaaaaaaa-aaaaaaaaaa", "chat", 1, { sealed: true })).toBe(false);
    await leaveNothing(network, swarms);
    expect(send("chat", 1)()).toBe(false);
  });

  it("of a hostile peer reaches nothing inside peerswarm, and one for somebody else is not opened", async () => {
    const network = memoryNetwork();
    const bob = network.swarm({ name: "bob" });
    await inTime(network, bob.join());
    const [eve, other] = [await createIdentity(), await createIdentity()];
    const host = network.host("eve");
    const identity = {
      ...eve,
      sign: (message: Parameters<typeof eve.sign>[0]) => host.runtime.track(eve.sign(message)),
      sealingKey: { ...eve.sealingKey, publicKey: undefined as never },
    };
    const attacker = await inTime(network, scriptedPeer(host, { identity }));
    await until(network, () => connectedPeers(bob).length === 1);
    const id = "0".repeat(32);
    const bobKey = attacker.linked.length === 1 ? await keyOf(bob) : undefined;
    const heard = hear(bob);
    const send = async (inside: unknown, from = eve.agentId): Promise<void> => {
      const context = {
        purpose: "message" as const,
        room: "peerswarm-default",
        from,
        to: agentOf(bob),
        id,
        openFields: [],
      };
      const sealed = await seal(encodeValue(inside), bobKey as never, context, host.runtime);
      attacker.broadcast("swarm/sealed", { id, sealed });
      await network.settle();
    };
    await send(["chat", "fine", null]);
    await send(["swarm/goodbye", {}, null]);
    await send(["chat", "too", "many", "values"]);
    await send(["chat", "stolen", null], other.agentId);
    attacker.broadcast("swarm/sealed", { id, sealed: new Uint8Array(20) });
    await network.settle();
    expect(payloads(heard)).toEqual(["fine"]);
    expect(connectedPeers(bob)).toHaveLength(1);
    expect(dropped(bob)).toMatchObject({ "malformed-sealed": 2, unopenable: 2 });
    // It announced no key.
    expect(() => bob.send(attacker.peerId, "chat", 1, { sealed: true })).toThrow(
      expect.objectContaining({ code: "sealing-unavailable" }),
    );
    expect(bob.broadcast("chat", 1, { sealed: true })).toBe(0);
    attacker.leave();
    await leaveNothing(network, [bob]);

    async function keyOf(swarm: Swarm) {
      // As a peer that Bob met would keep it.
      const friend = network.host("friend");
      const met = friend.swarm();
      await inTime(network, met.join());
      await until(network, () => connectedPeers(met).length >= 1);
      await network.settle();
      const record = await friend.storage.get("sealing-keys", agentOf(swarm));
      await inTime(network, met.leave());
      await until(network, () => connectedPeers(swarm).length === 1);
      return (record as { key: typeof eve.publicKey }).key;
    }
  });
});
