import { describe, expect, it, vi } from "vitest";
import type { Authorize, LogLevel, SignalingServerOptions } from "../../../src/server/index.js";
import { untilPasses } from "../../setup/patience.js";
import { connect, deferred, exchange, ManualClock, startServer } from "./support.js";

const knows =
  (secret: string): Authorize =>
  ({ token }) =>
    token === secret ? true : { allow: false, reason: "wrong token" };

/** A turn of the event loop: every promise that could settle has. */
const everythingThatWasReady = () => new Promise((resolve) => setImmediate(resolve));

describe("authorize, at the door of a room", () => {
  it("is asked with everything there is to know", async () => {
    const authorize = vi.fn<Authorize>(() => true);
    const server = await startServer({ authorize });
    const alice = await connect(server, "alice", { headers: { origin: "https://app.example.org" } });
    await alice.enter("lobby", undefined, "secret");
    expect(authorize.mock.calls).toEqual([
      [
        {
          peerId: "alice",
          room: "lobby",
          token: "secret",
          origin: "https://app.example.org",
          address: "127.0.0.1",
        },
      ],
    ]);
    await alice.enter("lobby");
    alice.send({ type: "OFFER", dst: "nobody", payload: {} });
    await alice.next("EXPIRE");
    expect(authorize).toHaveBeenCalledTimes(1);
  });

  it("lets in and keeps out, with the reason", async () => {
    const server = await startServer({ authorize: knows("secret") });
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await alice.enter("lobby", undefined, "secret");
    bob.send({ type: "ROOM-ENTER", payload: { room: "lobby", token: "guess" } });
    expect((await bob.problem("unauthorized")).payload).toMatchObject({
      room: "lobby",
      message: expect.stringContaining("wrong token"),
    });
    await alice.settled();
    expect(alice.types()).toEqual(["OPEN", "ROOM-MEMBERS"]);
    await bob.enter("lobby", undefined, "secret");
    await exchange(alice, bob);
  });

  it.each<[string, Authorize]>([
    [
      "throws",
      () => {
        throw new Error("database password is hunter2");
      },
    ],
    ["rejects", () => Promise.reject(new Error("database password is hunter2"))],
    ["answers nonsense", (() => "yes") as unknown as Authorize],
    ["answers nothing", (() => undefined) as unknown as Authorize],
    ["answers 1", (() => ({ allow: 1 })) as unknown as Authorize],
    ["answers null", (() => null) as unknown as Authorize],
  ])("keeps out when it %s, and tells nothing of the cause", async (_how, authorize) => {
    const server = await startServer({ authorize });
    const alice = await connect(server, "alice");
    alice.send({ type: "ROOM-ENTER", payload: { room: "lobby" } });
    expect(JSON.stringify(await alice.problem("unauthorized"))).not.toContain("hunter2");
    expect(server.rooms()).toEqual([]);
    expect(server.stats.internalErrors).toBe(0);
  });

  it("keeps out when it does not answer in time, and a late yes changes nothing", async () => {
    const clock = new ManualClock();
    const log: [LogLevel, string][] = [];
    const asked = deferred<void>();
    const answer = deferred<boolean>();
    const authorize: Authorize = () => {
      asked.resolve(undefined);
      return answer.promise;
    };
    const server = await startServer({ authorize, clock, log: (level, event) => log.push([level, event]) });
    const alice = await connect(server, "alice");
    alice.send({ type: "ROOM-ENTER", payload: { room: "lobby" } });
    await asked.promise;
    clock.advance(10_000);
    expect((await alice.problem("unauthorized")).payload.message).toContain("too long");
    answer.resolve(true);
    await everythingThatWasReady();
    expect(server.rooms()).toEqual([]);
    expect(log).toContainEqual(["error", "authorize-timed-out"]);
  });

  it("holds back what the client sends meanwhile, in order", async () => {
    const answer = deferred<boolean>();
    const server = await startServer({
      authorize: ({ peerId }) => (peerId === "bob" ? true : answer.promise),
    });
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await bob.enter("lobby");
    alice.send({ type: "ROOM-ENTER", payload: { room: "lobby" } });
    alice.send({ type: "OFFER", dst: "bob", payload: { number: 1 } });
    alice.send({ type: "ROOM-ANNOUNCE", payload: { room: "lobby", metadata: 2 } });
    alice.send({ type: "CANDIDATE", dst: "bob", payload: { number: 3 } });
    await untilPasses(() => expect(server.stats.messagesReceived).toBe(5));
    expect(bob.log).toHaveLength(2);
    answer.resolve(true);
    await bob.next("CANDIDATE");
    expect(bob.log.map(({ type }) => type)).toEqual([
      "OPEN",
      "ROOM-MEMBERS",
      "ROOM-CAME",
      "OFFER",
      "ROOM-ANNOUNCED",
      "CANDIDATE",
    ]);
  });

  it("does not let a crowd in through a door that filled up meanwhile", async () => {
    const answers: ((allow: boolean) => void)[] = [];
    const authorize = () => new Promise<boolean>((resolve) => answers.push(resolve));
    const server = await startServer({ authorize, limits: { maxRoomSize: 1 } });
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    for (const client of [alice, bob]) client.send({ type: "ROOM-ENTER", payload: { room: "lobby" } });
    await untilPasses(() => expect(answers).toHaveLength(2));
    for (const answer of answers) answer(true);
    await Promise.race([alice.problem("room-full"), bob.problem("room-full")]);
    expect(server.rooms()[0]?.members).toHaveLength(1);
  });

  it("forgets who left while it was asked", async () => {
    const answer = deferred<boolean>();
    const server = await startServer({ authorize: () => answer.promise });
    const alice = await connect(server, "alice");
    alice.send({ type: "ROOM-ENTER", payload: { room: "lobby" } });
    await untilPasses(() => expect(server.stats.messagesReceived).toBe(1));
    await alice.close();
    await untilPasses(() => expect(server.stats.connections).toBe(0));
    answer.resolve(true);
    await everythingThatWasReady();
    expect(server.rooms()).toEqual([]);
    expect(server.stats.internalErrors).toBe(0);
  });

  it("takes a held place away from a newer socket that it refuses", async () => {
    const server = await startServer({ authorize: knows("secret") });
    const bob = await connect(server, "bob");
    await bob.enter("lobby", undefined, "secret");
    const older = await connect(server, "alice");
    await older.enter("lobby", undefined, "secret");
    const newer = await connect(server, "alice");
    newer.send({ type: "ROOM-ENTER", payload: { room: "lobby", token: "expired" } });
    await newer.problem("unauthorized");
    expect((await bob.next("ROOM-LEFT")).src).toBe("alice");
  });
});

