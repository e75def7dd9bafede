import * as v from "valibot";
import { isPeerId } from "../identity/ids.js";
import { defineBuiltin } from "../protocols/builtin.js";
import { MAX_TOLD_LINKS } from "./view.js";

/** Peers that are asked for their links. */
export const MAX_ASKED_PEERS = 64;
/** Time between two messages about links to one peer. */
export const TELL_EVERY_MS = 2000;

const MAX_ROUND_TRIP_MS = 600_000;
const MAX_LINK_COUNT = 1_000_000;

const peerId = v.custom<string>(isPeerId);
const links = v.pipe(
  v.array(
    v.strictObject({
      to: peerId,
      isUp: v.boolean(),
      roundTripMs: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_ROUND_TRIP_MS))),
      route: v.nullable(v.picklist(["direct", "relayed"])),
    }),
  ),
  v.maxLength(MAX_TOLD_LINKS),
);

/** Whether its sender wants to hear of the receiver's links from now on. */
export const watchSchema = v.strictObject({ isWatching: v.boolean() });
export const topologyWatch = defineBuiltin("topology-watch", watchSchema);

/** Links of its sender: all of them, or those that are new or have changed and those that are gone. */
export const linksSchema = v.strictObject({
  isWhole: v.boolean(),
  links,
  gone: v.pipe(v.array(peerId), v.maxLength(MAX_TOLD_LINKS)),
  count: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_LINK_COUNT)),
});
export const topologyLinks = defineBuiltin("topology-links", linksSchema);

export type LinksMessage = v.InferOutput<typeof linksSchema>;
export type WireLink = LinksMessage["links"][number];

/** The longest round trip that can be told. */
export function tellable(roundTripMs: number): number {
  return Math.min(MAX_ROUND_TRIP_MS, Math.max(0, Math.round(roundTripMs)));
}
