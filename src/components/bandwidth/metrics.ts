/** What is measured of the bandwidth, in the order in which it is shown. */
export const METRICS = ["up", "down", "total"] as const;
export type Metric = (typeof METRICS)[number];
