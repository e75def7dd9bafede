import type { Cancel } from "../clock.js";
import { SwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import { assertPayloadFits, validateNow } from "../messages/definition.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { assertPayload, encodeValue } from "../wire/payload.js";
import type { PresenceDefinition } from "./definition.js";
import { MAX_PRESENCE_BYTES, PRESENCE_INTERVAL_MS, PRESENCE_REST_MS, presenceMessage } from "./wire.js";

/** Tells those who watch the own state of one kind: often and lossy while it changes, once reliably at rest. */
export interface PresenceAnnouncer {
  /** The own state as the schema made it. */
  readonly shown: unknown;
  /** @throws SwarmError `invalid-payload`, `payload-too-large` */
  set(state: unknown, definition: PresenceDefinition): void;
  /** This peer needs the present state reliably, at once if the network takes it. */
  owe(peerId: PeerId): void;
  forget(peerId: PeerId): void;
  /** Nobody is there any more. */
  rest(): void;
}

export interface PresenceAnnouncerOptions {
  readonly port: ProtocolPort;
  readonly name: string;
  readonly watchers: () => Iterable<PeerId>;
}

export function createPresenceAnnouncer({
  port,
  name,
  watchers,
}: PresenceAnnouncerOptions): PresenceAnnouncer {
  const { clock } = port.runtime;
  const message = presenceMessage(name);
  /** Who does not have the present version for certain. */
  const owed = new Set<PeerId>();
  let state: unknown;
  let shown: unknown;
  let version = 0;
  let sentAtMs = -Infinity;
  let stopNext: Cancel | undefined;
  let stopRest: Cancel | undefined;

  const tell = (peerId: PeerId, lane: "control" | "datagram"): boolean =>
    port.send(peerId, message, { version, state }, { lane });

  const sendNow = (): void => {
    stopNext = undefined;
    sentAtMs = clock.now();
    for (const peerId of watchers()) tell(peerId, "datagram");
    restart();
  };

  const restart = (): void => {
    stopRest?.();
    stopRest = clock.setTimer(PRESENCE_REST_MS, lastWord);
  };

  const lastWord = (): void => {
    stopRest = undefined;
    for (const peerId of owed) if (tell(peerId, "control")) owed.delete(peerId);
    // A queue was full, or a link is about to be replaced.
    if (owed.size > 0) restart();
  };

  return {
    get shown() {
      return shown;
    },
    set(next, definition) {
      shown = next === undefined ? undefined : checked(next, definition);
      state = next;
      version++;
      for (const peerId of watchers()) owed.add(peerId);
      if (owed.size === 0 || stopNext !== undefined) return;
      const waitMs = sentAtMs + PRESENCE_INTERVAL_MS - clock.now();
      if (waitMs > 0) stopNext = clock.setTimer(waitMs, sendNow);
      else sendNow();
    },
    owe(peerId) {
      if (version === 0) return;
      owed.add(peerId);
      if (tell(peerId, "control")) owed.delete(peerId);
      else if (stopRest === undefined) restart();
    },
    forget: (peerId) => void owed.delete(peerId),
    rest() {
      stopNext?.();
      stopRest?.();
      stopNext = undefined;
      stopRest = undefined;
      owed.clear();
    },
  };
}

function checked(state: unknown, { name, schema }: PresenceDefinition): unknown {
  const definition = { type: name, schema };
  assertPayloadFits(definition, state);
  assertPayload(state);
  const { length } = encodeValue(state);
  if (length > MAX_PRESENCE_BYTES) {
    throw new SwarmError("payload-too-large", {
      what: `This state of "${name}" has ${length} bytes.`,
      why: `It is sent whole with every change, so it holds at most ${MAX_PRESENCE_BYTES}.`,
      fix: "Keep what changes rarely in shared state.",
    });
  }
  const result = validateNow(definition, state);
  return "value" in result ? result.value : undefined;
}
