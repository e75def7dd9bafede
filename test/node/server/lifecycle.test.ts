import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { describe, expect, it } from "vitest";
import { createSignalingServer, SignalingServerError } from "../../../src/server/index.js";
import { untilPasses } from "../../setup/patience.js";
import { Client, connect, exchange, ManualClock, socketUrl, startServer } from "./support.js";

describe("liveness", () => {
  it("drops who is silent, keeps who answers pings, and tells the room", async () => {
    const clock = new ManualClock();
    const server = await startServer({ clock });
    const [alice, dead] = await Promise.all([connect(server, "alice"), connect(server, "dead")]);
    await alice.enter("lobby");
    await dead.enter("lobby");
    dead.socket.pause();
    for (let round = 0; round < 3; round += 1) {
      const pinged = once(alice.socket, "ping");
      clock.advance(15_000);
      if (round < 2) await pinged;
      await alice.settled();
    }
    expect((await alice.next("ROOM-LEFT")).src).toBe("dead");
    expect(server.stats).toMatchObject({ connections: 1, timedOut: 1 });
    dead.socket.resume();
    expect((await dead.ending).code).toBe(1006);
  });

  it("takes a pong alone for a sign of life", async () => {
    const clock = new ManualClock();
    const server = await startServer({ clock });
    const alice = await connect(server, "alice");
    for (let round = 0; round < 5; round += 1) {
      const pinged = once(alice.socket, "ping");
      clock.advance(15_000);
      await pinged;
      // The pong left before this, and arrives before it.
      await alice.settled();
    }
    expect(server.stats).toMatchObject({ connections: 1, timedOut: 0 });
  });
});

describe("close", () => {
  it("tells everyone, closes with 1001, frees the port, and may be called again", async () => {
    const server = await createSignalingServer({ port: 0 });
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await Promise.all([alice.enter("lobby"), bob.enter("lobby")]);
    const closing = server.close();
    expect(server.close()).toBe(closing);
    expect((await alice.next("ROOM-NOTICE")).payload).toMatchObject({ notice: "going-away" });
    await bob.next("ROOM-NOTICE");
    expect((await alice.ending).code).toBe(1001);
    expect((await bob.ending).code).toBe(1001);
    await closing;
    expect([...alice.types(), ...bob.types()]).not.toContain("ROOM-LEFT");
    expect(server.rooms()).toEqual([]);
    await (await createSignalingServer({ port: server.port })).close();
  });

  it("leaves no timer and no socket behind, whatever the clients are up to", async () => {
    const clock = new ManualClock();
    await untilPasses(() => expect(handles()).toEqual([]));
    const server = await createSignalingServer({
      port: 0,
      clock,
      authorize: ({ room }) => room !== "slow" || new Promise(() => {}),
    });
    const [alice, deaf] = await Promise.all([connect(server, "alice"), connect(server, "deaf")]);
    await alice.enter("lobby");
    await connect(server, "alice");
    deaf.send({ type: "ROOM-ENTER", payload: { room: "slow" } });
    await untilPasses(() => expect(server.stats.messagesReceived).toBe(2));
    deaf.socket.pause();
    const mute = connectTcp(server.port, "127.0.0.1");
    await once(mute, "connect");
    const half = connectTcp(server.port, "127.0.0.1");
    half.write("GET / HTTP/1.1\r\nHost: x\r\nX-");
    await once(half, "connect");
    expect(clock.pending).toBeGreaterThan(1);
    await server.close();
    expect(clock.pending).toBe(0);
    deaf.socket.terminate();
    for (const socket of [mute, half]) socket.destroy();
    await untilPasses(() => expect(handles()).toEqual([]));
  });

  it("refuses who comes while it closes", async () => {
    const server = await createSignalingServer({ port: 0 });
    const deaf = await connect(server, "deaf");
    const keptAlive = connectTcp(server.port, "127.0.0.1");
    await once(keptAlive, "connect");
    deaf.socket.pause();
    const closing = server.close();
    keptAlive.on("error", () => {});
    keptAlive.write(
      "GET /peerjs?key=peerjs&id=late&token=t HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    await once(keptAlive.resume(), "close");
    await closing;
    expect(server.stats).toMatchObject({ connections: 0, connectionsOpened: 1 });
    deaf.socket.terminate();
  });
});

/** What keeps the process alive, apart from the test runner's own pipes and this test's timers. */
function handles(): string[] {
  return process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP") || name.startsWith("Tls"));
}

describe("createSignalingServer", () => {
  it("says that a port is taken", async () => {
    const server = await startServer();
    const second = createSignalingServer({ port: server.port });
    await expect(second).rejects.toThrow(SignalingServerError);
    await expect(second).rejects.toMatchObject({ code: "port-in-use" });
  });

  it("says that a host is none of this machine", async () => {
    await expect(createSignalingServer({ port: 0, host: "203.0.113.1" })).rejects.toMatchObject({
      code: "listen-failed",
    });
  });

  it.each([
    { port: -1 },
    { port: 1.5 },
    { path: "/a b" },
    { key: "" },
    { key: "a/b" },
    { allowedOrigins: ["https://app.example.org/"] },
    { allowedOrigins: ["*"] },
    { trustedProxies: -1 },
    { limits: { maxRooms: 0 } },
    { limits: { maxRooms: Number.NaN } },
    { limits: { maxRoms: 1 } as object },
    { limits: { timeoutMs: 10_000 } },
    { limits: { stallTimeoutMs: 2 ** 31 } },
  ])("refuses the options %j", async (options) => {
    await expect(createSignalingServer({ port: 0, ...options })).rejects.toMatchObject({
      code: "invalid-option",
    });
  });

  it.each([
    ["localhost", "localhost"],
    ["0.0.0.0", "localhost"],
    ["127.0.0.1", "127.0.0.1"],
  ])("listens on %s and names a host that clients can dial", async (host, shown) => {
    const server = await startServer({ host });
    expect(new URL(server.url).hostname).toBe(shown);
    expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(200);
  });

  it("survives a log that throws", async () => {
    const server = await startServer({
      log: () => {
        throw new Error("disk full");
      },
    });
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await exchange(alice, bob);
  });

  it("logs connections without their tokens", async () => {
    const log: unknown[] = [];
    const server = await startServer({ log: (...entry) => log.push(entry) });
    const alice = await connect(server, "alice", { token: "sesame" });
    await alice.close();
    const wrong = new Client(socketUrl(server, { key: "wrong", id: "bob", token: "sesame" }), "bob");
    await wrong.ending;
    await untilPasses(() => expect(JSON.stringify(log)).toContain("connection-closed"));
    expect(JSON.stringify(log)).toContain("connection-refused");
    expect(JSON.stringify(log)).not.toContain("sesame");
  });
});
