import { createIdentity, type Identity, type Link, type Swarm, type TransportRoom } from "peerswarm";
import { type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/core/bytes.js";
import { concatBytes, utf8 } from "../../../src/core/bytes.js";
import { createPeerId } from "../../../src/core/identity/ids.js";
import { encodeMessageFrame, FrameKind, frameStatement } from "../../../src/core/wire/frame.js";
import { handshake } from "../../../src/core/wire/handshake.js";
import { hashLeaf, merkleRoot } from "../../../src/core/wire/merkle.js";
import type { MessageContext } from "../../../src/core/wire/message.js";
import { encodeMessage, hashContext } from "../../../src/core/wire/messageBytes.js";
import { encodeValue } from "../../../src/core/wire/payload.js";
import { trackedIdentity } from "../../../src/testing/memoryHost.js";
import { type Claims, type Intruder, intrude, makeHello, REFUSAL, ROOM, WELCOME } from "./intruder.js";
import {
  agentOf,
  dropped,
  gather,
  hear,
  idOf,
  inTime,
  leaveNothing,
  payloads,
  peersOf,
  record,
  until,
  view,
} from "./support.js";

/** Proves itself honestly by hand; from then on the intruder can say what it likes. */
async function proveByHand(network: MemoryNetwork, intruder: Intruder, target: Swarm): Promise<Link> {
  const link = await intruder.dial(target);
  link.lanes.control.send(await makeHello(intruder, link, target));
  link.lanes.control.send(WELCOME);
  await until(network, () => view(target, intruder.peerId) !== undefined, 1000, 10);
  return link;
}

function contextOf(intruder: Intruder, target: Swarm, change: Partial<MessageContext> = {}): MessageContext {
  const fromAgent = intruder.identity.agentId;
  return {
    room: ROOM,
    fromAgent,
    fromPeer: intruder.peerId,
    toPeer: idOf(target),
    lane: "control",
    ...change,
  };
}

async function makeFrame(
  identity: Identity,
  context: MessageContext,
  messages: readonly Bytes[],
): Promise<Bytes> {
  const leaves = messages.map((message) => hashLeaf(hashContext(context), message));
  const signature = await identity.sign(frameStatement(merkleRoot(leaves)));
  return encodeMessageFrame({ signature, messages });
}

const chat = (sequence: number, payload: unknown = sequence, type = "chat"): Bytes =>
  encodeMessage({ number: sequence, sequence, type, sentAtMs: 1, payload, metadata: undefined });

/** A room of two honest swarms that everything else happens beside. */
async function honestRoom() {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm({ name: "ada" }), network.swarm({ name: "bob" })];
  await gather(network, [ada, bob]);
  const heard = hear(ada);
  const gone = record(ada, "peer-left");
  const joined = record(ada, "peer-joined");
  return {
    network,
    ada,
    bob,
    heard,
    gone,
    joined,
    /** Nothing of the attack was delivered or became visible, and the honest ones still talk. */
    async expectUnharmed() {
      expect(view(ada, bob)?.state).toBe("connected");
      const before = heard.length;
      bob.broadcast("chat", "still here");
      await network.settle();
      expect(payloads(heard).slice(before)).toEqual(["still here"]);
      expect(heard.at(-1)?.info.from.agentId).toBe(agentOf(bob));
    },
  };
}

