import { ConnectionPanel } from "peerswarm/components";
import type { ReactNode } from "react";
import "./start.css";

/** The same panel four times: as it comes, compact, in colours of the app's own, and those in the dark. */
export function Rethemed(): ReactNode {
  return (
    <div className="start-columns">
      <ConnectionPanel title="As it comes" />
      <div data-density="compact">
        <ConnectionPanel title="Compact" />
      </div>
      <div data-theme="light" className="start-own">
        <ConnectionPanel title="Own colours" />
      </div>
      <div data-theme="dark" className="start-own-dark">
        <ConnectionPanel title="Own colours, dark" />
      </div>
    </div>
  );
}
