import { connect as connectTcp } from "node:net";
import { WebSocket } from "ws";
import { expect, type LabSignaling, proveMessaging, test, untilFullMesh } from "../support/lab.js";

const ATTACKERS = 40;
const FLOOD = 3000;

/** What one attacker sends, by turns. */
const attacks: readonly ((socket: WebSocket, targets: readonly string[]) => void)[] = [
  (socket) => {
    for (const text of [
      "",
      "{",
      "null",
      "[]",
      '"x"',
      '{"type":5}',
      '{"type":"__proto__"}',
      "[".repeat(60_000),
    ])
      socket.send(text);
  },
  (socket) => socket.send(new Uint8Array(60_000)),
  (socket) => {
    for (let count = 0; count < 30; count++) socket.send("x".repeat(100_000));
  },
  (socket) => socket.send("x".repeat(5_000_000)),
  (socket, [target]) => {
    for (let count = 0; count < FLOOD; count++)
      socket.send(JSON.stringify({ type: "OFFER", dst: target, payload: {} }));
  },
  (socket, targets) => {
    const body = { kind: "room-members", members: ["aaaaaaaaaaaa-aaaaaaaaaa"] };
    for (let count = 0; count < FLOOD; count++) {
      const dst = targets[count % targets.length];
      socket.send(JSON.stringify({ type: "OFFER", dst, payload: { type: "x-peerswarm", body } }));
    }
  },
  (socket) => {
    for (let count = 0; count < FLOOD; count++)
      socket.send(JSON.stringify({ type: "ROOM-ENTER", payload: { room: `noise ${count}` } }));
  },
  (socket, targets) => {
    for (const dst of targets) {
      socket.send(JSON.stringify({ type: "LEAVE", dst, src: targets[0] }));
      socket.send(JSON.stringify({ type: "EXPIRE", dst, src: targets[0] }));
      socket.send(JSON.stringify({ type: "ROOM-LEFT", dst, src: targets[0], payload: {} }));
    }
  },
];

/** Resolves when every attacker has sent everything and is gone. */
async function storm({ port }: LabSignaling, room: string, targets: readonly string[]): Promise<void> {
  const attack = (index: number): Promise<void> =>
    new Promise((resolve) => {
      const query = new URLSearchParams({ key: "peerjs", id: `attacker-${index}`, token: "x" });
      const socket = new WebSocket(`ws://127.0.0.1:${port}/peerjs?${query}`);
      // The server hangs up on most of them in the middle of a sentence.
      socket.on("error", () => undefined);
      socket.on("close", () => resolve());
      socket.on("open", () => {
        socket.send(JSON.stringify({ type: "ROOM-ENTER", payload: { room } }));
        attacks[index % attacks.length]?.(socket, targets);
        socket.send("the end", () => socket.close());
      });
    });
  const idle = Array.from({ length: 50 }, () => {
    const socket = connectTcp(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write("GET /peerjs HTTP/1.1\r\nHost: ");
    return socket;
  });
  await Promise.all(Array.from({ length: ATTACKERS }, (_, index) => attack(index)));
  for (const socket of idle) socket.destroy();
}

test("two pages talk on through a storm at their server, and a third one joins in the middle of it", async ({
  lab,
}) => {
  test.setTimeout(180_000);
  const signaling = await lab.startSignaling();
  const room = lab.freshRoom();
  const pages = await lab.openPages(2);
  const ids = await Promise.all(pages.map((page) => page.join({ url: signaling.url, room })));
  await untilFullMesh(pages);
  const linkIds = async (): Promise<(string | undefined)[]> =>
    Promise.all(
      pages.slice(0, 2).map(async (page, index) => {
        const { peers } = await page.snapshot();
        return peers.find(({ peerId }) => peerId === ids[1 - index])?.linkId;
      }),
    );
  const before = await linkIds();

  const third = await lab.openPage();
  const raging = storm(signaling, room, ids);
  await proveMessaging(pages);
  await third.join({ url: signaling.url, room });
  await raging;

  pages.push(third);
  await untilFullMesh(pages);
  await proveMessaging(pages);
  expect(await linkIds()).toEqual(before);
  const { internalErrors, connections, problems } = signaling.server.stats;
  expect({ internalErrors, connections }).toEqual({ internalErrors: 0, connections: 3 });
  for (const code of ["bad-message", "message-too-large", "rate-limited", "too-many-rooms"] as const)
    expect(problems[code], code).toBeGreaterThan(0);

  const fourth = await lab.openPage();
  await fourth.join({ url: signaling.url, room });
  pages.push(fourth);
  await untilFullMesh(pages);
  await proveMessaging(pages);
});
