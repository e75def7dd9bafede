import fc from "fast-check";
import { createIdentity, type Identity, type Link, type Swarm, type SwarmOptions } from "peerswarm";
import { type MemoryNetwork, manualClock, memoryNetwork, scriptedPeer } from "peerswarm/testing";
import { describe, expect, it } from "vitest";
import { type Bytes, concatBytes, toHex, utf8 } from "../../../src/core/bytes.js";
import { cpace } from "../../../src/core/secret/cpace.js";
import {
  createGuessBook,
  createLedger,
  FIRST_WAIT_MS,
  FORGET_AFTER_MS,
  FREE_TRIES_OF_AGENT,
  FREE_TRIES_OF_PEER,
  LONGEST_WAIT_MS,
  MAX_REMEMBERED,
  TRIES_OF_ALL,
} from "../../../src/core/secret/guessBook.js";
import { lengthValue } from "../../../src/core/secret/lengthValue.js";
import { decodeValue } from "../../../src/core/wire/decodeValue.js";
import { FrameKind } from "../../../src/core/wire/frame.js";
import { encodeValue } from "../../../src/core/wire/payload.js";
import { type Intruder, intrude, makeHello, ROOM } from "./intruder.js";
import {
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

const SECRET = "correct horse battery staple";

/** Swarms that join and have had time for several tries at each other. */
async function strangers(
  options: readonly SwarmOptions[],
): Promise<{ network: MemoryNetwork; swarms: Swarm[]; joined: { peerId: string }[][] }> {
  const network = memoryNetwork();
  const swarms = options.map((each) => network.swarm(each));
  const joined = swarms.map((swarm) => record(swarm, "peer-joined"));
  await inTime(network, Promise.all(swarms.map((swarm) => swarm.join())));
  await network.advance(30_000);
  return { network, swarms, joined };
}

/** Why `viewer` has not got `other`. */
const lastError = (viewer: Swarm, other: Swarm) =>
  viewer.store.getSnapshot().connecting.find(({ peerId }) => peerId === idOf(other))?.lastError;

describe("a room with a secret", () => {
  it("lets those in who know it, as text or as bytes, and they talk", async () => {
    const network = memoryNetwork();
    const swarms = [SECRET, utf8(SECRET), SECRET].map((secret) => network.swarm({ secret }));
    await gather(network, swarms);
    const heard = hear(swarms[1] as Swarm);
    swarms[0]?.send(idOf(swarms[1] as Swarm), "chat", "hello");
    await network.settle();
    expect(payloads(heard)).toEqual(["hello"]);
    for (const swarm of swarms) expect(dropped(swarm)).toEqual({});
    await leaveNothing(network, swarms);
  });

  it.each<[string, SwarmOptions, SwarmOptions, RegExp, RegExp]>([
    ["another secret", { secret: SECRET }, { secret: `${SECRET}r` }, /did not prove/, /did not prove/],
    ["no secret", { secret: SECRET }, {}, /knows of no secret of this room/, /has a secret/],
  ])("keeps those out who have %s, and both sides say why", async (_, ours, theirs, here, there) => {
    const { network, swarms, joined } = await strangers([ours, theirs, ours]);
    const [ada, bob, cy] = swarms as [Swarm, Swarm, Swarm];
    await network.advance(600_000);
    expect(joined[1]).toEqual([]);
    expect(joined[0]).toMatchObject([{ peerId: idOf(cy) }]);
    expect(peersOf(ada).map(({ peerId }) => peerId)).toEqual([idOf(cy)]);
    for (const [viewer, other, text] of [
      [ada, bob, here],
      [bob, ada, there],
    ] as const) {
      expect(dropped(viewer)["connect:secret-mismatch"]).toBeGreaterThan(0);
      expect(viewer.store.getSnapshot().attempts.failures["secret-mismatch"]).toBeGreaterThan(0);
      // Later tries end as a refused dial: who failed is left alone for longer and longer.
      const error = lastError(viewer, other);
      expect(["secret-mismatch", "dial-rejected"]).toContain(error?.code);
      if (error?.code === "secret-mismatch") expect(error.message).toMatch(text);
    }
    await leaveNothing(network, swarms);
  });

  it("shows the reason, and what to do, as soon as it is known", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm({ secret: "one" }), network.swarm({ secret: "two" })];
    const swarms = [ada, bob];
    await inTime(network, Promise.all(swarms.map((swarm) => swarm.join())));
    await until(
      network,
      () => swarms.every((swarm) => dropped(swarm)["connect:secret-mismatch"] === 1),
      20_000,
      10,
    );
    for (const [viewer, other] of [
      [ada, bob],
      [bob, ada],
    ] as const) {
      expect(lastError(viewer, other)).toMatchObject({
        code: "secret-mismatch",
        fix: expect.stringContaining("Compare"),
      });
      // Both know by themselves: neither had to be told.
      expect(dropped(viewer)).not.toHaveProperty("connect:peer-refused");
      expect(dropped(viewer)).not.toHaveProperty("connect:link-closed");
    }
    await leaveNothing(network, swarms);
  });

  it("never shows the secret: not on the wire, in a snapshot, an event or an error", async () => {
    const network = memoryNetwork();
    const sent: Bytes[] = [];
    const hosts = [network.host(), network.host(), network.host()];
    for (const host of hosts)
      host.tamper = (message) => {
        sent.push(message.slice());
        return message;
      };
    const wrong = "wrong horse battery staple";
    const swarms = hosts.map((host, index) => host.swarm({ secret: index === 2 ? wrong : SECRET }));
    const said: unknown[] = [];
    for (const swarm of swarms)
      for (const name of [
        "limit-exceeded",
        "peer-joined",
        "status-changed",
        "signaling-changed",
        "error",
      ] as const)
        swarm.events.on(name, (event) => said.push(event));
    await inTime(network, Promise.all(swarms.map((swarm) => swarm.join())));
    await network.advance(30_000);
    const texts = swarms.map((swarm) => JSON.stringify(swarm.store.getSnapshot(), everything));
    const all = [...texts, JSON.stringify(said, everything), ...sent.map(toHex)].join("\n");
    expect(sent.length).toBeGreaterThan(6);
    for (const secret of [SECRET, wrong]) {
      expect(all).not.toContain(secret);
      expect(all).not.toContain(toHex(utf8(secret)));
    }
    await leaveNothing(network, swarms);
  });

  it("is entered and left by configureSignaling, without a reload", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm({ secret: SECRET }), network.swarm()];
    await inTime(network, Promise.all([ada.join(), bob.join()]));
    await network.advance(5000);
    expect(peersOf(ada)).toEqual([]);
    await inTime(network, bob.configureSignaling({ secret: SECRET }));
    await until(
      network,
      () => view(ada, bob)?.state === "connected" && view(bob, ada)?.state === "connected",
    );
    const linkId = view(ada, bob)?.linkId;
    await inTime(network, bob.configureSignaling({ secret: SECRET }));
    expect(view(ada, bob)?.linkId).toBe(linkId);
    await expect(bob.configureSignaling({ secret: "" })).rejects.toMatchObject({ code: "invalid-option" });
    expect(view(ada, bob)?.linkId).toBe(linkId);
    await inTime(network, Promise.all([ada, bob].map((swarm) => swarm.configureSignaling({ secret: null }))));
    await until(
      network,
      () => view(ada, bob)?.state === "connected" && view(bob, ada)?.state === "connected",
    );
    expect(view(ada, bob)?.linkId).not.toBe(linkId);
    await leaveNothing(network, [ada, bob]);
  });

  it("holds a hundred who know it", async () => {
    const network = memoryNetwork();
    const ada = network.swarm({ secret: SECRET });
    const names = Array.from({ length: 100 }, (_, index) => network.host(`peer-${index}`));
    const peers = await inTime(
      network,
      Promise.all(names.map((host) => scriptedPeer(host, { secret: SECRET }))),
    );
    await inTime(network, ada.join());
    await until(network, () => peersOf(ada).length === 100);
    expect(dropped(ada)).toEqual({});
    for (const peer of peers) peer.leave();
    await leaveNothing(network, [ada]);
  });
});

