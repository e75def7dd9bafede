import { peerTransport, platformRuntime } from "peerswarm";
import { type TransportHarness, transportContract } from "peerswarm/testing";
import { describe, inject, it, vi } from "vitest";

// Longer than the longest dial, which an absent peer on a stock server needs nearly 6 s for.
const DEADLINE_MS = 20_000;

function realHarness(url: string): TransportHarness {
  return {
    tab: () => ({ transport: peerTransport({ url, iceServers: [] }), runtime: platformRuntime }),
    until: (predicate, what) =>
      vi.waitUntil(predicate, { timeout: DEADLINE_MS, interval: 5 }).then(
        () => undefined,
        (cause: unknown) => {
          throw new Error(`Not within ${DEADLINE_MS / 1000} s: ${what}.`, { cause });
        },
      ),
  };
}

describe.each(["signalingUrl", "stockUrl"] as const)(
  "peerTransport on %s keeps the transport's contract",
  (server) => {
    for (const { name, run } of transportContract) {
      it(name, { timeout: 60_000 }, () => run(realHarness(inject(server))));
    }
  },
);
