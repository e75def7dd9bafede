import { useCallback, useMemo, useState } from "react";
import type { StatsSnapshot } from "../core/index.js";
import {
  nextOrder,
  type TrafficColumn,
  type TrafficOrder,
  type TrafficRow,
  trafficRows,
} from "./trafficRows.js";
import { useStats } from "./useStats.js";

/** What {@link useTrafficRows} gives. */
export interface TrafficRows {
  readonly rows: readonly TrafficRow[];
  readonly order: TrafficOrder;
  /** Orders by a column; by the same one again: the other way round. Never changes. */
  readonly sortBy: (column: TrafficColumn) => void;
}

const TABLES = {
  type: (stats: StatsSnapshot) => stats.byType,
  lane: (stats: StatsSnapshot) => stats.byLane,
  peer: (stats: StatsSnapshot) => stats.byPeer,
};

const BUSIEST_FIRST: TrafficOrder = { column: "bytesReceived", direction: "descending" };

/**
 * Messages and bytes per message type, lane or peer, as rows that can be sorted.
 * @param initial default: most bytes received first
 * @example
 * const { rows, sortBy } = useTrafficRows("type");
 * return <ul onClick={() => sortBy("name")}>{rows.map(({ name, bytesSent }) => <li key={name}>{name}: {bytesSent}</li>)}</ul>;
 */
export function useTrafficRows(
  by: "type" | "lane" | "peer",
  initial: TrafficOrder = BUSIEST_FIRST,
): TrafficRows {
  const traffic = useStats(TABLES[by]);
  const [order, setOrder] = useState(initial);
  const rows = useMemo(() => trafficRows(traffic, order), [traffic, order]);
  const sortBy = useCallback(
    (column: TrafficColumn) => setOrder((current) => nextOrder(current, column)),
    [],
  );
  return { rows, order, sortBy };
}
