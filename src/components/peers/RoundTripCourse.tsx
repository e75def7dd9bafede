import type { ReactNode } from "react";
import type { PeerId } from "../../core/index.js";
import { percentile } from "../../core/stats/linkQuality.js";
import { useRoundTrips } from "../../hooks/index.js";
import { Fact } from "../parts/Fact.js";
import { formatMilliseconds, formatMinutes, formatSeconds } from "../parts/format.js";
import { Sparkline } from "../parts/Sparkline.js";
import { usePeersTexts } from "../texts/peersTexts.js";
import { useLocale } from "../texts/TextsProvider.js";

const MINUTE_MS = 60_000;
// One and a half heartbeats: longer ago than that, nobody knows what lies between.
const GAP_MS = 45_000;

/** How the round trip of one peer went in the last minutes, drawn and in words. */
export function RoundTripCourse({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const texts = usePeersTexts();
  const locale = useLocale();
  const roundTrips = useRoundTrips(peerId);
  const [first, last] = [roundTrips[0], roundTrips.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const sorted = roundTrips.map(({ roundTripMs }) => roundTripMs).sort((a, b) => a - b);
  const time = (share: number): string => formatMilliseconds(percentile(sorted, share) ?? 0, locale);
  return (
    <Fact term={texts.course} name="course">
      <span className="ps-lines ps-course" data-count={roundTrips.length}>
        <Sparkline
          points={roundTrips.map(({ timeMs, roundTripMs }) => ({ x: timeMs, y: roundTripMs }))}
          gap={GAP_MS}
        />
        <span>
          {texts.courseOf({
            median: time(0.5),
            least: time(0),
            most: time(1),
            time: formatSpan(last.timeMs - first.timeMs, locale),
          })}
        </span>
      </span>
    </Fact>
  );
}

function formatSpan(spanMs: number, locale: string): string {
  if (spanMs < MINUTE_MS) return formatSeconds(spanMs, locale);
  return formatMinutes(Math.round(spanMs / MINUTE_MS), locale);
}
