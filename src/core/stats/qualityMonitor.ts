import type { Cancel, Clock } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import type { Session } from "../wire/session.js";
import type { QualityBook } from "./linkQuality.js";

/** How often links are measured. */
export const MEASURE_EVERY_MS = 2000;
// Reading a connection's statistics costs a thread hop; in a crowd each link has its turn more rarely.
const MEASURED_AT_ONCE = 16;

export interface QualityMonitorOptions {
  readonly clock: Clock;
  readonly book: QualityBook;
  readonly sessions: () => Iterable<Session>;
}

/** Measures the links of a stay in turns. */
export interface QualityMonitor {
  start(): void;
  stop(): void;
}

export function createQualityMonitor({ clock, book, sessions }: QualityMonitorOptions): QualityMonitor {
  let cancelNext: Cancel | undefined;
  let turn: Session[] = [];

  const measure = async (session: Session): Promise<void> => {
    const { peerId }: { peerId: PeerId } = session.proven;
    const measured = await session.link.measure?.().catch(() => undefined);
    if (cancelNext === undefined || session.link.state === "closed" || measured === undefined) return;
    if (measured.roundTripMs !== undefined) book.roundTrip(peerId, measured.roundTripMs);
    book.link(peerId, { path: measured.path, queuedBytes: session.queuedBytes });
  };

  const next = (): void => {
    if (turn.length === 0) turn = [...sessions()];
    for (const session of turn.splice(0, MEASURED_AT_ONCE)) void measure(session);
    cancelNext = clock.setTimer(MEASURE_EVERY_MS, next);
  };

  return {
    start() {
      cancelNext ??= clock.setTimer(MEASURE_EVERY_MS, next);
    },
    stop() {
      cancelNext?.();
      cancelNext = undefined;
      turn = [];
    },
  };
}
