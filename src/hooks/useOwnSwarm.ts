import { useEffect, useRef, useState } from "react";
import { createSwarm, DEFAULT_ROOM, type Swarm, type SwarmError, type SwarmOptions } from "../core/index.js";
import { isShallowEqual } from "./isShallowEqual.js";

/** A swarm that lives as long as the component, and follows those options that a living swarm can. */
export function useOwnSwarm(options: SwarmOptions): Swarm {
  const [swarm] = useState(() => createSwarm(options));
  const [, fail] = useState<undefined>();
  const followed = useRef(options);
  const isMounted = useRef(false);

  useEffect(() => {
    const before = followed.current;
    followed.current = options;
    follow(swarm, before, options).catch((error: SwarmError) => {
      // What goes wrong on the way is in the store, and shown by panels. What is no room at all goes to an error boundary.
      if (error.code === "invalid-option")
        fail(() => {
          throw error;
        });
    });
  });

  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
      // StrictMode and hot reload mount again in the same breath: then nobody has gone.
      queueMicrotask(() => {
        if (!isMounted.current) void swarm.leave();
      });
    };
  }, [swarm]);

  return swarm;
}

async function follow(swarm: Swarm, before: SwarmOptions, now: SwarmOptions): Promise<void> {
  announceNews(swarm, before, now);
  const { room, secret } = now;
  if (room === before.room && secret === before.secret) return;
  await swarm.configureSignaling({ room: room ?? DEFAULT_ROOM, secret: secret ?? null });
}

/** What others are told of this member where no option says it. */
const UNSAID = { name: undefined, region: undefined, capabilities: [], goals: [] };
const PROFILE = Object.keys(UNSAID) as (keyof typeof UNSAID)[];

function announceNews(swarm: Swarm, before: SwarmOptions, now: SwarmOptions): void {
  const changed = PROFILE.filter((key) => !isShallowEqual(before[key], now[key]));
  if (changed.length === 0) return;
  swarm.announce(Object.fromEntries(changed.map((key) => [key, now[key] ?? UNSAID[key]])));
}
