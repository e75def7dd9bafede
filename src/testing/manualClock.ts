import type { Cancel, Clock } from "../core/clock.js";

// A round moment, so that times in tests are easy to read: 2026-01-01T00:00:00Z.
const DEFAULT_START_MS = Date.UTC(2026, 0, 1);

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is turned. */
export interface ManualClock extends Clock {
  /** Time of the earliest timer, or `undefined` where there is none. */
  readonly nextDueMs: number | undefined;
  /** Number of timers that wait, for leak checks. */
  readonly pendingTimers: number;
  /** Moves to `timeMs` and calls the timers due by then, in order. Does not wait for promises. */
  turnTo(timeMs: number): void;
}

/**
 * A clock that stands still until it is turned.
 * @param startMs what it shows at first, milliseconds since the epoch; default 2026-01-01T00:00:00Z
 */
export function manualClock(startMs: number = DEFAULT_START_MS): ManualClock {
  let nowMs = startMs;
  let order = 0;
  const heap: Timer[] = [];
  const cancelled = new Set<Timer>();

  const isEarlier = (a: Timer, b: Timer): boolean =>
    a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

  const push = (timer: Timer): void => {
    heap.push(timer);
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!isEarlier(heap[child] as Timer, heap[parent] as Timer)) break;
      swap(child, parent);
      child = parent;
    }
  };

  const swap = (a: number, b: number): void => {
    const held = heap[a] as Timer;
    heap[a] = heap[b] as Timer;
    heap[b] = held;
  };

  const pop = (): Timer | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || first === undefined || heap.length === 0) return first;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      const left = parent * 2 + 1;
      const right = left + 1;
      let least = parent;
      if (left < heap.length && isEarlier(heap[left] as Timer, heap[least] as Timer)) least = left;
      if (right < heap.length && isEarlier(heap[right] as Timer, heap[least] as Timer)) least = right;
      if (least === parent) return first;
      swap(parent, least);
      parent = least;
    }
  };

  const dropCancelled = (): void => {
    while (heap.length > 0 && cancelled.has(heap[0] as Timer)) cancelled.delete(pop() as Timer);
  };

  return {
    now: () => nowMs,
    setTimer(delayMs, callback): Cancel {
      let isPending = true;
      const timer: Timer = {
        dueMs: nowMs + Math.max(0, delayMs),
        order: order++,
        callback: () => {
          isPending = false;
          callback();
        },
      };
      push(timer);
      return () => {
        if (!isPending) return;
        isPending = false;
        cancelled.add(timer);
      };
    },
    get nextDueMs() {
      dropCancelled();
      return heap[0]?.dueMs;
    },
    get pendingTimers() {
      return heap.length - cancelled.size;
    },
    turnTo(timeMs) {
      for (;;) {
        dropCancelled();
        const next = heap[0];
        if (next === undefined || next.dueMs > timeMs) break;
        pop();
        nowMs = Math.max(nowMs, next.dueMs);
        next.callback();
      }
      nowMs = Math.max(nowMs, timeMs);
    },
  };
}