describe("a stranger that never proves itself", () => {
  const longText = concatBytes(
    Uint8Array.of(FrameKind.hello),
    new Uint8Array(64),
    encodeValue("x".repeat(4000)),
  );
  const deep = concatBytes(
    Uint8Array.of(FrameKind.hello),
    new Uint8Array(64),
    new Uint8Array(1500).fill(0x91),
  );
  it.each<[string, Bytes]>([
    ["nothing but a byte", Uint8Array.of(0)],
    ["an empty message", new Uint8Array()],
    ["garbage", Uint8Array.from({ length: 500 }, (_, at) => (at * 197) % 256)],
    ["a hello of zeros", concatBytes(Uint8Array.of(FrameKind.hello), new Uint8Array(200))],
    ["an oversized hello", longText],
    ["a deep hello", deep],
    ["a welcome first", WELCOME],
    ["a message first", encodeMessageFrame({ signature: new Uint8Array(64), messages: [chat(1)] })],
    ["a hello cut short", Uint8Array.of(FrameKind.hello, 1, 2, 3)],
  ])("and sends %s is dropped and refused for a minute", async (_, bytes) => {
    const { network, ada, joined, heard, expectUnharmed } = await honestRoom();
    const intruder = await intrude(network);
    const link = await intruder.dial(ada);
    link.lanes.control.send(bytes);
    await network.settle();
    expect(link.state).toBe("closed");
    expect(link.closeReason).toBe("protocol-error");
    expect(joined).toEqual([]);
    expect(heard).toEqual([]);
    expect(dropped(ada)["connect:protocol-error"]).toBe(1);
    await expect(intruder.dial(ada)).rejects.toMatchObject({ code: "dial-rejected" });
    expect(dropped(ada)["dial-refused"]).toBe(1);
    await expectUnharmed();
  });

  it("and says nothing is dropped after ten seconds", async () => {
    const { network, ada, joined, expectUnharmed } = await honestRoom();
    const intruder = await intrude(network);
    const link = await intruder.dial(ada);
    await network.advance(9000);
    expect(link.state).toBe("open");
    await network.advance(1500);
    expect(link.state).toBe("closed");
    expect(joined).toEqual([]);
    expect(dropped(ada)["connect:handshake-timeout"]).toBe(1);
    await expectUnharmed();
  });

  it.each<[string, Claims, string]>([
    ["another version", { version: 2 }, "protocol-version"],
    ["another room", { room: "elsewhere" }, "room-mismatch"],
    ["another sender", { from: "aaaaaaaaaaaa-aaaaaaaaaa" }, "handshake-failed"],
    ["another receiver", { to: "aaaaaaaaaaaa-aaaaaaaaaa" }, "handshake-failed"],
    ["a key that is none", { key: new Uint8Array(31) }, "protocol-error"],
    ["a key that is text", { key: "key" }, "protocol-error"],
    ["sequences below one", { next: [0, 1, 1] }, "protocol-error"],
    ["too few sequences", { next: [1] }, "protocol-error"],
    ["nonsense to replace", { replaces: "everyone" }, "protocol-error"],
  ])("but claims %s is refused", async (_, claims, code) => {
    const { network, ada, joined, expectUnharmed } = await honestRoom();
    const intruder = await intrude(network);
    const link = await intruder.dial(ada);
    link.lanes.control.send(await makeHello(intruder, link, ada, claims));
    link.lanes.control.send(WELCOME);
    await network.settle();
    expect(link.state).toBe("closed");
    expect(joined).toEqual([]);
    expect(dropped(ada)[`connect:${code}`]).toBe(1);
    await expectUnharmed();
  });

  it("that floods with 100,000 frames before its proof is cut off, on any lane, with bounded memory", async () => {
    for (const lane of ["control", "bulk", "datagram"] as const) {
      const { network, ada, joined, heard, expectUnharmed } = await honestRoom();
      const intruder = await intrude(network);
      const link = await intruder.dial(ada);
      const far = [...network.server.seats(ROOM).get(idOf(ada))!.links].find(
        (candidate) => candidate.peerId === intruder.peerId,
      )!;
      // In waves, as a network brings them: each wave has arrived before the next is sent.
      let sent = 0;
      for (let wave = 0; wave < 100 && link.state !== "closed"; wave++) {
        for (let frame = 0; frame < 1000; frame++, sent++) link.lanes[lane].send(new Uint8Array(100));
        await network.settle();
      }
      expect(sent).toBeLessThanOrEqual(1000);
      expect(far.state).toBe("closed");
      expect(dropped(ada)["connect:protocol-error"]).toBe(1);
      expect(joined).toEqual([]);
      expect(heard).toEqual([]);
      await expectUnharmed();
    }
  });

  it("but speaks on bulk or datagram before it is welcomed is dropped at once", async () => {
    for (const lane of ["bulk", "datagram"] as const) {
      const { network, ada, expectUnharmed } = await honestRoom();
      const intruder = await intrude(network);
      const link = await intruder.dial(ada);
      link.lanes[lane].send(Uint8Array.of(3));
      await network.settle();
      expect(link.closeReason).toBe("protocol-error");
      expect(dropped(ada)["connect:protocol-error"]).toBe(1);
      await expectUnharmed();
    }
  });

  it.each([
    ["many small frames", 100, 1000],
    ["a few large ones", 256 * 1024, 32],
  ])("but a welcomed one that withholds its own welcome and sends %s is cut off", async (_, size, count) => {
    const { network, ada, joined, expectUnharmed } = await honestRoom();
    const intruder = await intrude(network);
    const link = await intruder.dial(ada);
    link.lanes.control.send(await makeHello(intruder, link, ada));
    await until(network, () => intruder.heard.some(([kind]) => kind === FrameKind.welcome), 1000, 10);
    link.lanes.bulk.send(new Uint8Array(size));
    await network.settle();
    expect(link.state).toBe("open");
    for (let frame = 1; frame < count; frame++) link.lanes.bulk.send(new Uint8Array(size));
    await network.settle();
    expect(link.state).toBe("closed");
    expect(link.closeReason).toBe("protocol-error");
    expect(joined).toEqual([]);
    await expectUnharmed();
  });

  it("in great numbers takes no more than 64 answers at a time", async () => {
    const { network, ada, expectUnharmed } = await honestRoom();
    const intruders: Intruder[] = [];
    for (let count = 0; count < 120; count++) intruders.push(await intrude(network));
    const dials = await inTime(
      network,
      Promise.allSettled(
        intruders.map(({ room }) => room.dial(idOf(ada), { signal: new AbortController().signal })),
      ),
      1000,
      1,
    );
    expect(dials.filter(({ status }) => status === "fulfilled")).toHaveLength(64);
    // A dial that crosses one of ours at the same moment gives way to it: that is no refusal.
    const refused = dials.filter(
      (dial) => dial.status === "rejected" && !/superseded/.test(dial.reason.message),
    );
    expect(refused.length).toBeGreaterThan(50);
    expect(dropped(ada)["dial-refused"]).toBe(refused.length);
    await network.advance(15_000);
    expect(network.linkCount).toBe(1);
    await expectUnharmed();
  });
});

