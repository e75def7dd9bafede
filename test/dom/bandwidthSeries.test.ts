import { describe, expect, it } from "vitest";
import { withGaps } from "../../src/components/bandwidth/chartRows.js";
import { axisTop, chartPoints, tableRows } from "../../src/hooks/bandwidthSeries.js";

const START_MS = Date.UTC(2026, 0, 1);
/** A rate per second, and nothing for a second in which nobody counted. */
const past = (rates: readonly (number | undefined)[]) => ({
  endMs: START_MS + rates.length * 1000,
  series: rates.flatMap((up, index) =>
    up === undefined ? [] : [{ timeMs: START_MS + index * 1000, up, down: up / 2 }],
  ),
});
const seconds = (count: number, rate: number | undefined) => Array.from({ length: count }, () => rate);

describe("the chart's points", () => {
  it("are the last 60 seconds, counted back from the last whole one", () => {
    const points = chartPoints(past(Array.from({ length: 90 }, (_, index) => index)), 1);
    expect(points).toHaveLength(60);
    expect(points[0]).toEqual({ second: -59, up: 30, down: 15, total: 45 });
    expect(points[59]).toEqual({ second: 0, up: 89, down: 44.5, total: 133.5 });
  });

  it("are none before the first second is over", () => {
    expect(chartPoints({ series: [], endMs: 0 }, 1)).toEqual([]);
  });

  it.each([
    [5, 5],
    [15, 15],
  ] as const)(
    "of %d minutes are averages of %d seconds, the oldest of what is left of theirs",
    (minutes, step) => {
      const rates = Array.from({ length: 1000 }, (_, index) => index);
      const whole = chartPoints(past(rates.slice(0, 990)), minutes);
      expect(whole).toHaveLength(60);
      expect(whole.map(({ second }) => second)).toEqual(
        Array.from({ length: 60 }, (_, index) => (index - 59) * step),
      );
      expect(whole.at(-1)?.up).toBe(989 - (step - 1) / 2);
      // A second later only the newest has changed, and all stand a second further left.
      const next = chartPoints(past(rates.slice(0, 991)), minutes);
      expect(next.at(-1)).toEqual({ second: 0, up: 990, down: 495, total: 1485 });
      expect(next.at(-2)).toEqual({ ...whole.at(-1), second: -1 });
    },
  );

  it("leave out what nobody counted, and the lines break there", () => {
    const points = chartPoints(past([...seconds(10, 4), ...seconds(20, undefined), ...seconds(10, 1)]), 1);
    expect(points).toHaveLength(20);
    const rows = withGaps(points, 1);
    expect(rows.filter(({ total }) => total === null)).toHaveLength(1);
    expect(rows[10]).toEqual({ second: -19.5, total: null });
    expect(withGaps(points.slice(0, 10), 1)).toEqual(points.slice(0, 10));
  });
});

describe("the axis", () => {
  it.each([
    [0, 1],
    [0.4, 1],
    [1, 2],
    [20, 50],
    [600, 1000],
    [1000, 2000],
  ])("for %d KB/s up ends at %d", (up, top) => {
    expect(axisTop(chartPoints(past([up]), 1))).toBe(top);
  });
});

describe("the table", () => {
  it("averages a sixth of the time a row, newest first, and says nothing of what nobody counted", () => {
    const rows = tableRows(chartPoints(past([...seconds(10, 4), ...seconds(10, 1)]), 1), 1);
    expect(rows).toHaveLength(6);
    expect(rows[0]).toEqual({ fromSeconds: 0, toSeconds: 10, mean: { up: 1, down: 0.5, total: 1.5 } });
    expect(rows[1]).toMatchObject({ fromSeconds: 10, mean: { up: 4 } });
    expect(rows[2]?.mean).toBeUndefined();
    const long = tableRows(chartPoints(past(seconds(900, 3)), 15), 15);
    expect(long.map(({ toSeconds, mean }) => [toSeconds, mean?.up])).toEqual(
      [150, 300, 450, 600, 750, 900].map((to) => [to, 3]),
    );
  });
});
