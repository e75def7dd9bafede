import fc from "fast-check";
import type { Identity, SignedMessage, Swarm } from "peerswarm";
import { createIdentity, verifySignedMessage } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/core/bytes.js";
import { ed25519Implementations } from "../../../src/core/identity/ed25519.js";
import { createPeerId } from "../../../src/core/identity/ids.js";
import { frameStatement } from "../../../src/core/wire/frame.js";
import { hashLeaf } from "../../../src/core/wire/merkle.js";
import { encodeMessage, hashContext } from "../../../src/core/wire/messageBytes.js";
import { agentOf, gather, type Heard, hear, idOf, leaveNothing, payloads, tabs } from "./support.js";

async function couple(options: Parameters<typeof memoryNetwork>[0] = {}) {
  const network = memoryNetwork(options);
  const { swarms } = tabs(network, 2);
  await gather(network, swarms);
  const [ada, bob] = swarms as [Swarm, Swarm];
  return { network, swarms, ada, bob, heard: hear(bob) };
}

/** A signed message from the middle of a frame of thirteen. */
async function sample(): Promise<SignedMessage> {
  const { network, ada, heard } = await couple();
  for (let number = 0; number < 13; number++) ada.broadcast("chat", { number, text: "hello" });
  await network.settle();
  return (heard[6] as Heard).info.signed();
}

const peerIdOf = ({ agentId }: Identity): string =>
  createPeerId(agentId, (count) => crypto.getRandomValues(new Uint8Array(count)));

function flipBit(bytes: Bytes, bit: number): Bytes {
  const flipped = bytes.slice();
  const at = (bit >> 3) % flipped.length;
  flipped[at] = (flipped[at] as number) ^ (1 << (bit & 7));
  return flipped;
}

