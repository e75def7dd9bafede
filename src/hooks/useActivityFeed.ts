import { useMemo, useState } from "react";
import type { Activity } from "../core/index.js";
import { useActivity } from "./useActivity.js";

/** What {@link useActivityFeed} gives. */
export interface ActivityFeed {
  /** Newest first. While the feed is held: as they were when that began. */
  readonly activities: readonly Activity[];
  /** How many came since the feed was held; 0 while it is not. */
  readonly waiting: number;
}

/**
 * The last messages sent and received, newest first, which stand still while somebody looks at them.
 * @param isHeld whether the feed stands still now
 * @example
 * const { activities, waiting } = useActivityFeed({ isHeld: isPointerInside });
 */
export function useActivityFeed({ isHeld }: { readonly isHeld: boolean }): ActivityFeed {
  const live = useActivity();
  const [held, setHeld] = useState<readonly Activity[]>();
  // Set while rendering, so that not even one frame shows the feed moved.
  if (isHeld && held === undefined) setHeld(live);
  if (!isHeld && held !== undefined) setHeld(undefined);
  const shown = isHeld ? (held ?? live) : live;
  const activities = useMemo(() => shown.toReversed(), [shown]);
  return { activities, waiting: newestId(live) - newestId(shown) };
}

function newestId(activities: readonly Activity[]): number {
  return activities[activities.length - 1]?.id ?? 0;
}
