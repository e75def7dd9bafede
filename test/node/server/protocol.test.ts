import { describe, expect, it } from "vitest";
import {
  Client,
  connect,
  dial,
  exchange,
  ManualClock,
  refusedStatus,
  socketUrl,
  startServer,
} from "./support.js";

describe("plain HTTP", () => {
  it("answers with information, a fresh id, and refuses the list of peers", async () => {
    const server = await startServer();
    const info = await fetch(server.url);
    expect(info.headers.get("access-control-allow-origin")).toBe("*");
    expect(await info.json()).toMatchObject({ server: "peerswarm", protocol: 1, rooms: true });

    const ids = await Promise.all(
      [1, 2].map(async () => (await fetch(`${server.url}peerjs/id?ts=1`)).text()),
    );
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids[0]).not.toBe(ids[1]);

    expect((await fetch(`${server.url}peerjs/peers`)).status).toBe(401);
    expect((await fetch(`${server.url}elsewhere`)).status).toBe(404);
    expect((await fetch(`${server.url}otherkey/id`)).status).toBe(404);
    expect((await fetch(server.url, { method: "POST", body: "x" })).status).toBe(405);
    expect((await fetch(server.url, { method: "OPTIONS" })).status).toBe(204);
    expect((await fetch(server.url, { method: "HEAD" })).status).toBe(200);
  });

  it("lists peers when discovery is allowed", async () => {
    const server = await startServer({ allowDiscovery: true });
    await connect(server, "alice");
    expect(await (await fetch(`${server.url}peerjs/peers`)).json()).toEqual(["alice"]);
  });

  it("serves under its own path and key", async () => {
    const server = await startServer({ path: "signal/here", key: "mine" });
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/signal\/here\/$/);
    expect((await fetch(`${server.url}mine/id`)).status).toBe(200);
    expect((await fetch(server.url.slice(0, -1))).status).toBe(200);
    const client = new Client(socketUrl(server, { key: "mine", id: "a", token: "t" }), "a");
    await client.next("OPEN");
    expect(await refusedStatus(socketUrl(server, {}).replace("/signal/here", ""))).toBe(404);
    await client.close();
  });

  it("lets in pages of allowed origins only, and programs that have none", async () => {
    const server = await startServer({ allowedOrigins: ["https://app.example.org"] });
    const theirs = { origin: "https://evil.example.org" };
    const ours = { origin: "https://app.example.org" };
    const refusal = await fetch(server.url, { headers: theirs });
    expect([refusal.status, refusal.headers.get("access-control-allow-origin")]).toEqual([403, "*"]);
    const reply = await fetch(server.url, { headers: ours });
    expect(reply.headers.get("access-control-allow-origin")).toBe(ours.origin);
    expect(reply.headers.get("vary")).toBe("Origin");
    const url = socketUrl(server, { key: "peerjs", id: "a", token: "t" });
    expect(await refusedStatus(url, theirs)).toBe(403);
    expect(server.stats.connectionsRefused).toBe(1);
    await connect(server, "a", { headers: ours });
    await connect(server, "b");
  });
});

describe("connecting", () => {
  it("opens with what the server can do", async () => {
    const server = await startServer();
    const client = dial(server, "alice");
    expect(await client.next("OPEN")).toEqual({
      type: "OPEN",
      payload: { server: "peerswarm", protocol: 1, rooms: true },
    });
    expect(server.stats).toMatchObject({ connections: 1, connectionsOpened: 1 });
  });

  it.each([
    [{ key: "peerjs", id: "a" }],
    [{ key: "peerjs", token: "t" }],
    [{ id: "a", token: "t" }],
    [{ key: "peerjs", id: "-a", token: "t" }],
    [{ key: "peerjs", id: "a--b", token: "t" }],
    [{ key: "peerjs", id: "<script>", token: "t" }],
    [{ key: "peerjs", id: "a".repeat(65), token: "t" }],
    [{ key: "peerjs", id: "a", token: "t".repeat(4097) }],
  ])("refuses %j with ERROR", async (query) => {
    const server = await startServer();
    const client = new Client(socketUrl(server, query as unknown as Record<string, string>), "x");
    const error = await client.next("ERROR");
    expect(error.payload.msg).toEqual(expect.any(String));
    expect(error.payload.code).toBe("invalid-request");
    expect(await client.ending).toEqual({ code: 4003, reason: "invalid-request" });
    expect(server.stats).toMatchObject({ connections: 0, connectionsRefused: 1 });
  });

  it.each(["a".repeat(64), "A1 b_c-d", "0"])("lets in the id %j", async (id) => {
    await connect(await startServer(), id);
  });

  it("refuses a wrong key with INVALID-KEY", async () => {
    const server = await startServer();
    const client = new Client(socketUrl(server, { key: "other", id: "a", token: "t" }), "a");
    expect((await client.next("INVALID-KEY")).payload.code).toBe("invalid-key");
    expect((await client.ending).code).toBe(4004);
  });

  it("refuses an id that another token holds", async () => {
    const server = await startServer();
    const holder = await connect(server, "alice");
    const thief = dial(server, "alice", { token: "another" });
    expect((await thief.next("ID-TAKEN")).payload.msg).toContain("alice");
    expect((await thief.ending).code).toBe(4002);
    await holder.settled();
  });

  it("gives an id to the newer socket of the same token at once", async () => {
    const server = await startServer();
    const bob = await connect(server, "bob");
    const older = await connect(server, "alice");
    const newer = await connect(server, "alice");
    expect((await older.ending).code).toBe(4001);
    await exchange(bob, newer);
    expect(server.stats).toMatchObject({ connections: 2, takeovers: 1 });
  });

  it("frees the id as soon as its holder begins to close", async () => {
    const server = await startServer();
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await bob.enter("lobby");
    await alice.enter("lobby");
    // Alice never sees the server's part of the closing handshake, so her socket stays half closed.
    alice.socket.pause();
    alice.send({ type: "OFFER", dst: "bob", payload: {} });
    alice.socket.close();
    await bob.next("OFFER");
    bob.send({ type: "OFFER", dst: "alice", payload: {} });
    await bob.next("EXPIRE");
    expect((await bob.next("ROOM-LEFT")).src).toBe("alice");
    await connect(server, "alice", { token: "another" });
    alice.socket.resume();
  });

  it("frees the id when the socket closes", async () => {
    const server = await startServer();
    await (await connect(server, "alice")).close();
    await connect(server, "alice", { token: "another" });
  });
});

