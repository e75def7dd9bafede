import type { PeerId } from "../identity/ids.js";
import type { EndOfLink } from "./measured.js";
import { MAX_TOLD_LINKS } from "./view.js";
import type { LinksMessage, WireLink } from "./wire.js";

/** What a peer says of its links. */
export interface Claim {
  readonly links: ReadonlyMap<PeerId, EndOfLink>;
  /** How many it says to have, those that it does not name included. */
  readonly count: number;
}

/** What a peer says after one more message of it, or `undefined` where no honest one would say that. */
export function heard(of: PeerId, before: Claim | undefined, message: LinksMessage): Claim | undefined {
  const { isWhole, gone, count } = message;
  const named = [...message.links.map(({ to }) => to), ...gone];
  const isNamedOnce = new Set(named).size === named.length;
  if (!isNamedOnce || named.includes(of) || (isWhole && gone.length > 0)) return undefined;
  const links = new Map(isWhole ? undefined : before?.links);
  for (const to of gone) links.delete(to);
  for (const link of message.links) links.set(link.to, fromWire(link));
  return links.size > MAX_TOLD_LINKS || links.size > count ? undefined : { links, count };
}

function fromWire({ isUp, roundTripMs, route }: WireLink): EndOfLink {
  return { isUp, roundTripMs: roundTripMs ?? undefined, route: route ?? undefined };
}