describe("authorize, for a client without a room", () => {
  const options: SignalingServerOptions = { authorize: knows("secret") };

  it("is asked once, at the first message to another, with PeerJS's own token", async () => {
    const authorize = vi.fn<Authorize>(() => true);
    const server = await startServer({ authorize });
    const alice = await connect(server, "alice", { token: "url-token" });
    const bob = await connect(server, "bob");
    expect(authorize).not.toHaveBeenCalled();
    await exchange(alice, bob);
    await exchange(alice, bob);
    expect(authorize.mock.calls.map(([{ peerId, room, token }]) => [peerId, room, token])).toEqual([
      ["alice", undefined, "url-token"],
      ["bob", undefined, "token-of-bob"],
    ]);
  });

  it("relays nothing for one that it refused, and tells stock clients in their own words", async () => {
    const server = await startServer(options);
    const bob = await connect(server, "bob", { token: "secret" });
    const mallory = await connect(server, "mallory");
    mallory.send({ type: "LEAVE", dst: "bob" });
    mallory.send({ type: "OFFER", dst: "bob", payload: {} });
    expect((await mallory.problem("unauthorized")).payload.room).toBeUndefined();
    expect(await mallory.next("EXPIRE")).toEqual({ type: "EXPIRE", src: "bob", dst: "mallory" });
    mallory.send({ type: "LEAVE", dst: "bob" });
    mallory.send({ type: "CANDIDATE", dst: "bob", payload: {} });
    await mallory.problem("unauthorized");
    await bob.settled();
    expect(bob.types()).toEqual(["OPEN"]);
    expect(server.stats.messagesRelayed).toBe(1);
  });

  it("lets one relay that was refused before, once a room lets it in", async () => {
    const server = await startServer(options);
    const bob = await connect(server, "bob", { token: "secret" });
    const alice = await connect(server, "alice");
    alice.send({ type: "CANDIDATE", dst: "bob", payload: {} });
    await alice.problem("unauthorized");
    await alice.enter("lobby", undefined, "secret");
    await exchange(alice, bob);
  });

  it("closes one that goes on and on", async () => {
    const server = await startServer({ ...options, limits: { maxOffences: 3 } });
    const mallory = await connect(server, "mallory");
    for (let count = 0; count < 5; count += 1) mallory.send({ type: "OFFER", dst: "bob", payload: {} });
    expect((await mallory.ending).code).toBe(4006);
  });

  it("is not kept waiting by a flood", async () => {
    const server = await startServer({
      authorize: ({ peerId }) => peerId !== "flooder" || new Promise(() => {}),
    });
    const [alice, bob, flooder] = await Promise.all(
      ["alice", "bob", "flooder"].map((id) => connect(server, id)),
    );
    for (let count = 0; count < 1_000; count += 1) {
      flooder!.send({ type: "CANDIDATE", dst: "alice", payload: { filler: "x".repeat(100) } });
    }
    expect((await flooder!.ending).code).toBe(4006);
    await exchange(alice!, bob!);
  });
});

