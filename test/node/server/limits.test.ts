import { describe, expect, it } from "vitest";
import type { SignalingLimits } from "../../../src/server/index.js";
import { connect, dial, exchange, ManualClock, startServer } from "./support.js";

const withLimits = (limits: Partial<SignalingLimits>, clock = new ManualClock()) =>
  startServer({ limits, clock });

describe("limits on connections", () => {
  it("turn away whom the server has no place for, and let a takeover through", async () => {
    const server = await withLimits({ maxConnections: 2 });
    const [alice] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    const carol = dial(server, "carol");
    expect((await carol.next("ERROR")).payload).toEqual({
      code: "server-full",
      msg: expect.stringContaining("2 connections"),
    });
    expect((await carol.ending).code).toBe(4005);
    const newer = await connect(server, "alice");
    await alice.ending;
    await newer.close();
    await connect(server, "carol");
    expect(server.stats).toMatchObject({ connections: 2, problems: { "server-full": 1 } });
  });

  it("hold for each address", async () => {
    const server = await startServer({ trustedProxies: 1, limits: { maxConnectionsPerAddress: 1 } });
    const from = (address: string) => ({ headers: { "x-forwarded-for": `203.0.113.9, ${address}` } });
    const alice = await connect(server, "alice", from("198.51.100.1"));
    const bob = dial(server, "bob", from("198.51.100.1"));
    expect((await bob.next("ERROR")).payload.code).toBe("too-many-connections");
    expect((await bob.ending).code).toBe(4005);
    await connect(server, "carol", from("198.51.100.2"));
    await alice.close();
    await connect(server, "bob", from("198.51.100.1"));
  });

  it("ignore what a client says of its address when no proxy is trusted", async () => {
    const server = await startServer({ limits: { maxConnectionsPerAddress: 1 } });
    await connect(server, "alice", { headers: { "x-forwarded-for": "198.51.100.1" } });
    const bob = dial(server, "bob", { headers: { "x-forwarded-for": "198.51.100.2" } });
    expect((await bob.next("ERROR")).payload.code).toBe("too-many-connections");
  });
});

describe("limits on rooms", () => {
  it("say when a room is full, and let a member in again", async () => {
    const server = await withLimits({ maxRoomSize: 2 });
    const [alice, bob, carol] = await Promise.all(["alice", "bob", "carol"].map((id) => connect(server, id)));
    await alice!.enter("lobby");
    await bob!.enter("lobby");
    carol!.send({ type: "ROOM-ENTER", payload: { room: "lobby" } });
    expect((await carol!.problem("room-full")).payload).toEqual({
      room: "lobby",
      code: "room-full",
      message: expect.stringContaining("2 members"),
    });
    await bob!.enter("lobby");
    await bob!.close();
    await alice!.next("ROOM-LEFT");
    await carol!.enter("lobby");
  });

  it("say when the server holds enough rooms, and when one connection is in enough", async () => {
    const server = await withLimits({ maxRooms: 2, maxRoomsPerConnection: 1 });
    const [alice, bob, carol] = await Promise.all(["alice", "bob", "carol"].map((id) => connect(server, id)));
    await alice!.enter("one");
    alice!.send({ type: "ROOM-ENTER", payload: { room: "two" } });
    expect((await alice!.problem("too-many-rooms")).payload.room).toBe("two");
    await bob!.enter("two");
    carol!.send({ type: "ROOM-ENTER", payload: { room: "three" } });
    expect((await carol!.problem("server-full")).payload.room).toBe("three");
    await carol!.enter("two");
    alice!.send({ type: "ROOM-LEAVE", payload: { room: "one" } });
    await alice!.enter("two");
  });

  it("refuse metadata that is too large, in bytes", async () => {
    const server = await withLimits({ maxMetadataBytes: 12 });
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await bob.enter("lobby");
    alice.send({ type: "ROOM-ENTER", payload: { room: "lobby", metadata: "ü".repeat(6) } });
    expect((await alice.problem("metadata-too-large")).payload.message).toContain("14 bytes");
    await alice.enter("lobby", "ü".repeat(5));
    alice.send({ type: "ROOM-ANNOUNCE", payload: { room: "lobby", metadata: "ü".repeat(6) } });
    await alice.problem("metadata-too-large");
    await bob.settled();
    expect(bob.types()).toEqual(["OPEN", "ROOM-MEMBERS", "ROOM-CAME"]);
  });
});

