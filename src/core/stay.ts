import { SwarmError } from "./errors.js";
import type { Identity } from "./identity/identity.js";
import { createPeerId, type PeerId } from "./identity/ids.js";
import { claimSession, type SessionClaim } from "./identity/previousSession.js";
import { type Membership, startMembership } from "./mesh/membership.js";
import { createMesh, type Mesh, type MeshEvents } from "./mesh/mesh.js";
import type { SwarmSettings } from "./options.js";
import type { SecretGate } from "./secret/secretProof.js";
import type { SignalingSnapshot, SwarmStatus } from "./store/snapshot.js";
import type { Transport, TransportRoom, TransportStep } from "./transport/transport.js";
import type { Session } from "./wire/session.js";

// A leaving tab has to be quick: what the network has not taken by then is lost.
const FAREWELL_MS = 500;

export interface StayOptions {
  readonly transport: Transport;
  readonly settings: SwarmSettings;
  readonly room: string;
  readonly identity: Identity;
  readonly gate: SecretGate | undefined;
  readonly meshEvents: MeshEvents;
  readonly onStatus: (status: SwarmStatus, signaling: Partial<SignalingSnapshot>) => void;
  readonly onFatal: (error: SwarmError) => void;
  readonly onNotice: (text: string) => void;
  readonly onStep: (step: TransportStep) => void;
}

/** One stay in one room, from entering to leaving: signalling, links and peers under one PeerId. */
export interface Stay {
  readonly peerId: PeerId;
  readonly server: string;
  readonly mesh: Mesh;
  readonly membership: Membership;
  /** Lets what is queued go out, says goodbye to each peer, closes every link and leaves the room. */
  end(sayGoodbye: (peerId: PeerId) => void): Promise<void>;
  /** The page goes away now: close what can be closed without waiting. */
  abandon(): void;
}

export async function startStay(options: StayOptions): Promise<Stay> {
  const { settings, identity, transport } = options;
  const { runtime } = settings;
  const peerId = createPeerId(identity.agentId, (count) => runtime.randomBytes(count));
  const claim = await claimSession(options.room, peerId);
  const room: TransportRoom = transport.enter({
    room: options.room,
    peerId,
    runtime,
    events: {
      lost: (error) => membership.lost(error),
      listed: (listed) => mesh.listed(listed),
      unlisted: (unlisted) => mesh.unlisted(unlisted),
      incoming: (dial) => mesh.incoming(dial),
      notice: options.onNotice,
      violation: (offender, code) => options.meshEvents.dropped(code, offender),
      step: options.onStep,
    },
  });
  const mesh: Mesh = createMesh({
    room,
    roomName: options.room,
    peerId,
    replaces: claim.replaces,
    identity,
    runtime,
    liveness: settings.liveness,
    limits: settings.limits,
    gate: options.gate,
    isSignalingConnected: () => membership.isConnected,
    admit: async (peer) => refusalText(await settings.admit(peer)),
    events: options.meshEvents,
  });
  const membership: Membership = startMembership({
    room,
    runtime,
    retry: settings.retry,
    report: options.onStatus,
    onConnected: () => mesh.resume(),
    onFatal: options.onFatal,
  });
  return {
    peerId,
    server: room.server,
    mesh,
    membership,
    async end(sayGoodbye) {
      membership.end(new SwarmError("left", { what: "The swarm left the room." }));
      await farewell(mesh, settings, sayGoodbye);
      close(mesh, room, claim);
    },
    abandon() {
      membership.end(new SwarmError("left", { what: "The page went away." }));
      // The claim stays: the page may come back by a reload and then replaces this session.
      room.close({ immediately: true });
      mesh.close("left");
    },
  };
}

function refusalText(verdict: boolean | string): string | undefined {
  if (verdict === true) return undefined;
  return verdict === false ? "The app did not admit this peer." : verdict;
}

function farewell(
  mesh: Mesh,
  { runtime }: SwarmSettings,
  sayGoodbye: (peerId: PeerId) => void,
): Promise<void> {
  // Goodbye comes last: it overtakes what still waits on the other lanes, and ends the link over there.
  const part = async (session: Session): Promise<void> => {
    await session.flushed();
    sayGoodbye(session.proven.peerId);
    await session.flushed();
  };
  const parted = Promise.all([...mesh.sessions()].map(part));
  return new Promise((resolve) => {
    const cancel = runtime.clock.setTimer(FAREWELL_MS, resolve);
    void parted.finally(() => {
      cancel();
      resolve();
    });
  });
}

function close(mesh: Mesh, room: TransportRoom, claim: SessionClaim): void {
  mesh.close("left");
  room.close();
  claim.release();
}