// JSON shows neither errors nor bytes by itself.
function everything(_: string, value: unknown): unknown {
  if (value instanceof Error)
    return { ...value, message: value.message, stack: value.stack, cause: value.cause };
  if (value instanceof Uint8Array) return toHex(value);
  return value;
}

// --- who does not know it ---------------------------------------------------------------------

/** One member who knows the secret, and an intruder who may. */
async function guarded(options: { latencyMs?: number } = {}) {
  const network = memoryNetwork(options);
  const ada = network.swarm({ secret: SECRET });
  await inTime(network, ada.join());
  return { network, ada, joined: record(ada, "peer-joined"), intruder: await intrude(network) };
}

const welcome = (confirmation: unknown): Bytes =>
  concatBytes(Uint8Array.of(FrameKind.welcome), encodeValue({ accepted: true, reason: null, confirmation }));

const fieldsOf = (frame: Bytes, headerBytes: number): Record<string, unknown> =>
  decodeValue(frame.slice(headerBytes))?.value as Record<string, unknown>;
const welcomeOf = (frame: Bytes): Record<string, unknown> => fieldsOf(frame, 1);
const bodyOf = (hello: Bytes): Record<string, unknown> => fieldsOf(hello, 65);

/** What the intruder's link has brought: the other side's hello and welcome. */
async function answers(
  network: MemoryNetwork,
  { heard }: Intruder,
): Promise<{ hello: Bytes; welcome: Bytes }> {
  const find = (kind: number): Bytes | undefined => heard.find(([first]) => first === kind);
  await until(network, () => find(FrameKind.welcome) !== undefined, 2000, 10);
  return { hello: find(FrameKind.hello) as Bytes, welcome: find(FrameKind.welcome) as Bytes };
}

