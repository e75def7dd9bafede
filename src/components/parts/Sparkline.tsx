import type { ReactNode } from "react";

const WIDTH = 200;
const HEIGHT = 28;
// Room for the line's own width at the edges.
const EDGE = 2;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface SparklineProps {
  /** By rising `x`. */
  readonly points: readonly Point[];
  /** Points that lie further apart are not joined. */
  readonly gap: number;
}

/** A line over zero without axes, beside words that say the same. Drawn by attributes alone, as strict pages demand. */
export function Sparkline({ points, gap }: SparklineProps): ReactNode {
  return (
    <svg
      className="ps-sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path className="ps-sparkline-base" d={`M0 ${HEIGHT - EDGE}H${WIDTH}`} />
      <path className="ps-sparkline-line" d={lineOf(points, gap)} />
    </svg>
  );
}

/** The path of the line; a point without neighbours is a dot. */
export function lineOf(points: readonly Point[], gap: number): string {
  const [start, end] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 0];
  const top = Math.max(...points.map(({ y }) => y));
  const across = (x: number): number => EDGE + ((x - start) / (end - start || 1)) * (WIDTH - 2 * EDGE);
  const down = (y: number): number => HEIGHT - EDGE - (y / (top || 1)) * (HEIGHT - 2 * EDGE);
  return points
    .map(({ x, y }, index) => {
      const before = points[index - 1];
      const place = `${across(x).toFixed(1)} ${down(y).toFixed(1)}`;
      return before === undefined || x - before.x > gap ? `M${place}h0` : `L${place}`;
    })
    .join("");
}
