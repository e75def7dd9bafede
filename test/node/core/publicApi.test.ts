import { createSwarm, defineMessage, type StandardSchema, SwarmError, type SwarmOptions } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { agentOf, dropped, gather, hear, idOf, leaveNothing, payloads, record, tabs } from "./support.js";

type Two = [ReturnType<typeof createSwarm>, ReturnType<typeof createSwarm>];

/** The error of a call, checked to say what happened, why, and how to mend it. */
function errorOf(call: () => unknown): SwarmError {
  try {
    call();
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    expect(error.name).toBe("SwarmError");
    expect(error.message).toMatch(/^.+[.:] .+\.$/s);
    expect(error.fix).toBeTruthy();
    expect(error.message).toContain(error.fix);
    return error;
  }
  throw new Error("The call did not throw.");
}

async function couple() {
  const network = memoryNetwork();
  const { swarms } = tabs(network, 2);
  await gather(network, swarms);
  const [ada, bob] = swarms as Two;
  return { network, swarms, ada, bob };
}

describe("createSwarm", () => {
  it.each<[string, SwarmOptions]>([
    ["an empty room", { room: "" }],
    ["a long room", { room: "x".repeat(129) }],
    ["a room with a line break", { room: "a\nb" }],
    ["a long name", { name: "x".repeat(65) }],
    ["65 capabilities", { capabilities: new Array(65).fill("c") }],
    ["a long goal", { goals: ["x".repeat(129)] }],
    ["a long region", { region: "x".repeat(65) }],
    ["no heartbeat", { heartbeatMs: 0 }],
    ["a liveness limit that is none", { livenessLimitMs: NaN }],
    ["a negative retry", { signalingRetryMs: -1 }],
  ])("refuses %s with invalid-option", (_, options) => {
    expect(errorOf(() => createSwarm(options)).code).toBe("invalid-option");
  });

  it("takes what is just within the limits", () => {
    createSwarm({
      room: "x".repeat(128),
      name: "x".repeat(64),
      capabilities: new Array(64).fill("x".repeat(128)),
    });
  });

  it("is inert: no status, no peer, no message before join", async () => {
    const swarm = createSwarm({ room: "lobby" });
    expect(swarm.store.getSnapshot()).toMatchObject({
      status: "off",
      peers: [],
      self: { peerId: undefined },
    });
    expect(swarm.broadcast("chat", 1)).toBe(0);
    expect(swarm.send("aaaaaaaaaaaa-aaaaaaaaaa", "chat", 1)).toBe(false);
    expect(swarm.announce()).toBe(0);
    expect(swarm.getBandwidth()).toMatchObject({ up: 0, down: 0, total: 0 });
    expect(swarm.getSignalingStatus()).toMatchObject({ connected: false, room: "lobby", peerId: undefined });
    await swarm.leave();
  });
});

describe("sending", () => {
  it("refuses what cannot travel, also with nobody there", () => {
    const swarm = createSwarm();
    expect(errorOf(() => swarm.broadcast("chat", { when: new Date() })).code).toBe("invalid-payload");
    expect(errorOf(() => swarm.send("x", "chat", NaN)).message).toContain("payload");
    expect(errorOf(() => swarm.broadcast("x".repeat(129), 1)).code).toBe("invalid-payload");
    const unknown = { isAdmin: true } as object;
    expect(errorOf(() => swarm.broadcast("chat", 1, unknown)).code).toBe("invalid-payload");
  });

  it("keeps types under swarm/ to itself, everywhere", () => {
    const swarm = createSwarm();
    const schema = v.object({});
    for (const type of ["swarm/goodbye", "swarm/", ""]) {
      for (const call of [
        () => swarm.broadcast(type, {}),
        () => swarm.send("x", type, {}),
        () => swarm.on(type, () => undefined),
        () => defineMessage(type, schema),
        () => swarm.broadcast({ type, schema }, {}),
        () => swarm.on({ type, schema }, () => undefined),
      ])
        expect(errorOf(call).code).toBe("invalid-option");
    }
  });

  it("refuses a message that is too large, and the peer hears the next one", async () => {
    const { network, swarms, ada, bob } = await couple();
    const heard = hear(bob);
    expect(errorOf(() => ada.broadcast("chat", new Uint8Array(200 * 1024))).code).toBe("payload-too-large");
    expect(errorOf(() => ada.send(idOf(bob), "chat", "x".repeat(200 * 1024))).code).toBe("payload-too-large");
    ada.broadcast("chat", "small");
    await network.settle();
    expect(payloads(heard)).toEqual(["small"]);
    expect(dropped(bob)).toEqual({});
    await leaveNothing(network, swarms);
  });

  it("to nobody is false, and to a peer that has left too", async () => {
    const { network, swarms, ada, bob } = await couple();
    const peerId = idOf(bob);
    expect(ada.send("aaaaaaaaaaaa-aaaaaaaaaa", "chat", 1)).toBe(false);
    expect(ada.send(agentOf(bob), "chat", 1)).toBe(false);
    expect(ada.send(idOf(ada), "chat", 1)).toBe(false);
    await leaveNothing(network, [bob]).catch(() => undefined);
    expect(ada.send(peerId, "chat", 1)).toBe(false);
    await leaveNothing(network, swarms);
  });
});

