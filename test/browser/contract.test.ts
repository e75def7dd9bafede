import { peerTransport, platformRuntime } from "peerswarm";
import { type TransportHarness, transportContract } from "peerswarm/testing";
import { describe, inject, it } from "vitest";
import { untilTrue } from "../setup/patience.js";
import { PATIENCE_MS } from "../setup/patienceMs.js";

function realHarness(url: string): TransportHarness {
  return {
    tab: () => ({ transport: peerTransport({ url, iceServers: [] }), runtime: platformRuntime }),
    until: (predicate, what) =>
      untilTrue(predicate).then(
        () => undefined,
        (cause: unknown) => {
          throw new Error(`Not within ${PATIENCE_MS / 1000} s: ${what}.`, { cause });
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