describe("a stranger with a good proof", () => {
  it.each<[string, string, (link: Link) => void]>([
    ["refuses", "peer-refused", (link) => link.lanes.control.send(REFUSAL)],
    ["hangs up", "link-closed", (link) => link.close("left")],
  ])("that %s while it is being checked has just done that", async (_, code, elude) => {
    const { network, ada, joined, expectUnharmed } = await honestRoom();
    const intruder = await intrude(network);
    const link = await intruder.dial(ada);
    link.lanes.control.send(await makeHello(intruder, link, ada));
    elude(link);
    await network.settle();
    expect(dropped(ada)[`connect:${code}`]).toBe(1);
    expect(joined).toEqual([]);
    await expectUnharmed();
  });
});

describe("an impostor", () => {
  it("that signs with another key than it shows is refused", async () => {
    const { network, ada, bob, joined, expectUnharmed } = await honestRoom();
    const intruder = await intrude(network);
    const link = await intruder.dial(ada);
    const key = peersOf(ada).find((peer) => peer.peerId === idOf(bob))!.agentId;
    expect(key).toBe(agentOf(bob));
    link.lanes.control.send(await makeHello(intruder, link, ada, {}, { identity: await createIdentity() }));
    link.lanes.control.send(WELCOME);
    await network.settle();
    expect(joined).toEqual([]);
    expect(dropped(ada)["connect:handshake-failed"]).toBe(1);
    await expectUnharmed();
  });

  it.each<[string, (link: Link) => void]>([
    ["refuses", (link) => link.lanes.control.send(REFUSAL)],
    ["hangs up", (link) => link.close("left")],
  ])("that %s while its proof is being checked is still known for a forger", async (_, elude) => {
    const { network, ada, expectUnharmed } = await honestRoom();
    const intruder = await intrude(network);
    const link = await intruder.dial(ada);
    const forged = await makeHello(intruder, link, ada, {}, { binding: utf8("another connection") });
    link.lanes.control.send(forged);
    elude(link);
    await network.settle();
    expect(dropped(ada)["connect:handshake-failed"]).toBe(1);
    expect(dropped(ada)).not.toHaveProperty("connect:peer-refused");
    expect(dropped(ada)).not.toHaveProperty("connect:link-closed");
    await expect(intruder.dial(ada)).rejects.toMatchObject({ code: "dial-rejected" });
    await expectUnharmed();
  });

  it("under the PeerId of an agent whose key it lacks is refused", async () => {
    const { network, ada, bob, joined, expectUnharmed } = await honestRoom();
    const peerId = createPeerId(agentOf(bob), (count) => new Uint8Array(count).fill(9));
    const intruder = await intrude(network, { peerId });
    const link = await intruder.dial(ada);
    link.lanes.control.send(await makeHello(intruder, link, ada));
    link.lanes.control.send(WELCOME);
    await network.settle();
    expect(joined).toEqual([]);
    expect(dropped(ada)["connect:handshake-failed"]).toBe(1);
    await expectUnharmed();
  });

  it("that replays a hello of another link, or its own in the other role, is refused", async () => {
    const { network, ada, joined, expectUnharmed } = await honestRoom();
    const intruder = await intrude(network);
    const first = await intruder.dial(ada);
    const recorded = await makeHello(intruder, first, ada);
    first.close("left");
    await network.settle();
    const second = await intruder.dial(ada);
    second.lanes.control.send(recorded);
    second.lanes.control.send(WELCOME);
    await network.settle();
    expect(second.state).toBe("closed");
    expect(dropped(ada)["connect:handshake-failed"]).toBe(1);
    const other = await intrude(network);
    const third = await other.dial(ada);
    third.lanes.control.send(await makeHello(other, third, ada, {}, { isInitiator: false }));
    third.lanes.control.send(WELCOME);
    await network.settle();
    expect(dropped(ada)["connect:handshake-failed"]).toBe(2);
    expect(joined).toEqual([]);
    await expectUnharmed();
  });

  it("that mirrors the hello of the one it talks to is refused", async () => {
    const { network, ada, joined, expectUnharmed } = await honestRoom();
    const intruder = await intrude(network);
    const link = await intruder.dial(ada);
    await until(network, () => intruder.heard.length > 0, 1000, 10);
    link.lanes.control.send(intruder.heard[0] as Bytes);
    link.lanes.control.send(WELCOME);
    await network.settle();
    expect(joined).toEqual([]);
    expect(dropped(ada)["connect:handshake-failed"]).toBe(1);
    await expectUnharmed();
  });

  it("in the middle, who passes hellos on between two others, is found out by the connection alone", async () => {
    const network = memoryNetwork();
    const host = network.host("middle");
    // Simulated time waits for what they sign.
    const [left, right] = [
      trackedIdentity(await createIdentity(), host.runtime),
      trackedIdentity(await createIdentity(), host.runtime),
    ];
    const ids = [left, right].map((each) => createPeerId(each.agentId, (n) => host.runtime.randomBytes(n)));
    const [toLeft, toRight] = [await rawPair(network, ids), await rawPair(network, ids)];
    // left | toLeft.far ... toLeft.near (the middle) toRight.near ... toRight.far | right
    for (const [from, to] of [
      [toLeft.near, toRight.near],
      [toRight.near, toLeft.near],
    ] as const)
      from.lanes.control.receive((message) => {
        if (to.state !== "closed") to.lanes.control.send(message);
      });
    const run = (identity: Identity, own: number, link: Link) =>
      handshake({
        link: asLinkTo(link, ids[1 - own] as string, own === 0),
        self: {
          identity,
          peerId: ids[own] as string,
          room: ROOM,
          replaces: undefined,
          nextSequences: { control: 1, bulk: 1, datagram: 1 },
        },
        runtime: host.runtime,
        signal: new AbortController().signal,
        admit: async () => undefined,
      });
    const outcomes = await inTime(
      network,
      Promise.allSettled([run(left, 0, toLeft.far), run(right, 1, toRight.far)]),
    );
    for (const outcome of outcomes) {
      expect(outcome.status).toBe("rejected");
      expect((outcome as PromiseRejectedResult).reason).toMatchObject({
        code: expect.stringMatching(/handshake-failed|peer-refused/),
      });
    }
  });
});

