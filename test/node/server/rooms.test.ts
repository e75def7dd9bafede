import { describe, expect, it } from "vitest";
import { connect, exchange, ManualClock, startServer } from "./support.js";

describe("rooms", () => {
  it("tell the newcomer who is here, and the others who came and left", async () => {
    const server = await startServer();
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    expect((await alice.enter("lobby", { name: "Alice" })).payload).toEqual({ room: "lobby", members: [] });
    expect((await bob.enter("lobby")).payload).toEqual({
      room: "lobby",
      members: [{ id: "alice", metadata: { name: "Alice" } }],
    });
    expect(await alice.next("ROOM-CAME")).toEqual({
      type: "ROOM-CAME",
      src: "bob",
      payload: { room: "lobby" },
    });
    expect(server.rooms()).toEqual([
      { room: "lobby", members: [{ id: "alice", metadata: { name: "Alice" } }, { id: "bob" }] },
    ]);

    bob.send({ type: "ROOM-LEAVE", payload: { room: "lobby" } });
    expect(await alice.next("ROOM-LEFT")).toEqual({
      type: "ROOM-LEFT",
      src: "bob",
      payload: { room: "lobby" },
    });
    await bob.enter("lobby", { name: "Bob" });
    expect((await alice.next("ROOM-CAME")).payload).toEqual({ room: "lobby", metadata: { name: "Bob" } });
    await bob.close();
    expect((await alice.next("ROOM-LEFT")).src).toBe("bob");
    await alice.close();
    expect(server.rooms()).toEqual([]);
    expect(server.stats.rooms).toBe(0);
  });

  it("are entered once, however often one asks", async () => {
    const server = await startServer();
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await alice.enter("lobby");
    await bob.enter("lobby", 1);
    expect((await bob.enter("lobby", 1)).payload.members).toEqual([{ id: "alice" }]);
    await bob.enter("lobby");
    await alice.settled();
    expect(alice.types().filter((type) => type.startsWith("ROOM-"))).toEqual(["ROOM-MEMBERS", "ROOM-CAME"]);
    await bob.enter("lobby", 2);
    expect((await alice.next("ROOM-ANNOUNCED")).payload).toEqual({ room: "lobby", metadata: 2 });
  });

  it("do not mix", async () => {
    const server = await startServer();
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await alice.enter("one");
    await bob.enter("two");
    bob.send({ type: "ROOM-ANNOUNCE", payload: { room: "two", metadata: 1 } });
    await bob.settled();
    await alice.settled();
    expect(alice.types()).toEqual(["OPEN", "ROOM-MEMBERS"]);
    expect(server.rooms().map(({ room }) => room)).toEqual(["one", "two"]);
  });

  it("pass announcements to the others and to later newcomers", async () => {
    const server = await startServer();
    const [alice, bob, carol] = await Promise.all(["alice", "bob", "carol"].map((id) => connect(server, id)));
    await alice!.enter("lobby");
    await bob!.enter("lobby");
    bob!.send({ type: "ROOM-ANNOUNCE", payload: { room: "lobby", metadata: { load: 0.5 } } });
    expect(await alice!.next("ROOM-ANNOUNCED")).toEqual({
      type: "ROOM-ANNOUNCED",
      src: "bob",
      payload: { room: "lobby", metadata: { load: 0.5 } },
    });
    expect((await carol!.enter("lobby")).payload.members).toEqual([
      { id: "alice" },
      { id: "bob", metadata: { load: 0.5 } },
    ]);
    await bob!.settled();
    expect(bob!.types()).not.toContain("ROOM-ANNOUNCED");
  });

  it("refuse announcements of who is not there", async () => {
    const server = await startServer();
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await alice.enter("lobby");
    bob.send({ type: "ROOM-ANNOUNCE", payload: { room: "lobby", metadata: 1 } });
    expect((await bob.problem("not-in-room")).payload.room).toBe("lobby");
    bob.send({ type: "ROOM-LEAVE", payload: { room: "lobby" } });
    await bob.settled();
    await alice.settled();
    expect(alice.types()).toEqual(["OPEN", "ROOM-MEMBERS"]);
  });

  it("get notices from the operator", async () => {
    const server = await startServer();
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await alice.enter("lobby");
    expect(server.notify("lobby", "maintenance at noon")).toBe(1);
    expect(await alice.next("ROOM-NOTICE")).toEqual({
      type: "ROOM-NOTICE",
      payload: { room: "lobby", notice: "message", text: "maintenance at noon" },
    });
    expect(server.notify("nowhere", "hello")).toBe(0);
    await bob.settled();
    expect(bob.types()).toEqual(["OPEN"]);
  });

  it.each(["", "a".repeat(129), "line\nbreak", "nul\u0000", "\u009f", "\ud800"])(
    "cannot be called %j",
    async (room) => {
      const server = await startServer();
      const alice = await connect(server, "alice");
      alice.send({ type: "ROOM-ENTER", payload: { room } });
      expect((await alice.problem("room-invalid")).payload.room).toBeUndefined();
      expect(server.rooms()).toEqual([]);
    },
  );

  it.each(["__proto__", "constructor", "toString", "ü 部屋 🎉", "a".repeat(128)])(
    "can be called %j",
    async (room) => {
      const server = await startServer();
      const alice = await connect(server, "alice");
      await alice.enter(room);
      expect(server.rooms()).toEqual([{ room, members: [{ id: "alice" }] }]);
    },
  );
});

