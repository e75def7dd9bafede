import { connect as connectTcp, type Socket } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { untilPasses } from "../../setup/patience.js";
import { connect, exchange, refusedStatus, socketUrl, startServer } from "./support.js";

/** One frame as an attacker sends it. */
type Attack = { readonly data: string | Uint8Array; readonly isBinary: boolean };

const text = (data: string): Attack => ({ data, isBinary: false });

const TYPES = [
  "HEARTBEAT",
  "OFFER",
  "ANSWER",
  "CANDIDATE",
  "EXPIRE",
  "ROOM-ENTER",
  "ROOM-ASK",
  "ROOM-LEAVE",
  "ROOM-ANNOUNCE",
  "OPEN",
  "ROOM-MEMBERS",
  "__proto__",
];

const anyName = fc.oneof(fc.constantFrom("lobby", "other", "__proto__", ""), fc.string());

/** Almost right messages get further in than noise does. */
const nearMessage = fc.record(
  {
    type: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...TYPES) },
      { weight: 1, arbitrary: fc.jsonValue() },
    ),
    src: fc.constantFrom("alice", "bob"),
    dst: fc.oneof(fc.constantFrom("nobody", "mallory", "__proto__"), fc.jsonValue()),
    payload: fc.oneof(
      fc.record({ room: anyName, token: fc.jsonValue(), metadata: fc.jsonValue() }, { requiredKeys: [] }),
      fc.jsonValue(),
    ),
  },
  { requiredKeys: ["type"] },
);

const attack: fc.Arbitrary<Attack> = fc.oneof(
  { weight: 4, arbitrary: nearMessage.map((message) => text(JSON.stringify(message))) },
  { weight: 1, arbitrary: fc.json().map(text) },
  { weight: 1, arbitrary: fc.string().map(text) },
  { weight: 1, arbitrary: fc.uint8Array().map((data) => ({ data, isBinary: true })) },
);

describe("whatever one client sends", () => {
  it("others still reach each other, and only the sender hears of it", async () => {
    const server = await startServer({ limits: { messageBurst: 100_000 } });
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await alice.enter("honest");
    await bob.enter("honest");
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(attack, { minLength: 1, maxLength: 30 }), async (attacks) => {
        const mallory = await connect(server, "mallory");
        for (const { data, isBinary } of attacks) mallory.socket.send(data, { binary: isBinary });
        sent += attacks.length;
        await mallory.close();
        await exchange(alice, bob);
        await untilPasses(() => expect(server.stats.connections).toBe(2));
      }),
      { numRuns: 200 },
    );
    const { stats } = server;
    expect(stats.internalErrors).toBe(0);
    expect(stats.problems["bad-message"]).toBeGreaterThan(200);
    expect(stats.messagesReceived).toBeGreaterThan(sent / 2);
    expect(server.rooms().map(({ room, members }) => [room, members.length])).toEqual([["honest", 2]]);
    expect([...new Set([...alice.types(), ...bob.types()])].sort()).toEqual([
      "ANSWER",
      "OFFER",
      "OPEN",
      "ROOM-CAME",
      "ROOM-MEMBERS",
    ]);
  }, 30_000);
});

