import type { Mesh, MeshEvents } from "../mesh/mesh.js";
import { RESERVED_TYPE_PREFIX } from "../messages/definition.js";
import type { Router } from "../messages/router.js";
import type { Heartbeat } from "../protocols/heartbeat.js";
import type { ProfileExchange } from "../protocols/profile.js";
import type { DroppedMessage } from "../stats/recentEvents.js";
import { withState } from "../store/peerStates.js";
import { EMPTY_PROFILE, type PeerSnapshot } from "../store/snapshot.js";
import type { VerifiedMessage } from "../wire/inbox.js";
import type { WitnessProtocol } from "../witness/witness.js";
import type { Ground } from "./ground.js";
import type { Roll } from "./roll.js";

export interface MeshEventsOptions {
  readonly ground: Ground;
  readonly roll: Roll;
  readonly router: Router;
  /** Of the present stay. */
  readonly mesh: () => Mesh | undefined;
  readonly countDropped: (
    code: string,
    peerId: PeerSnapshot["peerId"] | undefined,
    message?: DroppedMessage,
  ) => void;
  readonly protocols: {
    readonly witness: WitnessProtocol;
    readonly heartbeat: Heartbeat;
    readonly profiles: ProfileExchange;
  };
}

/** What happens in the mesh, told to the store, the counts, the parts and the app. */
export function createMeshEvents(options: MeshEventsOptions): MeshEvents {
  const { ground, roll, mesh, countDropped } = options;
  const { clock, store, events, happenings, stats, quality } = ground;
  const { witness, heartbeat, profiles } = options.protocols;
  const deliver = createDelivery(options);

  return {
    proven({ peerId, agentId, sealingKey }, link) {
      // The ban can fall between our welcome and theirs.
      if (roll.isBanned(agentId)) return mesh()?.dismiss(peerId, "banned");
      const connectedAtMs = clock.now();
      roll.enter({
        peerId,
        agentId,
        state: "connected",
        states: [{ state: "connected", atMs: connectedAtMs }],
        profile: EMPTY_PROFILE,
        connectedAtMs,
        roundTripMs: undefined,
        isMuted: roll.hasMuted(agentId),
        restraint: mesh()?.restraint(peerId),
        linkId: link.id,
      });
      profiles.ask(peerId);
      happenings.emit("joined", { peerId, agentId, sealingKey });
    },
    relinked(peerId, link) {
      roll.update(peerId, { linkId: link.id });
      const peer = roll.peer(peerId);
      if (peer !== undefined) happenings.emit("relinked", { peerId, agentId: peer.agentId });
    },
    stateChanged(peerId, state) {
      const states = roll.peer(peerId)?.states ?? [];
      roll.update(peerId, { state, states: withState(states, { state, atMs: clock.now() }) });
    },
    gone(peerId, reason) {
      heartbeat.forget(peerId);
      quality.forget(peerId);
      stats.forgetPeer(peerId);
      roll.leave(peerId, reason);
    },
    connecting: (peer) => store.dispatch({ type: "connecting-changed", peer }),
    connectingEnded: (peerId) => store.dispatch({ type: "connecting-ended", peerId }),
    frame: (direction, peerId, lane, bytes) => stats.countFrame(direction, peerId, lane, bytes),
    witnessed: (peerId, frame) => witness.frame({ peerId, ...frame }),
    dropped: countDropped,
    restrained(peerId, restraint, before) {
      roll.restrain(peerId, restraint);
      const code = (restraint ?? before)?.reason ?? "";
      if (restraint?.stage !== before?.stage)
        events.emit("limit-exceeded", { code, peerId, stage: restraint?.stage ?? "free" });
    },
    overflowed: (peerId, code) => events.emit("limit-exceeded", { code, peerId, stage: "dropped" }),
    attempted: (outcome) => store.dispatch({ type: "attempt-ended", outcome }),
    probe: (peerId) => heartbeat.probe(peerId),
    slept: (sleptMs) => happenings.emit("slept", { sleptMs }),
    chunk: (peer, frame) => happenings.emit("chunk", { ...peer, frame }),
    message: deliver,
  };
}

/** Brings a message to its handler, or counts why not. */
function createDelivery({ ground, roll, router, mesh, countDropped }: MeshEventsOptions) {
  const { stats } = ground;
  return (message: VerifiedMessage): void => {
    const { fromPeer, fromAgent, lane } = message.context;
    const { type } = message.content;
    const { bytes, receivedAtMs } = message;
    const isForApp = !type.startsWith(RESERVED_TYPE_PREFIX);
    const drop = (code: string): void => countDropped(code, fromPeer, { type, lane, bytes });
    if (isForApp && roll.hasMuted(fromAgent)) return drop("muted");
    if (!router.handles(type)) mesh()?.unhandled(fromPeer);
    if (isForApp && roll.isHeldBack(fromPeer)) return drop("restrained");
    const delivery = router.deliver(message);
    if (delivery !== "delivered") return drop(delivery);
    stats.countMessage("received", { peerId: fromPeer, lane, type, bytes, timeMs: receivedAtMs });
    // The handler may have ended the peer.
    if (mesh()?.session(fromPeer) === undefined) stats.forgetPeer(fromPeer);
  };
}
