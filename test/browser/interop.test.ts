import { type DataConnection, Peer, type PeerOptions } from "peerjs";
import { expect, inject, it, onTestFinished } from "vitest";
import { eventually, freshRoom } from "./support.js";

/** PeerJS as it comes, on our server. */
function stockPeer(id: string, options: PeerOptions = {}): Peer {
  const { hostname, port } = new URL(inject("signalingUrl"));
  const address = { host: hostname, port: Number(port), path: "/", secure: false };
  const peer = new Peer(id, { ...address, config: { iceServers: [] }, ...options });
  onTestFinished(() => peer.destroy());
  return peer;
}

async function openPeer(id: string, options: PeerOptions = {}): Promise<Peer> {
  const peer = stockPeer(id, options);
  await new Promise<void>((resolve, reject) => {
    peer.once("open", () => resolve());
    peer.once("error", reject);
  });
  return peer;
}

const failure = (peer: Peer): Promise<string> =>
  new Promise((resolve) => {
    peer.once("error", ({ type }) => resolve(type));
  });

function received(connection: DataConnection): unknown[] {
  const all: unknown[] = [];
  connection.on("data", (data) => all.push(data));
  return all;
}

/** Two peers and both ends of a connection between them. */
async function connected(
  serialization: string | undefined,
): Promise<{ near: DataConnection; far: DataConnection; alice: Peer; bob: Peer }> {
  const name = freshRoom();
  const [alice, bob] = await Promise.all([openPeer(`${name}-alice`), openPeer(`${name}-bob`)]);
  const incoming = new Promise<DataConnection>((resolve) => {
    bob.once("connection", resolve);
  });
  const near = alice.connect(bob.id, serialization === undefined ? {} : { serialization });
  const far = await incoming;
  await eventually(() => near.open && far.open);
  return { near, far, alice, bob };
}

it.each([undefined, "json"])(
  "two stock peers exchange data through our server (serialization %s)",
  async (serialization) => {
    const { near, far } = await connected(serialization);
    const [atNear, atFar] = [received(near), received(far)];
    const said = { text: "grüß dich", list: [1, 2.5, null, true], nested: { deep: ["x"] } };
    near.send(said);
    far.send("pong");
    await eventually(() => atNear.length === 1 && atFar.length === 1);
    expect(atFar).toEqual([said]);
    expect(atNear).toEqual(["pong"]);
  },
);

it("carries what PeerJS cuts into chunks", async () => {
  const { near, far } = await connected(undefined);
  const atFar = received(far);
  const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
  near.send(bytes);
  await eventually(() => atFar.length === 1);
  expect(new Uint8Array(atFar[0] as ArrayBuffer)).toEqual(bytes);
});

it("tells of a peer that is not there", async () => {
  const alice = await openPeer(`${freshRoom()}-alice`);
  const failed = failure(alice);
  alice.connect("nobody-at-all");
  expect(await failed).toBe("peer-unavailable");
  expect(alice.open).toBe(true);
});

it("refuses an id that is taken", async () => {
  const id = `${freshRoom()}-alice`;
  const first = await openPeer(id);
  expect(await failure(stockPeer(id))).toBe("unavailable-id");
  expect(first.open).toBe(true);
});

it("takes a peer back under its id; its connection has lived on, and new ones reach it", async () => {
  const { near, far, alice, bob } = await connected(undefined);
  const id = alice.id;
  alice.disconnect();
  const atFar = received(far);
  near.send("still here");
  await eventually(() => atFar.length === 1);
  const reopened = new Promise<string>((resolve) => {
    alice.once("open", resolve);
  });
  alice.reconnect();
  expect(await reopened).toBe(id);
  const incoming = new Promise<DataConnection>((resolve) => {
    alice.once("connection", resolve);
  });
  const again = bob.connect(id);
  const atAlice = received(await incoming);
  await eventually(() => again.open);
  again.send("welcome back");
  await eventually(() => atAlice.length === 1);
  expect(atAlice).toEqual(["welcome back"]);
});

it("takes notice when the other one goes", async () => {
  const { far, alice } = await connected(undefined);
  const closed = new Promise<void>((resolve) => {
    far.once("close", () => resolve());
  });
  alice.destroy();
  await closed;
  expect(far.open).toBe(false);
});