describe("a takeover", () => {
  it("is neither a departure nor an arrival for the others", async () => {
    const clock = new ManualClock();
    const server = await startServer({ clock });
    const bob = await connect(server, "bob");
    const older = await connect(server, "alice");
    await bob.enter("lobby");
    await older.enter("lobby", { name: "Alice" });
    const newer = await connect(server, "alice");
    await older.ending;
    expect(server.rooms()[0]?.members.map(({ id }) => id)).toEqual(["bob", "alice"]);
    expect((await newer.enter("lobby")).payload.members).toEqual([{ id: "bob" }]);
    clock.advance(10_000);
    await bob.settled();
    expect(bob.types()).toEqual(["OPEN", "ROOM-MEMBERS", "ROOM-CAME"]);
    expect(server.rooms()[0]?.members).toContainEqual({ id: "alice", metadata: { name: "Alice" } });
    await exchange(bob, newer);
  });

  it("is a departure when the room is not entered again in time", async () => {
    const clock = new ManualClock();
    const server = await startServer({ clock });
    const bob = await connect(server, "bob");
    const older = await connect(server, "alice");
    await bob.enter("one");
    await bob.enter("two");
    await older.enter("one");
    await older.enter("two");
    const newer = await connect(server, "alice");
    await newer.enter("two");
    clock.advance(9_999);
    await bob.settled();
    expect(bob.types()).not.toContain("ROOM-LEFT");
    clock.advance(1);
    expect((await bob.next("ROOM-LEFT")).payload).toEqual({ room: "one" });
    await bob.settled();
    expect(bob.types().filter((type) => type === "ROOM-LEFT")).toHaveLength(1);
    expect(server.rooms().map(({ members }) => members.length)).toEqual([1, 2]);
  });

  it("gives no voice in a room before it is entered again, and tells it nothing", async () => {
    const server = await startServer();
    const bob = await connect(server, "bob");
    const older = await connect(server, "alice");
    await older.enter("lobby");
    const newer = await connect(server, "alice");
    await bob.enter("lobby");
    newer.send({ type: "ROOM-ANNOUNCE", payload: { room: "lobby", metadata: 1 } });
    await newer.problem("not-in-room");
    expect(server.notify("lobby", "hello")).toBe(1);
    await newer.settled();
    expect(newer.types()).toEqual(["OPEN", "ROOM-ERROR"]);
    await bob.settled();
    expect(bob.types()).toEqual(["OPEN", "ROOM-MEMBERS", "ROOM-NOTICE"]);
  });

  it("ends in a departure when the newer socket closes as well", async () => {
    const clock = new ManualClock();
    const server = await startServer({ clock });
    const bob = await connect(server, "bob");
    await bob.enter("lobby");
    await (await connect(server, "alice")).enter("lobby");
    await connect(server, "alice");
    const newest = await connect(server, "alice");
    await newest.close();
    expect((await bob.next("ROOM-LEFT")).src).toBe("alice");
    expect(clock.pending).toBe(1);
  });
});
