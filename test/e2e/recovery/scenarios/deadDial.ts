import { once } from "node:events";
import { WebSocket } from "ws";
import { expect, type Lab, type LabPage, proveMessaging, untilFullMesh } from "../../support/lab.js";

// The highest id there can be: every page dials it, and at once.
const DEAD_ID = "zzzzzzzzzzzz-zzzzzzzzzz";

/** Enters a room over a bare WebSocket and never answers anybody. */
async function enterAsDeadMember(url: string, room: string): Promise<WebSocket> {
  const query = new URLSearchParams({ key: "peerjs", id: DEAD_ID, token: "dead", version: "1" });
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}peerjs?${query}`);
  await once(socket, "open");
  const heartbeat = setInterval(() => socket.send(JSON.stringify({ type: "HEARTBEAT" })), 5000);
  socket.on("close", () => clearInterval(heartbeat));
  socket.send(JSON.stringify({ type: "ROOM-ENTER", payload: { room } }));
  return socket;
}

/** The room lists somebody who never answers: dials end in time, are repeated, leak nothing, disturb nobody. */
export async function unansweredDial(lab: Lab): Promise<void> {
  const { url } = await lab.startSignaling();
  const room = lab.freshRoom();
  const pages = await lab.openPages(2);
  const [page] = pages as [LabPage, LabPage];
  await Promise.all(pages.map((member) => member.join({ url, room })));
  await untilFullMesh(pages);

  const dialledAtMs = Date.now();
  const dead = await enterAsDeadMember(url, room);
  lab.onEnd(() => dead.terminate());
  await page.until(
    ({ connecting }, deadId) => connecting[0]?.peerId === deadId && connecting[0].attempts === 1,
    DEAD_ID,
  );
  expect(await page.page.evaluate(() => window.openConnections())).toBe(2);
  await page.until(
    ({ connecting }) =>
      connecting[0]?.lastError?.code === "dial-timeout" && (connecting[0].lastError.fix ?? "").length > 20,
    undefined,
  );
  const tookMs = Date.now() - dialledAtMs;
  expect(tookMs).toBeGreaterThan(10_000);
  await page.until(() => window.openConnections() === 1, undefined);

  await page.until(({ connecting }) => connecting[0]?.attempts === 2, undefined);
  expect(await page.page.evaluate(() => window.openConnections())).toBe(2);
  const peers = (await page.snapshot()).peers.map(({ state }) => state);
  expect(peers).toEqual(["connected"]);
  await proveMessaging(pages);
  await page.until(({ connecting }) => connecting[0]?.attempts === 3, undefined);
  expect(await page.page.evaluate(() => window.openConnections())).toBe(2);

  // The member leaves in the middle of a dial.
  dead.close();
  await untilFullMesh(pages);
  for (const member of pages) await member.until(() => window.openConnections() === 1, undefined);
  const newcomer = await lab.openPage();
  await newcomer.join({ url, room });
  await untilFullMesh([...pages, newcomer]);
  await proveMessaging([...pages, newcomer]);
}
