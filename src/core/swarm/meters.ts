import type { Mesh } from "../mesh/mesh.js";
import { createQualityMonitor } from "../stats/qualityMonitor.js";
import { createStatsTicker } from "../stats/statsTicker.js";
import type { Ground } from "./ground.js";

/** What measures during a stay, and shows it. */
export function createMeters({ clock, store, stats, quality }: Ground, mesh: () => Mesh | undefined) {
  const monitor = createQualityMonitor({ clock, book: quality, sessions: () => mesh()?.sessions() ?? [] });
  const ticker = createStatsTicker({
    clock,
    book: stats,
    quality,
    publish: (view) => store.dispatch({ type: "stats-ticked", ...view }),
  });
  return {
    start() {
      ticker.start();
      monitor.start();
    },
    stop() {
      monitor.stop();
      ticker.stop();
    },
  };
}
