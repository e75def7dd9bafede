import { publicKeyOf } from "peerswarm";
import { describe, expect, it, vi } from "vitest";
import { concatBytes } from "../../src/core/bytes.js";
import { encodeMessageFrame, FrameKind, frameStatement } from "../../src/core/wire/frame.js";
import { hashLeaf, merkleRoot } from "../../src/core/wire/merkle.js";
import type { MessageContext } from "../../src/core/wire/message.js";
import { encodeMessage, hashContext } from "../../src/core/wire/messageBytes.js";
import { type HostileLink, identityRanked } from "./hostile.js";
import {
  dropped,
  expectRefused,
  expectUnseen,
  lastErrorOf,
  type Stage,
  type StageOptions,
  untilDropped,
  withStage,
} from "./stage.js";
import { eventually, hasPeers, until } from "./support.js";

const LONG = { timeout: 45_000 };

const noise = (length: number, first = 0x2a): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  bytes[0] = first;
  return bytes;
};

/** Sends until the channel is taken away. */
function flood(
  link: HostileLink,
  frame: Uint8Array,
  count: number,
  lane: "control" | "bulk" = "control",
): void {
  try {
    for (let sent = 0; sent < count; sent++) link.send(frame, lane);
  } catch {
    // A closed or a full channel ends the flood.
  }
}

const nested = (depth: number): Uint8Array<ArrayBuffer> =>
  concatBytes(new Uint8Array(depth).fill(0x91), Uint8Array.of(1));

// --- before it has proved anything ------------------------------------------------------------

interface Unproven {
  readonly name: string;
  /** How ada's `dropped` says why. */
  readonly counted: string;
  /** The reason next to the peer in `connecting`; `link-closed` where the transport hung up itself. */
  readonly error: string;
  readonly rank?: "low" | "high";
  readonly attack: (link: HostileLink, stage: Stage) => void | Promise<void>;
}

const asHello = (body: Uint8Array): Uint8Array<ArrayBuffer> =>
  concatBytes(Uint8Array.of(FrameKind.hello), new Uint8Array(64), body);

