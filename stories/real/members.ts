import { createSwarm, defineMessage, peerTransport, type Swarm } from "peerswarm";
import { useEffect, useEffectEvent, useState } from "react";
import * as v from "valibot";

export const hello = defineMessage("hello", v.object({ text: v.pipe(v.string(), v.maxLength(200)) }));

const NAMES = ["Ada", "Ben", "Cyd"];

/** Three real swarms in one page, in a room that nobody else has; they leave when they are no longer shown. */
export function useMembers(url: string, onMade?: (members: readonly Swarm[]) => void): readonly Swarm[] {
  const [members, setMembers] = useState<readonly Swarm[]>([]);
  const report = useEffectEvent((swarms: readonly Swarm[]) => onMade?.(swarms));
  useEffect(() => {
    const swarms = makeMembers(url);
    setMembers(swarms);
    report(swarms);
    // What goes wrong is in the swarm's store, and so on its panel.
    for (const swarm of swarms) swarm.join().catch(() => undefined);
    return () => {
      setMembers([]);
      for (const swarm of swarms) void swarm.leave();
    };
  }, [url]);
  return members;
}

function makeMembers(url: string): readonly Swarm[] {
  const room = `storybook-${crypto.randomUUID()}`;
  return NAMES.map((name) =>
    createSwarm({
      room,
      name,
      // Each is somebody else, and none of them is kept.
      identity: "session",
      // They are on one machine: no server has to tell them their address.
      transport: peerTransport({ url, iceServers: [] }),
    }),
  );
}