/** A run of the exchange by hand, as whoever believes in `secret` does it over this link. */
function begin(link: Link, intruder: Intruder, target: Swarm, secret: string) {
  const ids = link.isInitiator ? [intruder.peerId, idOf(target)] : [idOf(target), intruder.peerId];
  return cpace.begin(
    {
      secret: utf8(secret),
      channel: lengthValue(utf8("peerswarm/1 room secret"), utf8(ROOM), ...ids.map(utf8)),
      session: link.channelBinding,
    },
    (count) => crypto.getRandomValues(new Uint8Array(count)),
  );
}

describe("who implements the protocol from its description", () => {
  it("gets in with the secret, by hand", async () => {
    const { network, ada, joined, intruder } = await guarded();
    const link = await intruder.dial(ada);
    const run = begin(link, intruder, ada, SECRET);
    const own = await makeHello(intruder, link, ada, { share: run.share });
    link.lanes.control.send(own);
    const { hello } = await answers(network, intruder);
    const share = bodyOf(hello).share as Bytes;
    const confirmations = run.finish(own.slice(65), { share, associated: hello.slice(65) });
    link.lanes.control.send(welcome(confirmations?.own));
    await network.settle();
    expect(joined).toMatchObject([{ peerId: intruder.peerId }]);
    await inTime(network, ada.leave());
  });
});