const unproven: readonly Unproven[] = [
  {
    name: "garbage",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: (link) => link.send(noise(500)),
  },
  {
    name: "garbage that begins like a hello",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: (link) => link.send(noise(500, FrameKind.hello)),
  },
  {
    name: "an empty message",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: (link) => link.send(new Uint8Array(0)),
  },
  {
    name: "a hello that is too long",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: (link) => link.send(noise(2049, FrameKind.hello)),
  },
  {
    name: "a hello of 256 KiB",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: (link) => link.send(noise(256 * 1024, FrameKind.hello)),
  },
  {
    name: "a hello nested 1,900 levels deep",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: (link) => link.send(asHello(nested(1900))),
  },
  {
    name: "a hello that claims a map of four billion entries",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: (link) => link.send(asHello(Uint8Array.of(0xdf, 255, 255, 255, 255))),
  },
  {
    name: "a truncated hello",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: async (link, { room }) => link.send((await link.hello({ room })).slice(0, 150)),
  },
  {
    name: "a hello with bytes behind it",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: async (link, { room }) => link.send(concatBytes(await link.hello({ room }), Uint8Array.of(0))),
  },
  {
    name: "a hello with a key of 31 bytes",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: async (link, { room }) => link.send(await link.hello({ room, key: new Uint8Array(31) })),
  },
  {
    name: "a hello with a forged signature",
    counted: "connect:handshake-failed",
    error: "handshake-failed",
    async attack(link, { room }) {
      const hello = await link.hello({ room });
      hello[10] = (hello[10] as number) ^ 1;
      link.send(hello);
    },
  },
  {
    name: "a hello that was changed after it was signed",
    counted: "connect:handshake-failed",
    error: "handshake-failed",
    async attack(link, { room }) {
      const hello = await link.hello({ room, next: [1, 1, 1] });
      const other = await link.hello({ room, next: [1, 1, 2] });
      link.send(concatBytes(hello.slice(0, 65), other.slice(65)));
    },
  },
  {
    name: "a hello with somebody else's key",
    counted: "connect:handshake-failed",
    error: "handshake-failed",
    async attack(link, { room, bob }) {
      const key = publicKeyOf(bob.store.getSnapshot().self.agentId ?? "");
      link.send(await link.hello({ room, key }));
    },
  },
  {
    name: "a hello with somebody else's key and PeerId",
    counted: "connect:handshake-failed",
    error: "handshake-failed",
    async attack(link, { room, bob, bobId }) {
      const key = publicKeyOf(bob.store.getSnapshot().self.agentId ?? "");
      link.send(await link.hello({ room, key, from: bobId }));
    },
  },
  {
    name: "a hello with a key of its own under another agent's PeerId",
    counted: "connect:handshake-failed",
    error: "handshake-failed",
    async attack(link, { room }) {
      const signer = await identityRanked("high");
      link.send(await link.hello({ room, key: signer.publicKey, signer }));
    },
  },
  {
    name: "a hello that was meant for another peer",
    counted: "connect:handshake-failed",
    error: "handshake-failed",
    attack: async (link, { room, bobId }) => link.send(await link.hello({ room, to: bobId })),
  },
  {
    name: "a hello in the other role",
    counted: "connect:handshake-failed",
    error: "handshake-failed",
    attack: async (link, { room }) => link.send(await link.hello({ room, isInitiator: !link.isInitiator })),
  },
  {
    name: "its own hello of another connection",
    counted: "connect:handshake-failed",
    error: "handshake-failed",
    async attack(link, { room, hostile, bobId }) {
      const other = await hostile.linked(bobId);
      link.send(await link.hello({ room, binding: other.channelBinding }));
      other.close();
    },
  },
  {
    name: "a hello recorded from a real peer on another link",
    counted: "connect:handshake-failed",
    error: "handshake-failed",
    async attack(link, { hostile, bobId }) {
      const other = await hostile.linked(bobId);
      const recorded = await new Promise<Uint8Array>((resolve) => other.lanes.control.receive(resolve));
      link.send(recorded);
      other.close();
    },
  },
  {
    name: "the victim's own hello",
    counted: "connect:handshake-failed",
    error: "handshake-failed",
    attack: (link) =>
      new Promise((resolve) => {
        link.lanes.control.receive((hello) => {
          link.send(hello);
          resolve();
        });
      }),
  },
  {
    name: "a hello of another room",
    counted: "connect:room-mismatch",
    error: "room-mismatch",
    attack: async (link, { room }) => link.send(await link.hello({ room: `${room}-next-door` })),
  },
  {
    name: "a hello of another protocol version",
    counted: "connect:protocol-version",
    error: "protocol-version",
    attack: async (link, { room }) => link.send(await link.hello({ room, version: 2 })),
  },
  {
    name: "a version that is no number",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: async (link, { room }) => link.send(await link.hello({ room, version: "1" })),
  },
  {
    name: "messages before its hello",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: (link) => link.send(encodeMessageFrame({ signature: noise(64), messages: [noise(20)] })),
  },
  {
    name: "messages in place of its welcome",
    counted: "connect:protocol-error",
    error: "protocol-error",
    async attack(link, { room }) {
      link.send(await link.hello({ room }));
      link.send(encodeMessageFrame({ signature: noise(64), messages: [noise(20)] }));
    },
  },
  {
    name: "a welcome that is garbage",
    counted: "connect:protocol-error",
    error: "protocol-error",
    async attack(link, { room }) {
      link.send(await link.hello({ room }));
      link.send(noise(100, FrameKind.welcome));
    },
  },
  {
    name: "100,000 tiny frames",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: (link) => flood(link, Uint8Array.of(7), 100_000),
  },
  {
    name: "a flood on bulk before its hello",
    counted: "connect:protocol-error",
    error: "protocol-error",
    attack: (link) => flood(link, noise(200_000), 60, "bulk"),
  },
  ...(["control", "bulk", "datagram"] as const).map(
    (lane): Unproven => ({
      name: `text on the ${lane} lane`,
      counted: "unexpected-text",
      error: "link-closed",
      attack: (link) => link.send("<script>alert(1)</script>", lane),
    }),
  ),
  {
    name: "talk on PeerJS's own channel, as the one that dialled",
    counted: "unexpected-channel",
    error: "link-closed",
    async attack(link) {
      await eventually(() => link.connection.open);
      link.connection.send("psst");
    },
  },
  {
    name: "talk on PeerJS's own channel, as the one that was dialled",
    counted: "unexpected-channel",
    error: "link-closed",
    rank: "high",
    async attack(link) {
      await eventually(() => link.connection.open);
      link.connection.send("psst");
    },
  },
  {
    name: "a data channel more",
    counted: "unexpected-channel",
    error: "link-closed",
    attack: (link) => void link.rtc.createDataChannel("one more"),
  },
];