describe("a frame", () => {
  it.each<[string, string | Uint8Array]>([
    ["that is empty", ""],
    ["that is not JSON", "{"],
    ["of null", "null"],
    ["of a list", "[]"],
    ["of a number", "1e999"],
    ["without a type", '{"dst":"bob"}'],
    ["with a type that is no string", '{"type":{"toString":1}}'],
    ["with a type of Object.prototype", '{"type":"hasOwnProperty"}'],
    ["with an inherited type", '{"__proto__":{"type":"HEARTBEAT"}}'],
    ["with the type __proto__", '{"type":"__proto__","payload":{}}'],
    ["that only the server sends", '{"type":"OPEN"}'],
    ["without a receiver", '{"type":"OFFER","payload":{}}'],
    ["with a receiver that is no string", '{"type":"OFFER","dst":["bob"],"payload":{}}'],
    ["without a payload", '{"type":"OFFER","dst":"bob"}'],
    ["with a payload of null", '{"type":"OFFER","dst":"bob","payload":null}'],
    ["with a payload that is a list", '{"type":"OFFER","dst":"bob","payload":[]}'],
    ["with a room that is no string", '{"type":"ROOM-ENTER","payload":{"room":{}}}'],
    ["with a token that is no string", '{"type":"ROOM-ENTER","payload":{"room":"r","token":1}}'],
    [
      "with a token that is too long",
      `{"type":"ROOM-ENTER","payload":{"room":"r","token":"${"x".repeat(4097)}"}}`,
    ],
    ["of 30,000 nested lists", "[".repeat(30_000)],
    [
      "with 65 nested lists",
      `{"type":"OFFER","dst":"bob","payload":{"a":${"[".repeat(63)}${"]".repeat(63)}}}`,
    ],
    ["in binary", new Uint8Array([1, 2, 3])],
    ["in binary that would be JSON", Buffer.from('{"type":"OFFER","dst":"bob","payload":{}}')],
  ])("%s is answered with bad-message and goes nowhere", async (_what, data) => {
    const server = await startServer();
    const [mallory, bob] = await Promise.all([connect(server, "mallory"), connect(server, "bob")]);
    mallory.socket.send(data);
    expect((await mallory.problem("bad-message")).payload.message.length).toBeLessThan(400);
    await exchange(mallory, bob);
    expect(bob.types()).toEqual(["OPEN", "OFFER"]);
    expect(server.stats).toMatchObject({ problems: { "bad-message": 1 }, internalErrors: 0 });
  });

  it("may nest as deep as the limit, and brackets in strings do not count", async () => {
    const server = await startServer();
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    const payload = `{"a":${"[".repeat(62)}${"]".repeat(62)},"b":"\\"${"[{".repeat(99)}"}`;
    alice.socket.send(`{"type":"OFFER","dst":"bob","payload":${payload}}`);
    expect((await bob.next("OFFER")).payload).toEqual(JSON.parse(payload));
  });

  it("with __proto__ keys changes no prototype", async () => {
    const server = await startServer();
    const [mallory, bob] = await Promise.all([connect(server, "mallory"), connect(server, "bob")]);
    const poison = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    mallory.socket.send(`{"type":"ROOM-ENTER","payload":{"room":"__proto__","metadata":${poison}}}`);
    await mallory.next("ROOM-MEMBERS");
    mallory.socket.send(`{"type":"OFFER","dst":"__proto__","payload":${poison}}`);
    expect((await mallory.next("EXPIRE")).src).toBe("__proto__");
    mallory.socket.send(`{"type":"OFFER","dst":"bob","payload":${poison},"__proto__":{"src":"alice"}}`);
    expect((await bob.next("OFFER")).src).toBe("mallory");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(server.stats.internalErrors).toBe(0);
  });

  it.each([
    ["a reserved opcode", [0x83, 0x80, 0, 0, 0, 0], 1002],
    ["no mask", [0x81, 0x01, 0x61], 1002],
    ["invalid UTF-8", [0x81, 0x81, 0, 0, 0, 0, 0xff], 1007],
    ["a length of 2^63", [0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], 1009],
  ])("broken on the wire by %s ends its own connection only", async (_what, bytes, code) => {
    const server = await startServer();
    const [mallory, alice, bob] = await Promise.all(
      ["mallory", "alice", "bob"].map((id) => connect(server, id)),
    );
    rawSocket(mallory!).write(Uint8Array.from(bytes));
    expect((await mallory!.ending).code).toBe(code);
    await exchange(alice!, bob!);
    expect(server.stats).toMatchObject({ connections: 2, socketErrors: 1, internalErrors: 0 });
  });

  it("cut off in the middle, or a connection reset while it is written to, hurts nobody", async () => {
    const server = await startServer();
    const [mallory, alice, bob] = await Promise.all(
      ["mallory", "alice", "bob"].map((id) => connect(server, id)),
    );
    await mallory!.enter("lobby");
    await alice!.enter("lobby");
    rawSocket(mallory!).write(Uint8Array.from([0x81, 0xfe]));
    for (let count = 0; count < 50; count += 1) {
      alice!.send({ type: "OFFER", dst: "mallory", payload: { filler: "x".repeat(50_000) } });
    }
    rawSocket(mallory!).resetAndDestroy();
    expect((await alice!.next("ROOM-LEFT")).src).toBe("mallory");
    await exchange(alice!, bob!);
    expect(server.stats).toMatchObject({ connections: 2, internalErrors: 0 });
  });
});

/** The TCP socket below a client, to write what `ws` never would. */
function rawSocket(client: { readonly socket: unknown }): Socket {
  return (client.socket as { _socket: Socket })._socket;
}

/** Unlike `once`, content with an error before the end: a server may well reset such connections. */
function closed(socket: Socket): Promise<void> {
  socket.on("error", () => {});
  socket.resume();
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

describe("a request", () => {
  const upgrade = "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

  it.each([
    ["that is no HTTP", "GARBAGE\r\n\r\n"],
    ["without a target", "GET  HTTP/1.1\r\n\r\n"],
    ["for //", "GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
    ["with a broken escape", "GET /%ff%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
    ["with an endless target", `GET /${"a".repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    [
      "with a body that never comes",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nx",
    ],
    ["to be a proxy", "CONNECT evil:1 HTTP/1.1\r\nHost: x\r\n\r\n"],
    [
      "to upgrade to something else",
      "GET /peerjs HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    ],
    ["to upgrade without a key", `GET /peerjs HTTP/1.1\r\n${upgrade}`],
    ["to upgrade at //", `GET // HTTP/1.1\r\n${upgrade}`],
    ["to upgrade by POST", `POST /peerjs HTTP/1.1\r\n${upgrade}`],
  ])("%s stops nothing", async (_what, request) => {
    const server = await startServer();
    const socket = connectTcp(server.port, "127.0.0.1");
    const end = closed(socket);
    socket.end(request);
    await end;
    const [alice, bob] = await Promise.all([connect(server, "alice"), connect(server, "bob")]);
    await exchange(alice, bob);
    expect(server.stats.internalErrors).toBe(0);
  });

  it("to a strange path is refused before it is a WebSocket", async () => {
    const server = await startServer();
    const url = socketUrl(server, { key: "peerjs", id: "a", token: "t" });
    expect(await refusedStatus(url.replace("/peerjs?", "/other?"))).toBe(404);
    expect(await refusedStatus(url.replace("/peerjs?", "/peerjs/?"))).toBe(404);
    expect(server.stats).toMatchObject({ connectionsRefused: 2, connections: 0 });
  });

  it("cannot come in so great a number from one address that the server is full", async () => {
    const server = await startServer({ limits: { maxConnectionsPerAddress: 1 } });
    const sockets = Array.from({ length: 100 }, () => connectTcp(server.port, "127.0.0.1"));
    const ends = sockets.map(closed);
    await untilPasses(() => expect(server.stats.connectionsRefused).toBe(100 - 65));
    for (const socket of sockets) socket.destroy();
    await Promise.all(ends);
    await untilPasses(() => connect(server, "alice"));
  });
});
