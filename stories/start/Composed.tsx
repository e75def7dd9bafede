import { Panel, SwarmDashboard } from "peerswarm/components";
import { useStats } from "peerswarm/react";
import type { ReactNode } from "react";

// A constant: a new array in each render would render every panel.
const PANELS = ["connection", "peers", <Talk key="talk" />, "topology"] as const;

/** Three panels of the kit, one of the app's own, and a button to choose. */
export function Composed(): ReactNode {
  return <SwarmDashboard panels={PANELS} isChoosable storageKey="story-composed" />;
}

/** A panel of the app's own, framed like the others. */
function Talk(): ReactNode {
  const heard = useStats(({ total }) => total.messagesReceived);
  return (
    <Panel name="talk" title="Talk" state={heard === 0 ? "empty" : "full"}>
      <p>{heard} messages heard</p>
    </Panel>
  );
}
