import { describe, expect, it } from "vitest";
import { axisTop, chartPoints, tableRows } from "../../src/hooks/bandwidthSeries.js";

const START_MS = Date.UTC(2026, 0, 1);
const series = (rates: readonly number[]) =>
  rates.map((up, index) => ({ timeMs: START_MS + index * 1000, up, down: up / 2 }));

describe("the chart's points", () => {
  it("are the last 60 seconds, counted back from the last whole one", () => {
    const points = chartPoints(series(Array.from({ length: 90 }, (_, index) => index)));
    expect(points).toHaveLength(60);
    expect(points[0]).toEqual({ second: -59, up: 30, down: 15, total: 45 });
    expect(points[59]).toEqual({ second: 0, up: 89, down: 44.5, total: 133.5 });
  });

  it("are none before the first second is over", () => {
    expect(chartPoints([])).toEqual([]);
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
    expect(axisTop(chartPoints(series([up])))).toBe(top);
  });
});

describe("the table", () => {
  it("averages ten seconds a row, newest first", () => {
    const rows = tableRows(chartPoints(series([...Array(10).fill(4), ...Array(10).fill(1)])));
    expect(rows).toHaveLength(6);
    expect(rows[0]).toEqual({ fromSeconds: 0, toSeconds: 10, up: 1, down: 0.5 });
    expect(rows[1]).toMatchObject({ fromSeconds: 10, up: 4 });
    expect(rows[2]).toMatchObject({ up: 0, down: 0 });
  });
});
