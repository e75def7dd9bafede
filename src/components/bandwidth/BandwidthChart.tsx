import type { ReactNode } from "react";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { type ChartPoint, SHOWN_SECONDS } from "../../hooks/bandwidthSeries.js";
import { formatRate, formatTick } from "../parts/format.js";
import { useIsHydrated } from "../parts/useIsHydrated.js";
import { useTexts } from "../texts/TextsProvider.js";

const OLDEST_SECOND = -(SHOWN_SECONDS - 1);
const TIME_TICKS = [OLDEST_SECOND, -45, -30, -15, 0];
// Of .ps-chart as well, which keeps the place until the lines are there.
const HEIGHT_PX = 172;
// Wide enough for "1,000", so that the chart keeps its place when the numbers grow.
const AXIS_WIDTH_PX = 40;
// Total first: the two that make it up are drawn over it.
const DRAWING_ORDER = ["total", "down", "up"] as const;

interface BandwidthChartProps {
  readonly points: readonly ChartPoint[];
  /** Top of the axis, KB/s. */
  readonly top: number;
}

/**
 * The lines of up, down and total. The only file that imports recharts, whose markup has inline styles: a strict content
 * policy blocks them in what a server sends, and lets pass those that scripts set.
 */
export function BandwidthChart(props: BandwidthChartProps): ReactNode {
  return useIsHydrated() ? <Chart {...props} /> : null;
}

function Chart({ points, top }: BandwidthChartProps): ReactNode {
  const { locale, bandwidth: texts } = useTexts();
  const formatTime = (second: number): string => {
    if (second === 0) return texts.now;
    return second === OLDEST_SECOND ? `-${SHOWN_SECONDS} s` : `${second} s`;
  };
  return (
    <ResponsiveContainer width="100%" height={HEIGHT_PX}>
      <LineChart data={points} margin={{ top: 8, right: 14, bottom: 0, left: 0 }} accessibilityLayer={false}>
        <CartesianGrid vertical={false} className="ps-grid" />
        <XAxis
          dataKey="second"
          type="number"
          domain={[OLDEST_SECOND, 0]}
          ticks={TIME_TICKS}
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
        {/* No cursor: recharts leaves it where it was while the lines move on under it. */}
        <Tooltip content={Reading} isAnimationActive={false} cursor={false} />
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

/** The numbers of the second under the pointer. */
function Reading({ active, payload }: ReadingProps): ReactNode {
  const { bandwidth: texts, locale } = useTexts();
  const point = payload?.[0]?.payload as ChartPoint | undefined;
  if (active !== true || point === undefined) return null;
  return (
    <div className="ps-reading">
      <p>{point.second === 0 ? texts.now : texts.secondsAgo(-point.second)}</p>
      {(["up", "down", "total"] as const).map((metric) => (
        <p key={metric}>
          {texts[metric]} <b>{formatRate(point[metric], locale)}</b> {texts.unit}
        </p>
      ))}
    </div>
  );
}
