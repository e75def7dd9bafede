import type { LinkPath } from "../../core/index.js";

/** What a path is called: within one network, through the routers of both, or through a TURN server. */
export type PathKind = "local" | "routed" | "relayed";

/** `undefined` of a simulated path. */
export function pathKind({ local, remote }: LinkPath): PathKind | undefined {
  const ends = [local, remote];
  if (ends.includes("memory")) return undefined;
  if (ends.includes("relay")) return "relayed";
  return ends.every((end) => end === "host") ? "local" : "routed";
}
