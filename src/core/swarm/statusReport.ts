import type { SignalingSnapshot, SwarmStatus } from "../store/snapshot.js";
import type { WitnessProtocol } from "../witness/witness.js";
import type { Ground } from "./ground.js";

/** Tells store, app and witness log how the swarm stands with its room. */
export function createStatusReport({ store, events }: Ground, witness: WitnessProtocol) {
  const witnessSignaling = (before: SignalingSnapshot, after: SignalingSnapshot): void => {
    if (after.isConnected === before.isConnected) return;
    const detail = { server: after.server, room: after.room };
    if (after.isConnected) return witness.note({ kind: "signaling_connected", detail });
    witness.note({ kind: "signaling_lost", detail: { ...detail, reason: after.reason?.code ?? null } });
  };
  return (status: SwarmStatus, signaling: Partial<SignalingSnapshot>): void => {
    const before = store.getSnapshot();
    store.dispatch({ type: "status-changed", status, signaling });
    const after = store.getSnapshot();
    if (after.signaling !== before.signaling) events.emit("signaling-changed", after.signaling);
    witnessSignaling(before.signaling, after.signaling);
    if (after.status !== before.status)
      events.emit("status-changed", { status, reason: after.signaling.reason });
  };
}
