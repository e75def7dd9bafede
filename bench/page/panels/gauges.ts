// An event handler that keeps the page busy for longer makes a visitor wait.
const LONG_TASK_MS = 50;

/** What a visitor would notice, over a stretch of time. */
export interface Gauges {
  readonly framesPerSecond: number;
  readonly longestFrameMs: number;
  /** Tasks of more than 50 ms. */
  readonly longTasksPerMinute: number;
  /** The longest of them; 0 where there was none. */
  readonly longestTaskMs: number;
  /** From a click to the frame that shows what it did. */
  readonly clickP50Ms: number;
  readonly clickP95Ms: number;
  readonly clicks: number;
}

// A task of its own, which comes after the frame in whose callbacks it was asked for.
const afterPaint = (then: () => void): void => {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  });
};

function watchTasks(): () => readonly number[] {
  const durations: number[] = [];
  const take = (list: PerformanceEntryList): void => {
    for (const { duration } of list) if (duration > LONG_TASK_MS) durations.push(duration);
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ type: "longtask" });
  return () => {
    take(observer.takeRecords());
    observer.disconnect();
    return durations;
  };
}

/** Times clicks from when they were made, their wait for the main thread included. */
function watchClicks(): () => readonly number[] {
  const times: number[] = [];
  const onClick = ({ timeStamp }: Event): void => afterPaint(() => times.push(performance.now() - timeStamp));
  window.addEventListener("click", onClick, { capture: true });
  return () => {
    window.removeEventListener("click", onClick, { capture: true });
    return times.sort((a, b) => a - b);
  };
}

function watchFrames(): () => readonly number[] {
  const times: number[] = [];
  let isOver = false;
  let last: number | undefined;
  const onFrame = (): void => {
    const now = performance.now();
    if (last !== undefined) times.push(now - last);
    last = now;
    if (!isOver) requestAnimationFrame(onFrame);
  };
  requestAnimationFrame(onFrame);
  return () => {
    isOver = true;
    // A frame that never came is the longest of all.
    return [...times, performance.now() - (last ?? 0)];
  };
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** Watches the page until it is called back. */
export function startGauges(): () => Gauges {
  const startedAtMs = performance.now();
  const [frames, tasks, clicks] = [watchFrames(), watchTasks(), watchClicks()];
  return () => {
    const elapsed = (performance.now() - startedAtMs) / 1000;
    const [frameTimes, taskTimes, clickTimes] = [frames(), tasks(), clicks()];
    return {
      framesPerSecond: (frameTimes.length - 1) / elapsed,
      longestFrameMs: Math.max(...frameTimes),
      longTasksPerMinute: (taskTimes.length / elapsed) * 60,
      longestTaskMs: Math.max(0, ...taskTimes),
      clickP50Ms: at(clickTimes, 0.5),
      clickP95Ms: at(clickTimes, 0.95),
      clicks: clickTimes.length,
    };
  };
}