describe("a delivered message", () => {
  it("verifies on its own, says what was delivered, and from whom", async () => {
    const { network, swarms, ada, bob, heard } = await couple();
    const metadata = { level: 2, conversation: "c", performative: "inform", citations: ["x"], trace: "t" };
    for (let number = 0; number < 50; number++)
      ada.broadcast("chat", { number }, number % 2 ? {} : { ...metadata, lane: "bulk" });
    await network.settle();
    expect(heard).toHaveLength(50);
    for (const { payload, info } of heard) {
      const signed = info.signed();
      const content = await verifySignedMessage(signed);
      expect(content).toMatchObject({ payload, type: "chat", sentAtMs: info.sentAtMs });
      expect(content?.metadata).toEqual(info.metadata);
      expect(signed.context).toEqual({
        room: "peerswarm-default",
        fromAgent: agentOf(ada),
        fromPeer: idOf(ada),
        toPeer: idOf(bob),
        lane: info.lane,
      });
      expect(info.from).toEqual({ peerId: idOf(ada), agentId: agentOf(ada) });
    }
    expect(new Set(heard.map(({ info }) => info.id)).size).toBe(50);
    await leaveNothing(network, swarms);
  });

  it("verifies after a copy through JSON-like storage, and after the swarm has left", async () => {
    const { network, swarms, ada, heard } = await couple();
    ada.broadcast("chat", 1);
    ada.broadcast("chat", 2);
    await network.settle();
    await leaveNothing(network, swarms);
    const signed = structuredClone((heard[1] as Heard).info.signed());
    expect(await verifySignedMessage(signed)).toMatchObject({ payload: 2 });
  });

  it("does not verify once a bit of it is flipped, anywhere", async () => {
    const signed = await sample();
    expect(await verifySignedMessage(signed)).toBeDefined();
    expect(signed.proof.length).toBeGreaterThan(2);
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (bit, at) => {
        const step = at % signed.proof.length;
        const forged: SignedMessage[] = [
          { ...signed, message: flipBit(signed.message, bit) },
          { ...signed, signature: flipBit(signed.signature, bit) },
          {
            ...signed,
            proof: signed.proof.map((each, index) =>
              index === step ? { ...each, hash: flipBit(each.hash, bit) } : each,
            ),
          },
        ];
        for (const each of forged) expect(await verifySignedMessage(each)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it("does not verify with another context, proof or signature", async () => {
    const signed = await sample();
    const stranger = await createIdentity();
    const { context, proof } = signed;
    const contexts = [
      { ...context, room: `${context.room}x` },
      { ...context, room: "" },
      { ...context, fromAgent: stranger.agentId },
      { ...context, fromAgent: "nobody" },
      { ...context, fromPeer: context.toPeer },
      { ...context, toPeer: context.fromPeer },
      { ...context, lane: "bulk" as const },
    ];
    for (const each of contexts)
      expect(await verifySignedMessage({ ...signed, context: each })).toBeUndefined();
    const proofs = [
      [],
      proof.slice(1),
      proof.slice(0, -1),
      [...proof].reverse(),
      [...proof, proof[0] as (typeof proof)[0]],
      proof.map((step) => ({ ...step, isLeft: !step.isLeft })),
    ];
    for (const each of proofs) expect(await verifySignedMessage({ ...signed, proof: each })).toBeUndefined();
    for (const length of [0, 63, 65]) {
      const signature = new Uint8Array(length);
      expect(await verifySignedMessage({ ...signed, signature })).toBeUndefined();
      const noble = await ed25519Implementations.loadPortable();
      const verify = await noble.verifier((await createIdentity()).publicKey);
      expect(await verifySignedMessage({ ...signed, signature }, verify)).toBeUndefined();
    }
  });

  it("does not verify as a session of another agent, though the key that signed is in its context", async () => {
    const [author, other] = [await createIdentity(), await createIdentity()];
    const signedAs = async (fromPeer: string): Promise<SignedMessage> => {
      const context = {
        room: "r",
        fromAgent: author.agentId,
        fromPeer,
        toPeer: peerIdOf(other),
        lane: "control" as const,
      };
      const message = encodeMessage({
        number: 1,
        sequence: 1,
        type: "chat",
        sentAtMs: 1,
        payload: "I am another",
        metadata: undefined,
      });
      const root = hashLeaf(hashContext(context), message);
      return { context, message, proof: [], signature: await author.sign(frameStatement(root)) };
    };
    expect(await verifySignedMessage(await signedAs(peerIdOf(author)))).toMatchObject({ number: 1 });
    for (const fromPeer of [peerIdOf(other), "", "nobody", `${author.agentId}-x`])
      expect(await verifySignedMessage(await signedAs(fromPeer))).toBeUndefined();
  });

  it("from a broadcast has one id for all receivers, and one signature for each", async () => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 3);
    await gather(network, swarms);
    const [ada, bob, carl] = swarms as [Swarm, Swarm, Swarm];
    const [atBob, atCarl] = [hear(bob), hear(carl)];
    ada.broadcast("chat", "all");
    await network.settle();
    expect(atBob[0]?.info.id).toBe(atCarl[0]?.info.id);
    expect(atBob[0]?.info.signed().signature).not.toEqual(atCarl[0]?.info.signed().signature);
    await leaveNothing(network, swarms);
  });
});

describe("a lane", () => {
  it("keeps the order of what one task and many tasks send, in batches under one signature", async () => {
    const { network, swarms, ada, bob, heard } = await couple({ latencyMs: 3, jitterMs: 20 });
    for (let number = 0; number < 2000; number++) {
      ada.broadcast("chat", number);
      if (number % 100 === 99) await network.advance(1);
    }
    await network.settle();
    expect(payloads(heard)).toEqual(Array.from({ length: 2000 }, (_, number) => number));
    const signatures = new Set(heard.map(({ info }) => info.signed().signature.join()));
    expect(signatures.size).toBeLessThan(60);
    expect(bob.getStats().dropped).toEqual({});
    await leaveNothing(network, swarms);
  });

  it("keeps its order beside the others, whatever the sizes", async () => {
    const { network, swarms, ada, heard } = await couple({ bytesPerSecond: 4 * 1024 * 1024, jitterMs: 10 });
    for (let number = 0; number < 300; number++) {
      const lane = number % 3 === 0 ? "bulk" : "control";
      ada.broadcast("chat", { number, pad: "x".repeat((number * 577) % 20_000) }, { lane });
    }
    await network.settle();
    for (const lane of ["control", "bulk"]) {
      const numbers = heard
        .filter(({ info }) => info.lane === lane)
        .map(({ payload }) => (payload as { number: number }).number);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    }
    expect(heard).toHaveLength(300);
    await leaveNothing(network, swarms);
  });

  it("for datagrams loses some, repeats none", async () => {
    const { network, swarms, ada, bob, heard } = await couple({ datagramLoss: 0.3, jitterMs: 40, seed: 5 });
    for (let number = 0; number < 400; number++) {
      ada.broadcast("chat", number, { lane: "datagram" });
      await network.advance(1);
    }
    await network.settle();
    expect(heard.length).toBeGreaterThan(200);
    expect(heard.length).toBeLessThan(360);
    expect(new Set(payloads(heard)).size).toBe(heard.length);
    expect(payloads(heard)).not.toEqual([...payloads(heard)].sort((a, b) => Number(a) - Number(b)));
    expect(bob.getStats().dropped).toEqual({});
    await leaveNothing(network, swarms);
  });

  it("that is full throws queue-full for one peer, and a broadcast leaves that peer out", async () => {
    const { network, swarms, ada, bob } = await couple({ bytesPerSecond: 1024 });
    const payload = new Uint8Array(190 * 1024);
    let sent = 0;
    expect(() => {
      for (; sent < 1000; sent++) ada.send(idOf(bob), "chat", payload, { lane: "bulk" });
    }).toThrow(expect.objectContaining({ code: "queue-full" }));
    expect(sent).toBeGreaterThan(20);
    expect(sent).toBeLessThan(100);
    expect(ada.broadcast("chat", payload, { lane: "bulk" })).toBe(0);
    expect(ada.getStats().dropped).toMatchObject({ "queue-full": 1 });
    expect(ada.broadcast("chat", "small")).toBe(1);
    network.behaviour.bytesPerSecond = Infinity;
    await leaveNothing(network, swarms);
  });
});