describe("relaying", () => {
  it("hands OFFER, ANSWER, CANDIDATE, LEAVE and EXPIRE on, under the sender's true name", async () => {
    const server = await startServer();
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    const payload = { sdp: { type: "offer", sdp: "v=0" }, type: "data", connectionId: "dc_1", ü: [1, null] };
    for (const type of ["OFFER", "ANSWER", "CANDIDATE"]) {
      alice.send({ type, src: "mallory", dst: "bob", payload, extra: 1 });
      expect(await bob.next(type)).toEqual({ type, src: "alice", dst: "bob", payload });
    }
    for (const type of ["LEAVE", "EXPIRE"]) {
      alice.send({ type, src: "mallory", dst: "bob" });
      expect(await bob.next(type)).toEqual({ type, src: "alice", dst: "bob" });
    }
    expect(server.stats.messagesRelayed).toBe(4);
  });

  it("keeps the order", async () => {
    const server = await startServer();
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    for (let number = 0; number < 100; number += 1) {
      alice.send({ type: "CANDIDATE", dst: "bob", payload: { number } });
    }
    for (let number = 0; number < 100; number += 1) {
      expect((await bob.next("CANDIDATE")).payload.number).toBe(number);
    }
  });

  it("takes heartbeats silently", async () => {
    const server = await startServer();
    const alice = await connect(server, "alice");
    alice.send({ type: "HEARTBEAT" });
    await alice.settled();
    expect(alice.types()).toEqual(["OPEN"]);
  });

  it("lets go of a client that says LEAVE to the server", async () => {
    const server = await startServer();
    const alice = await connect(server, "alice");
    alice.send({ type: "LEAVE" });
    expect((await alice.ending).code).toBe(1000);
    expect(server.stats.connections).toBe(0);
  });

  it("answers every offer to an absent peer with EXPIRE, and the candidates after it with silence", async () => {
    const clock = new ManualClock();
    const server = await startServer({ clock });
    const alice = await connect(server, "alice");
    const candidate = { type: "CANDIDATE", dst: "nobody", payload: {} };
    alice.send({ type: "OFFER", dst: "nobody", payload: {} });
    expect(await alice.next("EXPIRE")).toEqual({ type: "EXPIRE", src: "nobody", dst: "alice" });
    for (let count = 0; count < 5; count += 1) alice.send(candidate);
    alice.send({ type: "OFFER", dst: "nobody", payload: {} });
    await alice.settled();
    expect(alice.types()).toEqual(["OPEN", "EXPIRE", "EXPIRE"]);

    clock.advance(5_000);
    alice.send(candidate);
    alice.send(candidate);
    await alice.settled();
    expect(alice.types()).toEqual(["OPEN", "EXPIRE", "EXPIRE", "EXPIRE"]);
    expect(server.stats.expired).toBe(3);
  });

  it("says nothing about LEAVE and EXPIRE to an absent peer", async () => {
    const alice = await connect(await startServer(), "alice");
    alice.send({ type: "LEAVE", dst: "nobody" });
    alice.send({ type: "EXPIRE", dst: "nobody" });
    await alice.settled();
    expect(alice.types()).toEqual(["OPEN"]);
  });
});