/** A raw link between two hosts, for handshakes without a swarm. */
async function rawPair(network: MemoryNetwork, ids: readonly string[]): Promise<{ near: Link; far: Link }> {
  const room = `raw-${network.clock.now()}-${Math.floor(network.host().runtime.random() * 1e9)}`;
  const accepted: Promise<Link>[] = [];
  const { signal } = new AbortController();
  const enter = (peerId: string): TransportRoom => {
    const host = network.host();
    return host.transport.enter({
      room,
      peerId,
      runtime: host.runtime,
      events: {
        lost: () => undefined,
        listed: () => undefined,
        unlisted: () => undefined,
        incoming: (dial) => void accepted.push(dial.accept({ signal })),
        notice: () => undefined,
        violation: () => undefined,
        step: () => undefined,
      },
    });
  };
  const rooms = ids.map(enter) as [TransportRoom, TransportRoom];
  await inTime(network, Promise.all(rooms.map((each) => each.connect({ signal }))));
  const near = await inTime(network, rooms[0].dial(ids[1] as string, { signal }));
  return { near, far: await inTime(network, accepted[0] as Promise<Link>) };
}

/** The same link under the names that hostile signalling gave it. */
function asLinkTo(link: Link, peerId: string, isInitiator: boolean): Link {
  return new Proxy(link, {
    get(target, key) {
      if (key === "peerId") return peerId;
      if (key === "isInitiator") return isInitiator;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

describe("a peer that has proved itself and then", () => {
  it("breaks off with a protocol error is not let in again at once", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    await inTime(network, ada.join());
    const intruder = await intrude(network);
    const link = await proveByHand(network, intruder, ada);
    link.close("protocol-error");
    await until(network, () => view(ada, intruder.peerId) === undefined, 1000, 10);
    await expect(intruder.dial(ada)).rejects.toMatchObject({ code: "dial-rejected" });
    expect(dropped(ada)["dial-refused"]).toBe(1);
    intruder.room.close();
    await leaveNothing(network, [ada]);
  });

  async function proven() {
    const room = await honestRoom();
    const intruder = await intrude(room.network);
    const link = await proveByHand(room.network, intruder, room.ada);
    const sign = (context: Partial<MessageContext>, ...messages: Bytes[]): Promise<Bytes> =>
      makeFrame(intruder.identity, contextOf(intruder, room.ada, context), messages);
    return { ...room, intruder, link, sign };
  }

  it("behaves is heard", async () => {
    const { network, heard, link, sign } = await proven();
    link.lanes.control.send(await sign({}, chat(1), chat(2)));
    await network.settle();
    expect(payloads(heard)).toEqual([1, 2]);
  });

  it("closes the link right after its last words is heard all the same", async () => {
    const { network, heard, gone, link, sign } = await proven();
    for (let number = 1; number <= 20; number++) link.lanes.control.send(await sign({}, chat(number)));
    link.close("left");
    await network.settle();
    expect(payloads(heard)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(gone).toMatchObject([{ reason: "left" }]);
  });

  it("forges: signed by another key, for another receiver, room, lane or sender", async () => {
    const { network, ada, bob, heard, link, sign, intruder, gone, expectUnharmed } = await proven();
    const frames = [
      await makeFrame(await createIdentity(), contextOf(intruder, ada), [chat(1)]),
      await sign({ toPeer: idOf(bob) }, chat(1)),
      await sign({ room: "elsewhere" }, chat(1)),
      await sign({ lane: "bulk" }, chat(1)),
      await sign({ fromPeer: idOf(bob) }, chat(1)),
      await sign({ fromAgent: agentOf(bob) }, chat(1)),
    ];
    for (const frame of frames) link.lanes.control.send(frame);
    await network.settle();
    expect(heard).toEqual([]);
    expect(dropped(ada)).toMatchObject({ "bad-signature": frames.length });
    expect(gone).toEqual([]);
    link.lanes.control.send(frames[0] as Bytes);
    link.lanes.control.send(frames[1] as Bytes);
    await network.settle();
    expect(gone).toMatchObject([{ peerId: intruder.peerId, reason: "protocol-error" }]);
    expect(link.closeReason).toBe("protocol-error");
    await expectUnharmed();
  });

  it("repeats itself: each message is delivered once, and the peer is dropped if it goes on", async () => {
    const { network, ada, heard, link, sign, gone, expectUnharmed } = await proven();
    const frame = await sign({}, chat(1));
    for (let times = 0; times < 5; times++) link.lanes.control.send(frame);
    await network.settle();
    expect(payloads(heard)).toEqual([1]);
    expect(dropped(ada)["repeated-message"]).toBe(4);
    for (let times = 0; times < 5; times++) link.lanes.control.send(frame);
    await network.settle();
    expect(payloads(heard)).toEqual([1]);
    expect(gone).toMatchObject([{ reason: "protocol-error" }]);
    await expectUnharmed();
  });

  it("goes back in its own sequence on a new link is not heard again", async () => {
    const { network, ada, heard, intruder, link, sign } = await proven();
    const frame = await sign({}, chat(1));
    link.lanes.control.send(frame);
    await network.settle();
    link.close("left");
    await network.settle();
    const again = await proveByHand(network, intruder, ada);
    again.lanes.control.send(frame);
    await network.settle();
    expect(payloads(heard)).toEqual([1]);
    expect(dropped(ada)["repeated-message"]).toBe(1);
  });

  it("leaves a gap is heard, and the gap is counted", async () => {
    const { network, ada, heard, link, sign } = await proven();
    link.lanes.control.send(await sign({}, chat(1)));
    link.lanes.control.send(await sign({}, chat(5)));
    link.lanes.control.send(await sign({}, chat(3)));
    await network.settle();
    expect(payloads(heard)).toEqual([1, 5]);
    expect(dropped(ada)).toMatchObject({ "gap:control": 1, "repeated-message": 1 });
  });

  it("sends garbage on every lane is dropped after a few", async () => {
    for (const lane of ["control", "bulk", "datagram"] as const) {
      const { network, ada, heard, link, gone, expectUnharmed } = await proven();
      for (let number = 0; number < 8; number++)
        link.lanes[lane].send(Uint8Array.from({ length: 100 }, (_, at) => (at * number * 31) % 256));
      await network.settle();
      expect(heard).toEqual([]);
      expect(dropped(ada)["malformed-frame"]).toBe(8);
      expect(gone).toMatchObject([{ reason: "protocol-error" }]);
      await expectUnharmed();
    }
  });

  it("signs nonsense: well-formed frames with malformed messages", async () => {
    const { network, ada, heard, link, sign, gone, expectUnharmed } = await proven();
    const nonsense: Bytes[] = [
      Uint8Array.of(0xc1),
      new Uint8Array(100_000).fill(0x91),
      encodeValue(["not", "a", "message"]),
      encodeValue([1, 1, "chat", 1, null, { isAdmin: true }]),
    ];
    link.lanes.control.send(await sign({}, ...nonsense));
    await network.settle();
    expect(heard).toEqual([]);
    expect(dropped(ada)["malformed-message"]).toBe(nonsense.length);
    expect(gone).toEqual([]);
    link.lanes.control.send(await sign({}, ...nonsense));
    await network.settle();
    expect(gone).toMatchObject([{ reason: "protocol-error" }]);
    await expectUnharmed();
  });

  it("sends unknown types or payloads that the schema refuses: dropped, counted, not punished", async () => {
    const { network, ada, heard, link, sign, gone } = await proven();
    const errors = record(ada, "error");
    link.lanes.control.send(
      await sign(
        {},
        chat(1, null, "unheard-of"),
        chat(2, { beat: "now" }, "swarm/heartbeat"),
        chat(3, { name: 1 }, "swarm/announce"),
        chat(4, { extra: 1 }, "swarm/goodbye"),
        chat(5, { name: "x".repeat(65) }, "swarm/sync-response"),
        chat(6, null, "__proto__"),
        chat(7, null, "constructor"),
      ),
    );
    await network.settle();
    expect(heard).toEqual([]);
    expect(dropped(ada)).toMatchObject({ "unknown-type": 3, "invalid-payload": 4 });
    expect(gone).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("answers heartbeats that nobody sent measures nothing", async () => {
    const { network, ada, intruder, link, sign } = await proven();
    link.lanes.control.send(
      await sign(
        {},
        ...[1, 2, 3, 4, 5].map((beat) => chat(beat, { beat: beat + 1000 }, "swarm/heartbeat-reply")),
      ),
    );
    await network.settle();
    expect(view(ada, intruder.peerId)?.roundTripMs).toBeUndefined();
  });

  it("asks and asks and takes no answer fills its own queue, and the app hears of it as of any drop", async () => {
    const { network, ada, intruder, link, sign, expectUnharmed } = await proven();
    const errors = record(ada, "error");
    const long = Array.from({ length: 64 }, () => "x".repeat(128));
    ada.announce({ capabilities: long, goals: long, knowledgeHeads: long });
    const questions = Array.from({ length: 500 }, (_, index) => chat(index + 1, {}, "swarm/sync-request"));
    link.lanes.control.send(await sign({}, ...questions));
    await network.settle();
    expect(ada.queuedBytes(intruder.peerId)).toBeLessThan(9 * 1024 * 1024);
    expect(dropped(ada)["queue-full"]).toBeGreaterThan(100);
    expect(errors).toEqual([]);
    await expectUnharmed();
  });

  it("says goodbye a thousand times goes once, and leaves no timers", async () => {
    const { network, ada, gone, link, sign, expectUnharmed } = await proven();
    const before = network.pendingTimers;
    let added = 0;
    ada.events.on("peer-left", () => {
      added = network.pendingTimers - before;
    });
    const goodbyes = Array.from({ length: 1000 }, (_, index) => chat(index + 1, {}, "swarm/goodbye"));
    link.lanes.control.send(await sign({}, ...goodbyes));
    await network.settle();
    expect(gone).toMatchObject([{ reason: "left" }]);
    expect(added).toBeLessThan(10);
    await expectUnharmed();
  });

  it("fills the inbox beyond its bytes is dropped, and what waits stays bounded", async () => {
    const { network, ada, heard, link, gone, expectUnharmed } = await proven();
    const junk = new Uint8Array(256 * 1024).fill(3);
    for (let wave = 0; wave < 20 && gone.length === 0; wave++) {
      for (let frame = 0; frame < 32; frame++) link.lanes.bulk.send(junk);
      await network.settle();
    }
    expect(gone).toMatchObject([{ reason: "protocol-error" }]);
    expect(heard).toEqual([]);
    expect(ada.getStats().total.bytesReceived).toBeLessThan(64 * 1024 * 1024);
    await expectUnharmed();
  });
});

describe("a tab that lies on the wire", () => {
  it.each<[string, (message: Bytes, count: number) => Bytes | undefined]>([
    ["flips a bit of each message", (message, count) => flip(message, count)],
    ["cuts each message short", (message) => message.slice(0, message.length - 1)],
    ["adds a byte to each message", (message) => concatBytes(message, Uint8Array.of(0))],
    ["sends zeros", (message) => new Uint8Array(message.length)],
  ])("and %s is heard with nothing, and dropped", async (_, lie) => {
    const network = memoryNetwork();
    const hosts = [network.host(), network.host(), network.host()] as const;
    const [ada, bob, liar] = hosts.map((host) => host.swarm()) as [Swarm, Swarm, Swarm];
    await gather(network, [ada, bob, liar]);
    const [heard, gone] = [hear(ada), record(ada, "peer-left")];
    let count = 0;
    hosts[2].tamper = (message) => lie(message, ++count);
    for (let number = 0; number < 40; number++) {
      liar.broadcast("chat", number);
      await network.settle();
    }
    expect(heard).toEqual([]);
    expect(gone).toMatchObject([{ peerId: idOf(liar), reason: "protocol-error" }]);
    bob.broadcast("chat", "honest");
    await network.settle();
    expect(payloads(heard)).toEqual(["honest"]);
    await leaveNothing(network, [ada, bob, liar]);
  });

  it("from the start never becomes visible", async () => {
    const network = memoryNetwork();
    const [host, ada] = [network.host(), network.swarm()];
    const liar = host.swarm();
    let count = 0;
    host.tamper = (message) => flip(message, ++count);
    const joined = record(ada, "peer-joined");
    await inTime(network, Promise.all([ada.join(), liar.join()]));
    await network.advance(120_000);
    expect(joined).toEqual([]);
    await leaveNothing(network, [ada, liar]);
  });
});

function flip(message: Bytes, at: number): Bytes {
  const flipped = message.slice();
  const bit = (at * 7919) % (flipped.length * 8);
  flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
  return flipped;
}
