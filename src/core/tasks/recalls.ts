import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { TaskChannel } from "./channel.js";
import { cancelledMessage, cancelMessage, ORPHAN_MS, type WireAttempt } from "./wire.js";

/** Recalls that wait for an answer; the oldest are forgotten, their executors stop by themselves. */
const MAX_RECALLS = 1024;

/** Tells executors that nobody waits for an attempt any more. */
export interface Recalls {
  /** Says it once. */
  say(peerId: PeerId, attempt: WireAttempt): void;
  /** Says it until it was heard, the peer has gone, or it must have stopped by itself. */
  add(peerId: PeerId, attempt: WireAttempt): void;
}

interface Recall {
  readonly peerId: PeerId;
  readonly attempt: WireAttempt;
  readonly stopTimer: Cancel;
}

export function startRecalls(port: ProtocolPort, channel: TaskChannel): Recalls {
  const open = new Map<string, Recall>();
  const keyOf = (peerId: PeerId, { id, attempt }: WireAttempt): string => `${peerId} ${attempt} ${id}`;

  const end = (key: string): void => {
    open.get(key)?.stopTimer();
    open.delete(key);
  };
  const say: Recalls["say"] = (peerId, { id, attempt }) =>
    void channel.send(peerId, cancelMessage, { id, attempt });

  channel.on(cancelledMessage, (attempt, { peerId }) => end(keyOf(peerId, attempt)));
  port.watch("relinked", ({ peerId }) => {
    for (const recall of open.values()) if (recall.peerId === peerId) say(peerId, recall.attempt);
  });
  port.watch("left", ({ peerId }) => {
    for (const [key, recall] of [...open]) if (recall.peerId === peerId) end(key);
  });
  port.watch("ended", () => {
    for (const key of [...open.keys()]) end(key);
  });

  return {
    say,
    add(peerId, attempt) {
      const key = keyOf(peerId, attempt);
      end(key);
      if (port.self === undefined) return;
      open.set(key, {
        peerId,
        attempt,
        stopTimer: port.runtime.clock.setTimer(ORPHAN_MS, () => end(key)),
      });
      const oldest = open.keys().next().value;
      if (open.size > MAX_RECALLS && oldest !== undefined) end(oldest);
      say(peerId, attempt);
    },
  };
}
