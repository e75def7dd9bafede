import * as v from "valibot";
import type { Cancel, Clock } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import { defineBuiltin, type ProtocolPort } from "./builtin.js";

const beat = v.strictObject({ beat: v.pipe(v.number(), v.safeInteger(), v.minValue(1)) });
const heartbeat = defineBuiltin("heartbeat", beat);
const heartbeatReply = defineBuiltin("heartbeat-reply", beat);

export interface HeartbeatOptions {
  readonly port: ProtocolPort;
  readonly clock: Clock;
  readonly onRoundTrip: (peerId: PeerId, roundTripMs: number) => void;
}

/** Asks a peer for a sign of life and measures how long it takes. */
export interface Heartbeat {
  probe(peerId: PeerId): void;
  forget(peerId: PeerId): void;
  end: Cancel;
}

export function startHeartbeat({ port, clock, onRoundTrip }: HeartbeatOptions): Heartbeat {
  const awaited = new Map<PeerId, { beat: number; sentAtMs: number }>();
  let beats = 0;

  const stopAnswering = port.on(heartbeat, ({ beat }, { from }) => {
    port.send(from.peerId, heartbeatReply, { beat });
  });
  const stopMeasuring = port.on(heartbeatReply, ({ beat }, { from }) => {
    const probe = awaited.get(from.peerId);
    if (probe?.beat !== beat) return;
    awaited.delete(from.peerId);
    onRoundTrip(from.peerId, clock.now() - probe.sentAtMs);
  });

  return {
    probe(peerId) {
      const probe = { beat: ++beats, sentAtMs: clock.now() };
      if (port.send(peerId, heartbeat, { beat: probe.beat })) awaited.set(peerId, probe);
    },
    forget: (peerId) => void awaited.delete(peerId),
    end() {
      stopAnswering();
      stopMeasuring();
      awaited.clear();
    },
  };
}