describe("a hostile member that has proved nothing", () => {
  // A loop, because `it.each` cuts long names short.
  for (const { name, attack, counted, error, rank } of unproven)
    it(`is hung up on for ${name}`, LONG, () =>
      withStage({ rank }, async (stage) => {
        const link = rank === "high" ? await dialledBy(stage) : await stage.hostile.linked(stage.adaId);
        await attack(link, stage);
        await untilDropped(stage.ada, counted);
        await link.hungUp();
        await eventually(() => lastErrorOf(stage) !== undefined);
        expect(lastErrorOf(stage)).toBe(error);
        expectUnseen(stage);
        if (["protocol-error", "handshake-failed"].includes(error)) await expectRefused(stage);
      }),
    );

  it("is hung up on when it says nothing at all", LONG, () =>
    withStage({}, async (stage) => {
      const link = await stage.hostile.linked(stage.adaId);
      await untilDropped(stage.ada, "connect:handshake-timeout");
      await link.hungUp();
      expect(lastErrorOf(stage)).toBe("handshake-timeout");
      expectUnseen(stage);
    }),
  );

  // Browsers cannot send these; another stack could.
  it.each([
    ["a message over 256 KiB", new ArrayBuffer(256 * 1024 + 1)],
    ["a Blob", new Blob(["x"])],
  ])("is hung up on for %s", LONG, (_, data) =>
    withStage({}, async (stage) => {
      const channels = new Map<RTCPeerConnection, RTCDataChannel>();
      const original = RTCPeerConnection.prototype.createDataChannel;
      const spy = vi.spyOn(RTCPeerConnection.prototype, "createDataChannel").mockImplementation(function (
        this: RTCPeerConnection,
        label,
        init,
      ) {
        const channel = original.call(this, label, init);
        if (label === "peerswarm bulk") channels.set(this, channel);
        return channel;
      });
      const link = await stage.hostile.linked(stage.adaId);
      spy.mockRestore();
      channels.delete(link.rtc);
      const [[, channel] = []] = channels;
      channel?.dispatchEvent(new MessageEvent("message", { data }));
      await untilDropped(stage.ada, "malformed-frame");
      await link.hungUp();
      expectUnseen(stage);
    }),
  );
});

/** The link that ada opens to a hostile member of a higher rank. */
async function dialledBy({ hostile, adaId }: Stage): Promise<HostileLink> {
  for (;;) {
    const link = await hostile.dialled();
    if (link.peerId === adaId) return link;
  }
}

// --- with a valid key -------------------------------------------------------------------------

type LaneName = MessageContext["lane"];

function contextFor(stage: Stage, lane: LaneName = "control"): MessageContext {
  const { hostile, room, adaId } = stage;
  const { agentId } = hostile.identity;
  return { room, fromAgent: agentId, fromPeer: hostile.peerId, toPeer: adaId, lane };
}

/** A frame that its own key has signed, whatever is in it. */
async function sealed(
  stage: Stage,
  messages: readonly Uint8Array<ArrayBuffer>[],
  context: MessageContext = contextFor(stage),
): Promise<Uint8Array<ArrayBuffer>> {
  const leaves = messages.map((message) => hashLeaf(hashContext(context), message));
  const signature = await stage.hostile.identity.sign(frameStatement(merkleRoot(leaves)));
  return encodeMessageFrame({ signature, messages });
}

