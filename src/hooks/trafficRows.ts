import type { Traffic } from "../core/index.js";

/** A column of a table of traffic: what a row is about, or one of its counts. */
export type TrafficColumn = "name" | keyof Traffic;

/** How a table of traffic is ordered. */
export interface TrafficOrder {
  readonly column: TrafficColumn;
  readonly direction: "ascending" | "descending";
}

/** The counts of one message type, lane or peer. */
export interface TrafficRow extends Traffic {
  readonly name: string;
}

/** Rows in order; equal ones by name, so that they do not change places while others count on. Pure. */
export function trafficRows(
  traffic: Readonly<Record<string, Traffic>>,
  { column, direction }: TrafficOrder,
): readonly TrafficRow[] {
  const sign = direction === "ascending" ? 1 : -1;
  const rows = Object.entries(traffic).map(([name, counts]): TrafficRow => ({ name, ...counts }));
  return rows.sort((a, b) => {
    if (column === "name") return sign * compareNames(a, b);
    return sign * (a[column] - b[column]) || compareNames(a, b);
  });
}

/** What a click on a column's title asks for: counts largest first, names from A to Z, then the other way. Pure. */
export function nextOrder(order: TrafficOrder, column: TrafficColumn): TrafficOrder {
  const natural = column === "name" ? "ascending" : "descending";
  if (order.column !== column) return { column, direction: natural };
  return { column, direction: order.direction === "ascending" ? "descending" : "ascending" };
}

// By code unit, not by locale: the same on the server and in the browser.
function compareNames(a: TrafficRow, b: TrafficRow): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
