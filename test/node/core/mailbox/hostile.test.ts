import { createIdentity, type Identity, memoryStorage, platformRuntime } from "peerswarm";
import {
  type MemoryHost,
  manualClock,
  memoryNetwork,
  type ScriptedPeer,
  scriptedPeer,
} from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../../../src/core/bytes.js";
import { createCourier } from "../../../../src/core/mailbox/courier.js";
import { createLetterQueue } from "../../../../src/core/mailbox/letterQueue.js";
import { MAX_ARRIVING, QUEUE_LIMITS, REPLY_TIMEOUT_MS } from "../../../../src/core/mailbox/limits.js";
import { writeMail } from "../../../../src/core/mailbox/mail.js";
import type { ProtocolPort } from "../../../../src/core/protocols/builtin.js";
import type { LetterContent } from "../../../../src/core/wire/letter.js";
import type { Letter } from "../../../../src/core/wire/letterShape.js";
import { createLetterId } from "../../../../src/core/wire/letterShape.js";
import { untilPasses } from "../../../setup/patience.js";
import { connectedPeers, dropped, inTime, leaveAll, until } from "../support.js";
import { createDevice } from "./support.js";

const ROOM = "peerswarm-default";
const eve = await createIdentity();

interface Answer {
  readonly of: number;
  readonly mark: number;
  readonly refused: string | null;
}

/** Her key, with signatures that simulated time waits for. */
const eveIn = (host: MemoryHost): Identity => ({
  ...eve,
  sign: (message) => host.runtime.track(eve.sign(message)),
});

/** Bob, and a peer of his that sends what it likes. */
async function withAttacker() {
  const network = memoryNetwork();
  const bob = await createDevice(network, "bob");
  const answers: Answer[] = [];
  const host = network.host("eve");
  const attacker: ScriptedPeer = await inTime(
    network,
    scriptedPeer(host, {
      room: ROOM,
      identity: eveIn(host),
      onMessage: ({ content }) => {
        if (content.type === "swarm/mail-mark") answers.push(content.payload as Answer);
      },
    }),
  );
  await bob.open();
  await until(network, () => connectedPeers(bob.swarm).length === 1);
  const letter = (change: Partial<LetterContent> = {}, key?: typeof eve.publicKey): Promise<Letter> => {
    const nowMs = network.clock.now();
    const content: LetterContent = {
      id: createLetterId(platformRuntime.randomBytes),
      type: "note",
      room: ROOM,
      from: eve.agentId,
      to: bob.agentId,
      sequence: 1,
      writtenAtMs: nowMs,
      expiresAtMs: nowMs + 60_000,
      payload: "hello",
      ...change,
    };
    return writeMail(content, key, eve, platformRuntime);
  };
  const send = async (mail: Letter, after = 0): Promise<void> => {
    attacker.broadcast("swarm/mail", { after, letter: mail });
    await network.settle();
  };
  return { network, bob, attacker, answers, letter, send };
}