describe("a stranger to the secret", () => {
  const zeros = new Uint8Array(32);
  it.each<[string, unknown]>([
    ["the neutral element", zeros],
    ["a share of low order", Uint8Array.of(1, ...zeros.subarray(1))],
    ["a share that is no point", zeros.map(() => 255)],
    ["a share that is too long", new Uint8Array(33)],
    ["text for a share", "share"],
  ])("that sends %s is broken or hostile, and gets nothing to test a guess against", async (_, share) => {
    const { network, ada, joined, intruder } = await guarded();
    const link = await intruder.dial(ada);
    link.lanes.control.send(await makeHello(intruder, link, ada, { share }));
    link.lanes.control.send(welcome(new Uint8Array(64)));
    await network.settle();
    expect(link.state).toBe("closed");
    expect(dropped(ada)["connect:protocol-error"]).toBe(1);
    expect(joined).toEqual([]);
    const said = intruder.heard.filter(([kind]) => kind === FrameKind.welcome);
    for (const frame of said) expect(decodeValue(frame.slice(1))?.value).toMatchObject({ accepted: false });
    await inTime(network, ada.leave());
  });

  it("that leaves the share out is refused", async () => {
    const { network, ada, joined, intruder } = await guarded();
    const link = await intruder.dial(ada);
    link.lanes.control.send(await makeHello(intruder, link, ada));
    link.lanes.control.send(welcome(null));
    await network.settle();
    expect(dropped(ada)["connect:secret-mismatch"]).toBe(1);
    expect(joined).toEqual([]);
    await inTime(network, ada.leave());
  });

  it.each<[string, (given: { seen: Bytes }) => unknown]>([
    ["no confirmation", () => null],
    ["zeros for a confirmation", () => new Uint8Array(64)],
    ["our own confirmation back", ({ seen }) => seen],
  ])("that has an honest share but %s is refused", async (_, forge) => {
    const { network, ada, joined, intruder } = await guarded();
    const link = await intruder.dial(ada);
    const { share } = begin(link, intruder, ada, "a guess");
    link.lanes.control.send(await makeHello(intruder, link, ada, { share }));
    const answer = await answers(network, intruder);
    const seen = welcomeOf(answer.welcome).confirmation as Bytes;
    expect(seen).toHaveLength(64);
    link.lanes.control.send(welcome(forge({ seen })));
    await network.settle();
    expect(link.state).toBe("closed");
    expect(dropped(ada)["connect:secret-mismatch"]).toBe(1);
    expect(joined).toEqual([]);
    await inTime(network, ada.leave());
  });

  it("between two members who know it, and passes shares and confirmations on, gets into neither's room", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm({ secret: SECRET }), network.swarm({ secret: SECRET, room: "other" })];
    await inTime(network, Promise.all([ada.join(), bob.join()]));
    // Ada and Bob cannot see each other; he has a place in both rooms and one key.
    const host = network.host("middle");
    const first = await intrude(network, { host });
    const second = await intrude(network, {
      host,
      identity: first.identity,
      room: "other",
      peerId: first.peerId,
    });
    const links = [await first.dial(ada), await second.dial(bob)] as const;
    await until(network, () => [first, second].every(({ heard }) => heard.length > 0), 2000, 10);
    const [adaHello, bobHello] = [first.heard[0], second.heard[0]] as [Bytes, Bytes];
    links[0].lanes.control.send(await makeHello(first, links[0], ada, { share: bodyOf(bobHello).share }));
    links[1].lanes.control.send(
      await makeHello(second, links[1], bob, { share: bodyOf(adaHello).share, room: "other" }),
    );
    const [fromAda, fromBob] = [await answers(network, first), await answers(network, second)];
    links[0].lanes.control.send(fromBob.welcome);
    links[1].lanes.control.send(fromAda.welcome);
    await network.settle();
    for (const swarm of [ada, bob]) {
      expect(dropped(swarm)["connect:secret-mismatch"]).toBe(1);
      expect(peersOf(swarm)).toEqual([]);
    }
    await inTime(network, Promise.all([ada.leave(), bob.leave()]));
  });

  it("who strips the shares from both hellos on the way is found out as a forger", async () => {
    const network = memoryNetwork();
    const hosts = [network.host(), network.host()];
    for (const host of hosts)
      host.tamper = (message) => {
        if (message[0] !== FrameKind.hello) return message;
        return concatBytes(message.subarray(0, 65), encodeValue({ ...bodyOf(message), share: null }));
      };
    const swarms = hosts.map((host) => host.swarm({ secret: SECRET }));
    await inTime(network, Promise.all(swarms.map((swarm) => swarm.join())));
    await network.advance(5000);
    for (const swarm of swarms) {
      expect(peersOf(swarm)).toEqual([]);
      expect(dropped(swarm)["connect:handshake-failed"]).toBeGreaterThan(0);
      expect(dropped(swarm)).not.toHaveProperty("connect:secret-mismatch");
    }
    await inTime(network, Promise.all(swarms.map((swarm) => swarm.leave())));
  });
});

describe("a handshake with a secret of which a bit was changed on the way", () => {
  it("never succeeds, whichever bit of hello or welcome it was", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(FrameKind.hello, FrameKind.welcome), fc.nat(), async (kind, at) => {
        const network = memoryNetwork();
        const liar = network.host("liar");
        liar.tamper = (message) => {
          if (message[0] !== kind) return message;
          const copy = message.slice();
          // Not the kind itself: then it is no hello at all.
          const bit = 8 + (at % ((copy.length - 1) * 8));
          copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
          return copy;
        };
        const [ada, bob] = [network.swarm({ secret: SECRET }), liar.swarm({ secret: SECRET })];
        await inTime(network, Promise.all([ada.join(), bob.join()]));
        await network.advance(3000);
        expect(peersOf(ada)).toEqual([]);
        await inTime(network, Promise.all([ada.leave(), bob.leave()]));
      }),
      { numRuns: 40 },
    );
  });

  it("never throws at a welcome of random bytes, and lets nobody in", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300, size: "max" }), async (noise) => {
        const { network, ada, joined, intruder } = await guarded();
        const link = await intruder.dial(ada);
        const { share } = begin(link, intruder, ada, "a guess");
        link.lanes.control.send(await makeHello(intruder, link, ada, { share }));
        link.lanes.control.send(concatBytes(Uint8Array.of(FrameKind.welcome), noise));
        await network.settle();
        expect(link.state).toBe("closed");
        expect(joined).toEqual([]);
        await inTime(network, ada.leave());
      }),
      { numRuns: 40 },
    );
  });
});

