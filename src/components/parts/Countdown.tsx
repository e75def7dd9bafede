import type { ReactNode } from "react";
import { useNow } from "../../hooks/index.js";
import { useLocale } from "../texts/TextsProvider.js";
import { formatDuration } from "./format.js";

/** Props of {@link Countdown}. */
interface CountdownProps {
  /** Milliseconds since the epoch, by the swarm's clock. */
  readonly untilMs: number;
  readonly text: (duration: string) => string;
}

/** How long until then, to the second; nothing before the swarm's clock is known. The only thing that ticks. */
export function Countdown({ untilMs, text }: CountdownProps): ReactNode {
  const locale = useLocale();
  const nowMs = useNow();
  if (nowMs === undefined) return null;
  return (
    <span className="ps-countdown" role="timer">
      {text(formatDuration(Math.max(0, untilMs - nowMs), locale))}
    </span>
  );
}
