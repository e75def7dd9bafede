import type { ReactNode } from "react";
import type { SwarmDevtoolsProps } from "./SwarmDevtools.js";

export type { SwarmDevtoolsProps } from "./SwarmDevtools.js";

/** What `peerswarm/devtools` holds in production: nothing. `peerswarm/devtools/always` shows it there, too. */
export function SwarmDevtools(_props: SwarmDevtoolsProps): ReactNode {
  return null;
}