describe("a defined message", () => {
  const move = defineMessage("move", v.object({ x: v.number(), to: v.optional(v.string(), "home") }));

  it("is checked on both ends, and handlers get the schema's output", async () => {
    const { network, swarms, ada, bob } = await couple();
    const seen: unknown[] = [];
    bob.on(move, (payload) => seen.push(payload));
    expect(errorOf(() => ada.broadcast(move, { x: "1" } as never)).message).toContain("x:");
    ada.broadcast(move, { x: 1 });
    ada.broadcast("move", { x: "not a number" });
    await network.settle();
    expect(seen).toEqual([{ x: 1, to: "home" }]);
    expect(dropped(bob)).toEqual({ "invalid-payload": 1 });
    await leaveNothing(network, swarms);
  });

  const schemaOf = (validate: StandardSchema["~standard"]["validate"]): StandardSchema => ({
    "~standard": { version: 1, vendor: "test", validate },
  });
  it.each<[string, StandardSchema["~standard"]["validate"], string]>([
    ["waits", async (value) => ({ value }), "asynchronously"],
    ["waits in vain", () => Promise.reject(new Error("refused later")), "asynchronously"],
    [
      "throws",
      () => {
        throw new Error("a schema that throws");
      },
      "a schema that throws",
    ],
  ])("whose schema %s is refused at the sender and dropped by the receiver", async (_, validate, text) => {
    const { network, swarms, ada, bob } = await couple();
    const odd = defineMessage("odd", schemaOf(validate));
    bob.on(odd, () => expect.unreachable());
    ada.broadcast("odd", 1);
    await network.settle();
    expect(dropped(bob)).toEqual({ "invalid-payload": 1 });
    expect(() => ada.broadcast(odd, 1)).toThrow(text);
    await leaveNothing(network, swarms);
  });
});

describe("handlers", () => {
  it("that throw are reported, and neither the others nor the swarm notice", async () => {
    const { network, swarms, ada, bob } = await couple();
    const errors = record(bob, "error");
    bob.events.on("error", () => {
      throw new Error("even here");
    });
    bob.on("chat", () => {
      throw new Error("broken handler");
    });
    const heard = hear(bob);
    ada.broadcast("chat", 1);
    ada.broadcast("chat", 2);
    for (let times = 0; times < 3; times++) await network.advance(10);
    bob.events.on("error", () => undefined);
    expect(payloads(heard)).toEqual([1, 2]);
    expect(errors[0]).toMatchObject({ code: "handler-failed", cause: { message: "broken handler" } });
    await leaveNothing(network, swarms);
  });

  it("that throw what has no text are reported too, and the lane goes on", async () => {
    const { network, swarms, ada, bob } = await couple();
    const errors = record(bob, "error");
    const thrown = [
      Object.create(null),
      Object.assign(new Error(), { message: 5 }),
      Symbol("odd"),
      undefined,
    ];
    bob.on("chat", (payload) => {
      throw thrown[payload as number];
    });
    const heard = hear(bob);
    for (const index of thrown.keys()) {
      ada.broadcast("chat", index);
      await network.settle();
    }
    await network.advance(10);
    expect(payloads(heard)).toEqual([0, 1, 2, 3]);
    expect(errors.map(({ code }) => code)).toEqual(thrown.map(() => "handler-failed"));
    await leaveNothing(network, swarms);
  });

  it("that were taken away hear nothing, and the message counts as unknown", async () => {
    const { network, swarms, ada, bob } = await couple();
    const heard: unknown[] = [];
    const stop = bob.on("chat", (payload) => heard.push(payload));
    stop();
    stop();
    ada.broadcast("chat", 1);
    await network.settle();
    expect(heard).toEqual([]);
    expect(dropped(bob)).toEqual({ "unknown-type": 1 });
    await leaveNothing(network, swarms);
  });

  it("may leave, join and send from within", async () => {
    const { network, swarms, ada, bob } = await couple();
    const answers = hear(ada, "answer");
    let left: Promise<void> | undefined;
    bob.on("chat", (_, { from }) => {
      bob.send(from.peerId, "answer", "bye");
      left ??= bob.leave();
    });
    ada.broadcast("chat", 1);
    ada.broadcast("chat", 2);
    await network.settle();
    await left;
    expect(payloads(answers).slice(0, 1)).toEqual(["bye"]);
    expect(bob.store.getSnapshot().status).toBe("off");
    await leaveNothing(network, swarms);
  });
});
