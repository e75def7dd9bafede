import type { Peer } from "peerjs";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { WebSocket } from "ws";
import type { SignalingServer } from "../../../src/server/index.js";
import { connect, deferred, startServer } from "./support.js";

/** As much of WebRTC as PeerJS needs to make an offer; no connection ever comes of it. */
class FakePeerConnection extends EventTarget {
  localDescription: unknown;
  createDataChannel() {
    return Object.assign(new EventTarget(), { close() {}, readyState: "connecting" });
  }
  async createOffer() {
    return { type: "offer", sdp: "v=0" };
  }
  async setLocalDescription(description: unknown) {
    this.localDescription = description;
  }
  close() {}
}

let StockPeer: typeof Peer;

beforeAll(async () => {
  vi.stubGlobal("RTCPeerConnection", FakePeerConnection);
  vi.stubGlobal("WebSocket", WebSocket);
  const peerjs = await import("peerjs");
  StockPeer = peerjs.Peer;
  Object.assign(peerjs.util.supports, { audioVideo: true, data: true });
});

afterAll(() => {
  vi.unstubAllGlobals();
});

type Options = ConstructorParameters<typeof Peer>[1];

function stockPeer(server: SignalingServer, id: string | undefined, options: Options = {}): Peer {
  const settings = { host: "127.0.0.1", port: server.port, path: "/", secure: false, ...options };
  const peer = id === undefined ? new StockPeer(settings) : new StockPeer(id, settings);
  onTestFinished(() => peer.destroy());
  return peer;
}

function opened(peer: Peer): Promise<string> {
  const { promise, resolve } = deferred<string>();
  peer.on("open", resolve);
  return promise;
}

function failed(peer: Peer): Promise<string> {
  const { promise, resolve } = deferred<string>();
  peer.on("error", ({ type }) => resolve(type));
  return promise;
}

describe("an unmodified PeerJS client", () => {
  it("opens, with an id of its own or one from the server", async () => {
    const server = await startServer();
    expect(await opened(stockPeer(server, "alice"))).toBe("alice");
    expect(await opened(stockPeer(server, undefined))).toMatch(/^[0-9a-f-]{36}$/);
    expect(server.stats.connections).toBe(2);
  });

  it("has its offers carried, and hears that a peer is unavailable", async () => {
    const server = await startServer();
    const bob = await connect(server, "bob");
    const alice = stockPeer(server, "alice");
    await opened(alice);
    alice.connect("bob");
    expect(await bob.next("OFFER")).toMatchObject({ src: "alice", payload: { type: "data" } });
    const error = failed(alice);
    alice.connect("nobody");
    expect(await error).toBe("peer-unavailable");
    expect(alice.open).toBe(true);
  });

  it("hears that its id is taken, its key invalid, the server full", async () => {
    const server = await startServer({ limits: { maxConnections: 1 } });
    await connect(server, "alice");
    expect(await failed(stockPeer(server, "alice"))).toBe("unavailable-id");
    expect(await failed(stockPeer(server, "bob", { key: "other" }))).toBe("invalid-key");
    expect(await failed(stockPeer(server, "bob"))).toBe("server-error");
  });

  it("comes back under its id, whether or not the server knows that it was gone", async () => {
    const server = await startServer();
    const alice = stockPeer(server, "alice", { token: "t" });
    await opened(alice);
    alice.disconnect();
    const again = opened(alice);
    alice.reconnect();
    expect(await again).toBe("alice");
    expect(await opened(stockPeer(server, "alice", { token: "t" }))).toBe("alice");
    expect(server.stats.connections).toBe(1);
  });

  it("is not disturbed by the server's farewell", async () => {
    const server = await startServer();
    const alice = stockPeer(server, "alice");
    await opened(alice);
    const error = failed(alice);
    await server.close();
    expect(await error).toBe("network");
    expect(alice.disconnected).toBe(true);
    expect(alice.destroyed).toBe(false);
  });
});