const chat = (sequence: number, payload: unknown = `hostile ${sequence}`): Uint8Array<ArrayBuffer> =>
  encodeMessage({ number: sequence, sequence, type: "chat", sentAtMs: 1, payload, metadata: undefined });

interface Proven {
  readonly name: string;
  readonly counted: string;
  /** Messages that are genuine and may be delivered. */
  readonly delivered?: readonly string[];
  readonly swarm?: StageOptions["swarm"];
  readonly attack: (link: HostileLink, stage: Stage) => Promise<void>;
}

const times = async (count: number, run: (index: number) => void | Promise<void>): Promise<void> => {
  for (let index = 0; index < count; index++) await run(index);
};

const proven: readonly Proven[] = [
  {
    name: "bad signatures",
    counted: "bad-signature",
    attack: (link) =>
      times(8, (index) =>
        link.send(encodeMessageFrame({ signature: noise(64), messages: [chat(index + 1)] })),
      ),
  },
  {
    name: "frames that were changed after they were signed",
    counted: "bad-signature",
    attack: (link, stage) =>
      times(8, async (index) => {
        const frame = await sealed(stage, [chat(index + 1)]);
        frame[frame.length - 3] = (frame[frame.length - 3] as number) ^ 1;
        link.send(frame);
      }),
  },
  {
    name: "the same frame again and again",
    counted: "repeated-message",
    delivered: ["hostile 1"],
    attack: async (link, stage) => flood(link, await sealed(stage, [chat(1)]), 9),
  },
  {
    name: "a number that it used before, signed anew",
    counted: "repeated-message",
    delivered: ["first"],
    async attack(link, stage) {
      link.send(await sealed(stage, [chat(5, "first")]));
      await times(8, async (index) => link.send(await sealed(stage, [chat(5 - (index % 5), "again")])));
    },
  },
  {
    name: "frames of one lane on another",
    counted: "bad-signature",
    async attack(link, stage) {
      const frame = await sealed(stage, [chat(1)], contextFor(stage, "control"));
      await times(8, () => link.send(frame, "bulk"));
    },
  },
  {
    name: "frames that were signed for another peer",
    counted: "bad-signature",
    async attack(link, stage) {
      const frame = await sealed(stage, [chat(1)], { ...contextFor(stage), toPeer: stage.bobId });
      await times(8, () => link.send(frame));
    },
  },
  {
    name: "frames of a real peer, recorded on another link",
    counted: "bad-signature",
    async attack(link, stage) {
      const other = await stage.hostile.linked(stage.bobId);
      await other.prove(stage.room);
      const recorded: Uint8Array[] = [];
      other.lanes.control.receive((frame) => void recorded.push(frame));
      await eventually(() => stage.bob.send(stage.hostile.peerId, "chat", "for the hostile one only"));
      await eventually(() => recorded.length > 0);
      flood(link, recorded[recorded.length - 1] as Uint8Array, 8);
    },
  },
  {
    name: "truncated frames",
    counted: "malformed-frame",
    async attack(link, stage) {
      const frame = await sealed(stage, [chat(1)]);
      await times(8, (index) => link.send(frame.slice(0, frame.length - 1 - index * 10)));
    },
  },
  {
    name: "frames that claim more messages than they hold",
    counted: "malformed-frame",
    async attack(link, stage) {
      const frame = await sealed(stage, [chat(1)]);
      new DataView(frame.buffer).setUint16(65, 4000);
      await times(8, () => link.send(frame));
    },
  },
  {
    name: "256 KiB of garbage, eight times",
    counted: "malformed-frame",
    attack: (link) => times(8, () => link.send(noise(256 * 1024, FrameKind.messages))),
  },
  {
    name: "100,000 tiny frames",
    counted: "malformed-frame",
    attack: async (link) => flood(link, Uint8Array.of(FrameKind.messages), 100_000),
  },
  {
    name: "100,000 tiny frames on bulk",
    counted: "malformed-frame",
    attack: async (link) => flood(link, Uint8Array.of(FrameKind.messages), 100_000, "bulk"),
  },
  {
    name: "a second hello in the middle of the talk",
    counted: "malformed-frame",
    attack: async (link, { room }) => flood(link, await link.hello({ room }), 8),
  },
  {
    name: "signed garbage in place of messages",
    counted: "malformed-message",
    attack: (link, stage) => times(8, async () => link.send(await sealed(stage, [noise(200)]))),
  },
  {
    name: "signed messages nested 10,000 levels deep",
    counted: "malformed-message",
    attack: (link, stage) => times(8, async () => link.send(await sealed(stage, [nested(10_000)]))),
  },
  {
    name: "signed messages with __proto__ in them",
    counted: "malformed-message",
    attack: (link, stage) =>
      times(8, async (index) => {
        // The key is put in by hand: the encoder itself would leave it out.
        const innocent = chat(index + 1, { __prot0__: { polluted: true } });
        const text = new TextDecoder("latin1").decode(innocent).replace("__prot0__", "__proto__");
        link.send(await sealed(stage, [Uint8Array.from(text, (letter) => letter.charCodeAt(0))]));
      }),
  },
];