describe("limits on messages", () => {
  it("explain why a long message was dropped, and close at a huge one", async () => {
    const server = await withLimits({ maxMessageBytes: 1_000 });
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    alice.send({ type: "OFFER", dst: "bob", payload: { filler: "x".repeat(1_000) } });
    expect((await alice.problem("message-too-large")).payload.message).toContain("1000");
    await exchange(alice, bob);
    alice.socket.send("x".repeat(4_001));
    expect((await alice.ending).code).toBe(1009);
    await bob.settled();
    expect(bob.types()).toEqual(["OPEN", "OFFER"]);
    expect(server.stats).toMatchObject({ connections: 1, socketErrors: 1, internalErrors: 0 });
  });

  it("hold back who sends too many, until time has passed", async () => {
    const clock = new ManualClock();
    const server = await withLimits({ messagesPerSecond: 10, messageBurst: 20 }, clock);
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    for (let number = 0; number < 25; number += 1)
      alice.send({ type: "OFFER", dst: "bob", payload: { number } });
    await alice.problem("rate-limited");
    clock.advance(1_000);
    await exchange(alice, bob);
    expect(bob.log.filter(({ type }) => type === "OFFER").map(({ payload }) => payload.number)).toEqual([
      ...Array.from({ length: 20 }, (_, number) => number),
      undefined,
    ]);
    expect(server.stats.problems["rate-limited"]).toBe(5);
  });

  it("count a message to a room, and a long one, several times", async () => {
    const server = await withLimits({ messagesPerSecond: 1, messageBurst: 30 });
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await alice.enter("lobby");
    for (let metadata = 0; metadata < 3; metadata += 1) {
      alice.send({ type: "ROOM-ANNOUNCE", payload: { room: "lobby", metadata } });
    }
    await alice.problem("rate-limited");
    for (let count = 0; count < 3; count += 1) {
      bob.send({ type: "CANDIDATE", dst: "bob", payload: { filler: "x".repeat(60_000) } });
    }
    await bob.next("CANDIDATE");
    await bob.problem("rate-limited");
  });

  it("close a flooding client, while others get through", async () => {
    const server = await withLimits({ messageBurst: 100, messagesPerSecond: 1 });
    const [flooder, alice, bob] = await Promise.all(
      ["flooder", "alice", "bob"].map((id) => connect(server, id)),
    );
    for (let count = 0; count < 5_000; count += 1) flooder!.send({ type: "HEARTBEAT" });
    await exchange(alice!, bob!);
    expect(await flooder!.ending).toEqual({ code: 4006, reason: expect.stringContaining("rate-limited") });
    await exchange(alice!, bob!);
    expect(server.stats).toMatchObject({ connections: 2, offendersClosed: 1, internalErrors: 0 });
    // The errors told to it are few, whatever it sent.
    expect(flooder!.log.filter(({ type }) => type === "ROOM-ERROR")).toHaveLength(10);
  });

  it("close a client that errs too often, and forgive one that errs rarely", async () => {
    const clock = new ManualClock();
    const server = await withLimits({ maxOffences: 3 }, clock);
    const [clumsy, wild] = await Promise.all([connect(server, "clumsy"), connect(server, "wild")]);
    for (let count = 0; count < 10; count += 1) {
      clumsy.socket.send("oops");
      await clumsy.problem("bad-message");
      clock.advance(5_000);
    }
    for (let count = 0; count < 4; count += 1) wild.socket.send("oops");
    expect(await wild.ending).toEqual({ code: 4006, reason: expect.stringContaining("bad-message") });
    await clumsy.settled();
  });

  it("ignore what still comes from a client that is being closed", async () => {
    const server = await withLimits({ maxOffences: 1 });
    const [wild, bob] = await Promise.all([connect(server, "wild"), connect(server, "bob")]);
    for (let count = 0; count < 2; count += 1) wild.socket.send("oops");
    wild.send({ type: "OFFER", dst: "bob", payload: {} });
    await wild.ending;
    await bob.settled();
    expect(bob.types()).toEqual(["OPEN"]);
    expect(server.stats.messagesRelayed).toBe(1);
  });

  it("count a ROOM-ENTER by the length of the list that answers it", async () => {
    const server = await withLimits({ messageBurst: 14, messagesPerSecond: 1 });
    const crowd = await Promise.all(
      Array.from({ length: 100 }, (_, index) => connect(server, `peer-${index}`)),
    );
    for (const peer of crowd) await peer.enter("lobby");
    const last = crowd[99]!;
    last.send({ type: "HEARTBEAT" });
    last.send({ type: "ROOM-LEAVE", payload: { room: "lobby" } });
    await last.problem("rate-limited");
  });
});