describe("a hostile sender of letters", () => {
  it("is taken at its word when it is honest", async () => {
    const { network, bob, answers, letter, send } = await withAttacker();
    await send(await letter());
    await send(await letter({ sequence: 7, payload: "sealed" }, bob.identity.sealingKey.publicKey), 1);
    expect(bob.heard).toEqual(["hello", "sealed"]);
    expect(answers).toEqual([
      { of: 1, mark: 1, refused: null },
      { of: 7, mark: 7, refused: null },
    ]);
    await leaveAll(network, [bob.swarm]);
  });

  it("cannot have a letter handled twice, or one that was skipped", async () => {
    const { network, bob, answers, letter, send } = await withAttacker();
    const first = await letter({ sequence: 5 });
    for (let times = 0; times < 3; times++) await send(first);
    await send(await letter({ sequence: 4, payload: "older" }));
    await send(await letter({ sequence: 9, payload: "the one before is missing" }), 8);
    expect(bob.heard).toEqual(["hello"]);
    expect(answers.at(-1)).toEqual({ of: 9, mark: 5, refused: null });
    bob.crash();
    await bob.open();
    await until(network, () => connectedPeers(bob.swarm).length === 1);
    await send(first);
    expect(bob.heard).toEqual(["hello"]);
    await leaveAll(network, [bob.swarm]);
  });

  it("cannot reach what is handled inside peerswarm", async () => {
    const { network, bob, answers, letter, send } = await withAttacker();
    const { publicKey } = bob.identity.sealingKey;
    await send(await letter({ type: "swarm/goodbye", payload: {} }));
    await send(await letter({ type: "swarm/goodbye", payload: {} }, publicKey));
    await send(await letter({ type: "swarm/sealed", payload: "not sealed at all" }));
    await send(await letter({ type: "swarm/sealed", payload: new Uint8Array(200) }));
    expect(answers.map(({ refused }) => refused)).toEqual([
      "malformed",
      "malformed",
      "malformed",
      "unopenable",
    ]);
    expect(connectedPeers(bob.swarm)).toHaveLength(1);
    expect(dropped(bob.swarm)).toMatchObject({ "mail-malformed": 3, "mail-unopenable": 1 });
    await leaveAll(network, [bob.swarm]);
  });

  it("cannot pass on letters that are not its own, or not for here", async () => {
    const { network, bob, answers, letter, send } = await withAttacker();
    const other = await createIdentity();
    await send(await letter({ from: other.agentId }));
    await send(await letter({ to: other.agentId }));
    await send(await letter({ to: undefined }));
    await send(await letter({ room: "elsewhere" }));
    await send({ body: new Uint8Array(40), signature: new Uint8Array(64) });
    expect(answers).toEqual([]);
    expect(bob.heard).toEqual([]);
    // Nobody does so by mistake.
    expect(dropped(bob.swarm)["malformed-message"]).toBeGreaterThanOrEqual(4);
    await leaveAll(network, [bob.swarm]);
  });

  it("cannot forge the signature of a letter, or have one kept for ever", async () => {
    const { network, bob, answers, letter, send } = await withAttacker();
    const genuine = await letter();
    await send({
      ...genuine,
      signature: genuine.signature.with(0, (genuine.signature[0] as number) ^ 1) as never,
    });
    await send(await letter({ sequence: 0 }));
    const nowMs = network.clock.now();
    await send(await letter({ expiresAtMs: nowMs + 30 * 24 * 60 * 60 * 1000 }));
    await send(await letter({ expiresAtMs: nowMs }));
    expect(answers.map(({ refused }) => refused)).toEqual(["malformed", null, "malformed", "expired"]);
    expect(bob.heard).toEqual([]);
    await send(genuine);
    expect(bob.heard).toEqual(["hello"]);
    await leaveAll(network, [bob.swarm]);
  });

  it("fills its own share of the box and no more, and a flood is not even read", async () => {
    const { network, bob, attacker, answers, letter, send } = await withAttacker();
    const { perAgent } = QUEUE_LIMITS;
    const large = new Uint8Array(180_000);
    const fitting = Math.floor(perAgent.bytes / 180_500);
    for (let sequence = 1; sequence <= fitting + 2; sequence++) {
      await send(await letter({ type: "unheard-of", sequence, payload: large }));
    }
    expect(answers.filter(({ refused }) => refused === "busy").length).toBeGreaterThanOrEqual(1);
    expect(answers.filter(({ refused }) => refused === null).length).toBeLessThanOrEqual(fitting + 1);
    const small = await letter({ sequence: 10_000 });
    for (let times = 0; times < MAX_ARRIVING * 3; times++) {
      attacker.broadcast("swarm/mail", { after: 0, letter: small });
    }
    await network.settle();
    expect(dropped(bob.swarm)["mail-flood"]).toBeGreaterThan(0);
    await leaveAll(network, [bob.swarm]);
  });
});