describe("a hostile member with a valid key", () => {
  for (const given of proven)
    it(`is dropped and refused for ${given.name}`, LONG, () =>
      withStage({ swarm: given.swarm }, async (stage) => {
        const { hostile, ada, adaId, gone, delivered } = stage;
        const link = await hostile.linked(adaId);
        await link.prove(stage.room);
        await until(ada, hasPeers(2));
        await given.attack(link, stage);
        await eventually(() => gone.length > 0).catch((cause: unknown) => {
          throw new Error(`It stays. ${JSON.stringify(dropped(ada))}`, { cause });
        });
        expect(gone).toEqual(["protocol-error"]);
        expect(dropped(ada)[given.counted]).toBeGreaterThan(0);
        expect(await link.hungUp()).toEqual(["close protocol-error"]);
        expect(ada.store.getSnapshot().peers.map(({ peerId }) => peerId)).toEqual([stage.bobId]);
        const own = delivered.filter((line) => line.startsWith(hostile.peerId));
        expect(own).toEqual((given.delivered ?? []).map((text) => `${hostile.peerId}: ${text}`));
        expect(Object.prototype).not.toHaveProperty("polluted");
        await expectRefused(stage);
      }),
    );

  const slips: readonly [string, string, (link: HostileLink) => void][] = [
    ["text on a lane", "unexpected-text", (link) => link.send("close everything", "control")],
    ["a data channel more", "unexpected-channel", (link) => void link.rtc.createDataChannel("x")],
  ];
  it.each(slips)("is dropped for %s", LONG, (_, counted, attack) =>
    withStage({}, async (stage) => {
      const link = await stage.hostile.linked(stage.adaId);
      await link.prove(stage.room);
      await until(stage.ada, hasPeers(2));
      attack(link);
      await untilDropped(stage.ada, counted);
      await eventually(() => stage.gone.length > 0);
      expect(stage.gone).toEqual(["protocol-error"]);
    }),
  );

  it("is not believed what it says of others, nor types that nobody asked for", LONG, () =>
    withStage({}, async (stage) => {
      const link = await stage.hostile.linked(stage.adaId);
      await link.prove(stage.room);
      await until(stage.ada, hasPeers(2));
      const types = [
        "swarm/goodbye",
        "swarm/heartbeat-reply",
        "swarm/nothing",
        "peer-left",
        "constructor",
        "__proto__",
      ];
      const messages = types.map((type, index) =>
        encodeMessage({
          number: index + 1,
          sequence: index + 1,
          type,
          sentAtMs: 1,
          payload: { from: stage.bobId, peerId: stage.bobId, beat: -1 },
          metadata: undefined,
        }),
      );
      link.send(await sealed(stage, messages));
      await eventually((): boolean => {
        const counts = dropped(stage.ada);
        return (counts["unknown-type"] ?? 0) + (counts["invalid-payload"] ?? 0) === types.length;
      });
      expect(stage.gone).toEqual([]);
      expect(stage.ada.store.getSnapshot().peers.map(({ peerId }) => peerId)).toContain(stage.bobId);
    }),
  );
});