describe("a client that does not read", () => {
  const big = { filler: "x".repeat(60_000) };

  it("costs the sender its messages, not the server its memory, and is closed in the end", async () => {
    const clock = new ManualClock();
    const server = await withLimits(
      { maxQueuedBytes: 200_000, messageBurst: 1_000_000, stallTimeoutMs: 20_000 },
      clock,
    );
    const [alice, bob, slow] = await Promise.all(["alice", "bob", "slow"].map((id) => connect(server, id)));
    slow!.socket.pause();
    await bob!.enter("lobby");
    await bob!.settled();
    const before = process.memoryUsage().external;
    for (let count = 0; count < 1_000; count += 1) {
      alice!.send({ type: "CANDIDATE", dst: "slow", payload: big });
      if (count % 50 === 0) await alice!.settled();
    }
    expect((await alice!.problem("peer-busy")).payload.message).toContain("slow");
    expect(server.stats.messagesDropped).toBeGreaterThan(100);
    expect(process.memoryUsage().external - before).toBeLessThan(50_000_000);
    await exchange(alice!, bob!);
    expect(server.stats.connections).toBe(3);

    // Everyone else answers the pings of these two rounds.
    clock.advance(15_000);
    await Promise.all([alice!.settled(), bob!.settled()]);
    clock.advance(15_000);
    expect(server.stats).toMatchObject({ connections: 2, slowReadersClosed: 1, timedOut: 0 });
    await exchange(alice!, bob!);
    slow!.socket.resume();
    expect([1006, 4007]).toContain((await slow!.ending).code);
  });

  it("gets the whole list of a room in place of the events it missed", async () => {
    const server = await startServer({
      limits: { maxQueuedBytes: 1_000, messageBurst: 1_000_000, messagesPerSecond: 1_000_000 },
    });
    const [alice, slow] = await Promise.all(["alice", "slow"].map((id) => connect(server, id)));
    await alice!.enter("lobby");
    await slow!.enter("lobby");
    slow!.socket.pause();
    for (let count = 0; count < 200; count += 1) {
      alice!.send({ type: "CANDIDATE", dst: "slow", payload: big });
      if (count % 50 === 0) await alice!.settled();
    }
    await alice!.problem("peer-busy");
    alice!.send({ type: "ROOM-ANNOUNCE", payload: { room: "lobby", metadata: "news" } });
    await alice!.settled();
    expect(slow!.types()).toEqual(["OPEN", "ROOM-MEMBERS"]);
    slow!.socket.resume();
    expect((await slow!.next("ROOM-MEMBERS")).payload.members).toEqual([{ id: "alice", metadata: "news" }]);
    expect(slow!.types()).not.toContain("ROOM-ANNOUNCED");
  });
});

describe("many clients", () => {
  it("find each other: 300 in one room", async () => {
    const server = await startServer();
    const clients = await Promise.all(
      Array.from({ length: 300 }, (_, index) => connect(server, `peer-${index}`)),
    );
    const lists = await Promise.all(clients.map((client) => client.enter("lobby")));
    const seen = lists.map(({ payload }) => payload.members.length as number).sort((a, b) => a - b);
    expect(seen).toEqual(clients.map((_, index) => index));
    await exchange(clients[0]!, clients[299]!);
    await Promise.all(clients.map((client) => client.close()));
    expect(server.stats).toMatchObject({ connections: 0, rooms: 0, internalErrors: 0, problems: {} });
  });
});