describe("a hostile receiver of letters", () => {
  it("ends no letter that was not sent, and a bad key or a refusal reaches the caller", async () => {
    const network = memoryNetwork();
    const ada = await createDevice(network, "ada");
    const host = network.host("eve");
    const attacker = await inTime(
      network,
      scriptedPeer(host, {
        room: ROOM,
        identity: { ...eveIn(host), sealingKey: { ...eve.sealingKey, publicKey: new Uint8Array(32) } },
        onMessage: ({ content }, peer) => {
          if (content.type !== "swarm/mail") return;
          peer.broadcast("swarm/mail-mark", { of: 1e15, mark: Number.MAX_SAFE_INTEGER, refused: null });
        },
      }),
    );
    await ada.open();
    await until(network, () => connectedPeers(ada.swarm).length === 1);
    attacker.broadcast("swarm/mail-mark", { of: 1, mark: Number.MAX_SAFE_INTEGER, refused: null });
    const sealed = ada.swarm.sendReliably(eve.agentId, "note", 1);
    await expect(inTime(network, sealed)).rejects.toMatchObject({ code: "sealing-failed" });
    // It may say that it has what was sent: that is its affair.
    await inTime(network, ada.swarm.sendReliably(eve.agentId, "note", 1, { sealed: false }));
    attacker.leave();
    await network.advance(60_000);
    const lost = ada.swarm.sendReliably(eve.agentId, "note", 2, { sealed: false, expiresMs: 1000 });
    await expect(inTime(network, lost)).rejects.toMatchObject({ code: "message-expired" });
    await leaveAll(network, [ada.swarm]);
  });

  it("that floods with marks takes no memory, and what it has taken is settled all the same", async () => {
    const clock = manualClock(Date.UTC(2026, 0));
    const storage = memoryStorage();
    const queue = createLetterQueue({ storage, clock, scope: "ours" });
    const handlers = new Map<string, (payload: unknown, info: unknown) => void>();
    const settled: unknown[] = [];
    const codes: string[] = [];
    const sent: unknown[] = [];
    const port = {
      runtime: { ...platformRuntime, storage, clock },
      peers: () => [{ peerId: "eve's session", agentId: eve.agentId }],
      watch: () => () => undefined,
      on: ({ type }: { type: string }, handler: (payload: unknown, info: unknown) => void) => {
        handlers.set(type, handler);
        return () => undefined;
      },
      sendOrThrow: (_: string, __: unknown, payload: unknown) => sent.push(payload) > 0,
      dropped: (code: string) => codes.push(code),
    } as unknown as ProtocolPort;
    const body = utf8("a letter");
    const letter = { body, signature: new Uint8Array(64) };
    await queue.add(eve.agentId, { id: "one", expiresAtMs: clock.now() + 60_000 }, async () => letter);
    const courier = createCourier({
      port,
      scope: "ours",
      queue,
      settled: (_, { id }, outcome) => settled.push([id, outcome]),
    });
    courier.go(eve.agentId);
    await untilPasses(() => expect(sent).toHaveLength(1));
    const mark = handlers.get("swarm/mail-mark");
    const from = { peerId: "eve's session", agentId: eve.agentId };
    // More than the arguments of a call can be.
    for (let times = 0; times < 300_000; times++)
      mark?.({ of: 1, mark: times === 1 ? Number.MAX_SAFE_INTEGER : 0, refused: "unopenable" }, { from });
    clock.turnTo(clock.now() + REPLY_TIMEOUT_MS);
    await untilPasses(() => expect(settled).toEqual([["one", "delivered"]]));
    expect(codes).toEqual([]);
    courier.end();
  });

  it("that cannot open a letter says so", async () => {
    const network = memoryNetwork();
    const ada = await createDevice(network, "ada");
    const host = network.host("eve");
    const attacker = await inTime(
      network,
      scriptedPeer(host, {
        room: ROOM,
        identity: eveIn(host),
        onMessage: ({ content }, peer) => {
          if (content.type !== "swarm/mail") return;
          const of = network.clock.now();
          for (let back = 0; back < 100; back++) {
            peer.broadcast("swarm/mail-mark", { of: Math.floor(of) - back, mark: 0, refused: "unopenable" });
          }
        },
      }),
    );
    await ada.open();
    await until(network, () => connectedPeers(ada.swarm).length === 1);
    const sending = ada.swarm.sendReliably(eve.agentId, "note", 1);
    await expect(inTime(network, sending)).rejects.toMatchObject({ code: "message-refused" });
    attacker.leave();
    await leaveAll(network, [ada.swarm]);
  });
});
