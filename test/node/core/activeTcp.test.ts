import { peerTransport, platformRuntime } from "peerswarm";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A browser that offers exactly these candidates. */
function stubConnection(candidates: readonly { type: string; tcpType: string | null }[]): void {
  class Connection {
    iceGatheringState = "new";
    onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
    createDataChannel(): void {}
    async createOffer(): Promise<object> {
      return {};
    }
    async setLocalDescription(): Promise<void> {
      for (const candidate of candidates) this.onicecandidate?.({ candidate });
      this.iceGatheringState = "complete";
    }
    close(): void {}
  }
  vi.stubGlobal("RTCPeerConnection", Connection);
  vi.stubGlobal("WebSocket", class {});
}

it.each([
  ["active TCP alone reaches nobody", [{ type: "host", tcpType: "active" }], ["no-candidates"], 0],
  [
    "UDP beside it does",
    [
      { type: "host", tcpType: "active" },
      { type: "host", tcpType: null },
    ],
    [],
    1,
  ],
])("of the ways out of a device %s", async (_, candidates, codes, host) => {
  stubConnection(candidates);
  const { examine } = peerTransport({ iceServers: [] });
  const { signal } = new AbortController();
  const found = await examine?.({ part: "paths", runtime: platformRuntime, timeoutMs: 1000, signal });
  expect(found?.findings.map(({ code }) => code)).toEqual(codes);
  expect(found?.evidence[0]).toMatchObject({ kind: "candidates", host, isComplete: true });
});