// --- guessing -----------------------------------------------------------------------------------

/** One guess: takes the confirmation, which is all that it needs to test it, and hangs up. */
async function guess(network: MemoryNetwork, target: Swarm, identity: Identity): Promise<boolean> {
  const intruder = await intrude(network, { host: network.host(), identity });
  const leave = (): void => intruder.room.close();
  const link = await intruder.dial(target).catch(() => undefined);
  if (link === undefined) {
    leave();
    return false;
  }
  const { share } = begin(link, intruder, target, "a guess");
  link.lanes.control.send(await makeHello(intruder, link, target, { share }));
  const answer = await answers(network, intruder);
  link.close("left");
  leave();
  await network.settle();
  return welcomeOf(answer.welcome).accepted === true;
}

describe("guessing", () => {
  it("by one agent gets slower and slower, with a new session for each guess and a hang-up before the proof", async () => {
    const network = memoryNetwork();
    const ada = network.swarm({ secret: SECRET });
    await inTime(network, ada.join());
    const identity = await createIdentity();
    let guesses = 0;
    for (let round = 0; round < 60; round++) {
      if (await guess(network, ada, identity)) guesses++;
      await network.advance(1000);
    }
    // The free ones, and one for each doubled wait.
    expect(guesses).toBeGreaterThanOrEqual(FREE_TRIES_OF_AGENT);
    expect(guesses).toBeLessThanOrEqual(FREE_TRIES_OF_AGENT + 2);
    expect(dropped(ada)["connect:peer-refused"]).toBeGreaterThan(10);
    // Whoever knows the secret is not in its way.
    const bob = network.swarm({ secret: SECRET });
    await inTime(network, bob.join());
    await until(network, () => view(ada, bob)?.state === "connected");
    await leaveNothing(network, [ada, bob]);
  });

  it("waits twice as long after each try that is too many, up to an hour, and is forgotten after a quiet one", () => {
    const clock = manualClock(0);
    const ledger = createLedger(clock, FREE_TRIES_OF_PEER);
    const waits: number[] = [];
    for (let tries = 0; tries < 14; tries++) {
      ledger.spend("guesser");
      waits.push(ledger.waitMs("guesser"));
      clock.turnTo(clock.now() + ledger.waitMs("guesser"));
    }
    expect(waits.slice(0, FREE_TRIES_OF_PEER - 1).every((waitMs) => waitMs === 0)).toBe(true);
    const grown = waits.slice(FREE_TRIES_OF_PEER - 1);
    expect(grown[0]).toBe(FIRST_WAIT_MS);
    for (let i = 1; i < grown.length; i++)
      expect(grown[i]).toBe(Math.min(LONGEST_WAIT_MS, 2 * (grown[i - 1] as number)));
    clock.turnTo(clock.now() + FORGET_AFTER_MS);
    ledger.spend("guesser");
    expect(ledger.waitMs("guesser")).toBe(0);
  });

  it("is bounded for all strangers together, however many keys they make, and so is what is remembered of them", () => {
    const move = fc.record({
      name: fc.nat(20_000),
      waitMs: fc.oneof(fc.constant(0), fc.nat(2000)),
      times: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const clock = manualClock(0);
        const book = createGuessBook(clock);
        let guesses = 0;
        for (const { name, waitMs, times } of moves) {
          clock.turnTo(clock.now() + waitMs);
          for (let number = 0; number < times; number++) {
            const guesser = { peerId: `${name}-${number}`, agentId: `${name}-${number}` };
            if (book.waitMs(guesser) > 0) continue;
            book.spend(guesser);
            guesses++;
          }
        }
        expect(guesses).toBeLessThanOrEqual(TRIES_OF_ALL + clock.now() / 1000 + 1);
      }),
    );
    const ledger = createLedger(manualClock(0), FREE_TRIES_OF_PEER);
    for (let name = 0; name < 3 * MAX_REMEMBERED; name++) ledger.spend(`${name}`);
    expect(ledger.size).toBe(MAX_REMEMBERED);
  });

  it("that turns out to be knowledge costs nothing", () => {
    const book = createGuessBook(manualClock(0));
    const member = { peerId: "peer", agentId: "agent" };
    for (let time = 0; time < 5000; time++) {
      expect(book.waitMs(member)).toBe(0);
      book.spend(member);
      book.takeBack(member);
    }
  });
});
