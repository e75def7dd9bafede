import { useMemo } from "react";
import type { Swarm, SwarmSnapshot } from "../core/index.js";
import { useSwarm } from "./useSwarm.js";
import { useSwarmSelector } from "./useSwarmSelector.js";

/** What {@link useConnectionActions} gives. */
export interface ConnectionActions {
  /** Enters the room where the swarm is off, else tries signalling at once. What goes wrong is in the store. */
  reconnect(): void;
  disconnect(): void;
  /** Tells every peer that we are here; returns how many were told. */
  announce(): number;
  readonly canDisconnect: boolean;
  readonly canAnnounce: boolean;
}

function actionsOf(swarm: Swarm): Pick<ConnectionActions, "reconnect" | "disconnect" | "announce"> {
  return {
    reconnect() {
      if (swarm.store.getSnapshot().status === "off") swarm.join().catch(() => undefined);
      else swarm.reconnect();
    },
    disconnect: () => void swarm.leave(),
    announce: () => swarm.announce(),
  };
}

function possibleOf({ status }: SwarmSnapshot): Pick<ConnectionActions, "canDisconnect" | "canAnnounce"> {
  return { canDisconnect: status !== "off", canAnnounce: status !== "off" && status !== "joining" };
}

/**
 * What a visitor can do about the connection, and which of it makes sense now.
 * @example
 * const { reconnect, disconnect, canDisconnect } = useConnectionActions();
 * return <button onClick={canDisconnect ? disconnect : reconnect}>{canDisconnect ? "Leave" : "Join"}</button>;
 */
export function useConnectionActions(): ConnectionActions {
  const swarm = useSwarm();
  const possible = useSwarmSelector(possibleOf);
  return useMemo(() => ({ ...actionsOf(swarm), ...possible }), [swarm, possible]);
}
