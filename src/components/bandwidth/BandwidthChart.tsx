import { type ReactNode, useMemo } from "react";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { type ShownMinutes, stepSecondsOf } from "../../hooks/bandwidthSeries.js";
import type { BandwidthSeries } from "../../hooks/index.js";
import { formatDuration, formatMinutes, formatRate, formatSeconds, formatTick } from "../parts/format.js";
import { useIsHydrated } from "../parts/useIsHydrated.js";
import { useBandwidthTexts } from "../texts/bandwidthTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { type ChartRow, withGaps } from "./chartRows.js";

const TICKS: Readonly<Record<ShownMinutes, readonly number[]>> = {
  1: [-59, -45, -30, -15, 0],
  5: [-295, -240, -180, -120, -60, 0],
  15: [-885, -600, -300, 0],
};
// Of .ps-chart as well, which keeps the place until the lines are there.
const HEIGHT_PX = 172;
// Wide enough for "1,000", so that the chart keeps its place when the numbers grow.
const AXIS_WIDTH_PX = 40;
const MARGIN = { top: 8, right: 14, bottom: 0, left: 0 };
// Total first: the two that make it up are drawn over it.
const DRAWING_ORDER = ["total", "down", "up"] as const;

/**
 * The lines of up, down and total. The only file that imports recharts, whose markup has inline styles: a strict content
 * policy blocks them in what a server sends, and lets pass those that scripts set.
 */
export function BandwidthChart(series: BandwidthSeries): ReactNode {
  return useIsHydrated() ? <Chart {...series} /> : null;
}

function Chart({ minutes, points, top }: BandwidthSeries): ReactNode {
  const locale = useLocale();
  const texts = useBandwidthTexts();
  const stepSeconds = stepSecondsOf(minutes);
  const oldestSecond = stepSeconds - minutes * 60;
  const rows = useMemo(() => withGaps(points, stepSeconds), [points, stepSeconds]);
  const formatTime = (second: number): string => {
    if (second === 0) return texts.now;
    const seconds = second === oldestSecond ? -minutes * 60 : second;
    return minutes === 1 ? formatSeconds(seconds * 1000, locale) : formatMinutes(seconds / 60, locale);
  };
  return (
    <ResponsiveContainer width="100%" height={HEIGHT_PX}>
      <LineChart data={rows} margin={MARGIN} aria-label={texts.chart(formatMinutes(minutes, locale))}>
        <CartesianGrid vertical={false} className="ps-grid" />
        <XAxis
          dataKey="second"
          type="number"
          domain={[oldestSecond, 0]}
          allowDataOverflow
          ticks={TICKS[minutes]}
          tickFormatter={formatTime}
          tickLine={false}
          axisLine={false}
          height={24}
        />
        <YAxis
          type="number"
          domain={[0, top]}
          ticks={[0, top / 2, top]}
          tickFormatter={(value: number) => formatTick(value, locale)}
          tickLine={false}
          axisLine={false}
          width={AXIS_WIDTH_PX}
        />
        <Tooltip content={Reading} isAnimationActive={false} cursor={{ className: "ps-cursor" }} />
        {DRAWING_ORDER.map((metric) => (
          <Line
            key={metric}
            dataKey={metric}
            data-metric-line={metric}
            className="ps-line"
            type="linear"
            dot={false}
            activeDot={false}
            isAnimationActive={false}
          />
        ))}
      </LineChart>
    </ResponsiveContainer>
  );
}

interface ReadingProps {
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: unknown }[];
}

/** The numbers of the moment under the pointer, or of the one that the arrow keys chose. */
function Reading({ active, payload }: ReadingProps): ReactNode {
  const texts = useBandwidthTexts();
  const locale = useLocale();
  const row = payload?.[0]?.payload as ChartRow | undefined;
  if (active !== true || row === undefined || row.total === null) return null;
  const seconds = Math.round(-row.second);
  const time = seconds < 60 ? formatSeconds(seconds * 1000, locale) : formatDuration(seconds * 1000, locale);
  return (
    <div className="ps-reading" role="status">
      <p>{seconds === 0 ? texts.now : texts.ago(time)}</p>
      {(["up", "down", "total"] as const).map((metric) => (
        <p key={metric}>
          {texts[metric]} <b>{formatRate(row[metric], locale)}</b> {texts.unit}
        </p>
      ))}
    </div>
  );
}