describe("ROOM-ASK", () => {
  const ask = { type: "ROOM-ASK", payload: { room: "lobby" } };

  it("says whether one would be let in, and changes nothing", async () => {
    const server = await startServer({ authorize: knows("secret"), limits: { maxRoomSize: 1 } });
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    bob.send({ ...ask, payload: { room: "lobby", token: "guess" } });
    expect((await bob.problem("unauthorized")).payload).toMatchObject({
      room: "lobby",
      message: expect.stringContaining("wrong token"),
    });
    bob.send({ ...ask, payload: { room: "lobby", token: "secret" } });
    expect(await bob.next("ROOM-WELCOME")).toEqual({ type: "ROOM-WELCOME", payload: { room: "lobby" } });
    expect(server.rooms()).toEqual([]);
    // Who has only asked may not send to others either.
    bob.send({ type: "OFFER", dst: "alice", payload: {} });
    await bob.problem("unauthorized");

    await alice.enter("lobby", undefined, "secret");
    bob.send({ ...ask, payload: { room: "lobby", token: "secret" } });
    await bob.problem("room-full");
    await alice.settled();
    expect(alice.types()).toEqual(["OPEN", "ROOM-MEMBERS"]);
  });

  it("is answered without authorize, too, and refused for a name that no room can have", async () => {
    const server = await startServer();
    const alice = await connect(server, "alice");
    alice.send(ask);
    await alice.next("ROOM-WELCOME");
    alice.send({ ...ask, payload: { room: "" } });
    await alice.problem("room-invalid");
  });

  it("counts as any room message does", async () => {
    const server = await startServer({ limits: { messagesPerSecond: 1, messageBurst: 25 } });
    const alice = await connect(server, "alice");
    for (let count = 0; count < 3; count++) alice.send(ask);
    await alice.problem("rate-limited");
    expect(alice.types().filter((type) => type === "ROOM-WELCOME")).toHaveLength(2);
  });
});
