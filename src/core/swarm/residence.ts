import { settleWithin, unlessAborted } from "../abort.js";
import { type Attendance, createAttendance } from "../attendance.js";
import type { Bytes } from "../bytes.js";
import type { Cancel } from "../clock.js";
import { abortedError, SwarmError, toSwarmError } from "../errors.js";
import { type Identity, resolveIdentity } from "../identity/identity.js";
import type { PeerId } from "../identity/ids.js";
import type { Mesh, MeshEvents } from "../mesh/mesh.js";
import type { SwarmSettings } from "../options.js";
import { watchPage } from "../pageLife.js";
import type { PortSelf } from "../protocols/builtin.js";
import { createGuessBook } from "../secret/guessBook.js";
import type { SecretGate } from "../secret/secretProof.js";
import { type Configuring, createConfiguring } from "../settings/configuring.js";
import type { Stay } from "../stay.js";
import type { Swarm } from "../swarmApi.js";
import type { Transport } from "../transport/transport.js";
import type { WitnessProtocol } from "../witness/witness.js";
import type { Ground } from "./ground.js";
import { createMeters } from "./meters.js";
import type { Roll } from "./roll.js";
import { createStatusReport } from "./statusReport.js";

const DEFAULT_JOIN_TIMEOUT_MS = 30_000;

export interface ResidenceOptions {
  readonly ground: Ground;
  readonly roll: Roll;
  readonly settings: SwarmSettings;
  readonly transport: Transport;
  readonly meshEvents: MeshEvents;
  readonly witness: WitnessProtocol;
  readonly sayGoodbye: (peerId: PeerId) => void;
  /** Tells others another name; returns the way back. */
  readonly rename: (name: string | undefined) => () => void;
}

/** Where the swarm is: it enters and leaves its room, and moves to another. */
export interface Residence {
  /** Of the present stay. */
  readonly mesh: Mesh | undefined;
  readonly self: PortSelf | undefined;
  /** A stay is asked for and has not begun. */
  readonly isArriving: boolean;
  /** Where the swarm is, or where it will be once it joins. */
  readonly room: string;
  readonly join: Swarm["join"];
  readonly leave: Swarm["leave"];
  reconnect(): void;
  readonly configuring: Configuring;
}

export function createResidence(options: ResidenceOptions): Residence {
  const { ground, roll, settings, transport, witness } = options;
  const { runtime, clock, store, happenings } = ground;
  let { room, secret } = settings;
  let gate = gateOf(secret);
  let self: PortSelf | undefined;
  let stopWatching: Cancel | undefined;

  // Outlives a stay: who guesses gains nothing by our coming again.
  function gateOf(secret: Bytes | undefined): SecretGate | undefined {
    return secret && { secret, guesses: createGuessBook(clock) };
  }

  const setStatus = createStatusReport(ground, witness);
  const meters = createMeters(ground, () => attendance.stay?.mesh);

  const setOff = (reason: SwarmError | undefined): void => {
    stopWatching?.();
    stopWatching = undefined;
    meters.stop();
    store.dispatch({ type: "self-changed", self: { peerId: undefined } });
    self = undefined;
    happenings.emit("ended", undefined);
    setStatus("off", {
      isConnected: false,
      peerId: undefined,
      reason,
      nextTryAtMs: undefined,
      failedTries: 0,
      connectedAtMs: undefined,
      notice: undefined,
    });
  };

  const admit: typeof settings.admit = (peer) =>
    roll.isBanned(peer.agentId) ? "This agent is banned here." : settings.admit(peer);

  const loadIdentity = async (): Promise<Identity> =>
    resolveIdentity(settings.identity, await runtime.ed25519(), runtime.track);

  // What only a stay needs, links and all that goes over them, comes with the first join.
  const loadCode = (): Promise<typeof import("../stay.js")> =>
    runtime.track(import("../stay.js")).catch((error: unknown) => {
      throw toSwarmError(error, "internal", "The code of a stay in a room could not be loaded.");
    });

  const begin = async (signal: AbortSignal): Promise<Stay> => {
    setStatus("joining", { reason: undefined, room });
    // A key store or a platform that never answers must not keep leave() waiting.
    const ready = Promise.all([loadIdentity(), loadCode(), witness.ready()]);
    const [identity, { startStay }] = await unlessAborted(ready, signal, "Joining");
    const stay = await startStay({
      transport,
      settings: { ...settings, admit },
      room,
      identity,
      gate,
      meshEvents: options.meshEvents,
      onStatus: setStatus,
      // It can fail before this stay is the present one.
      onFatal: (error) =>
        void attendance.join().then(
          () => attendance.leave(error),
          () => undefined,
        ),
      onStep: ({ kind, peerId, ...detail }) => witness.note({ kind, detail: { peer: peerId, ...detail } }),
      onNotice: (notice) => setStatus(store.getSnapshot().status, { notice }),
    });
    settle(stay, identity);
    return stay;
  };

  const settle = (stay: Stay, identity: Identity): void => {
    store.dispatch({ type: "self-changed", self: { peerId: stay.peerId, agentId: identity.agentId } });
    setStatus(store.getSnapshot().status, { peerId: stay.peerId, server: stay.server, room });
    stopWatching = watchPage({
      onHide: () => attendance.stay?.abandon(),
      onRestore: () => void rejoin().catch(() => undefined),
      onOnline: reconnect,
    });
    meters.start();
    self = { peerId: stay.peerId, identity, room };
    happenings.emit("began", self);
  };

  const attendance = createAttendance({ begin, onOff: setOff, sayGoodbye: options.sayGoodbye });
  const join = createJoin(ground, attendance);

  // Both at once, so that a leave() that comes meanwhile has the last word.
  const rejoin: Swarm["join"] = (options) => {
    attendance.restart();
    return join(options);
  };

  const reconnect = (): void => attendance.stay?.membership.retryNow();

  const configuring = createConfiguring({
    transport,
    runtime,
    attendance,
    place: { room, secret },
    onChanged(place) {
      if (place.secret !== secret) gate = gateOf(place.secret);
      ({ room, secret } = place);
      store.dispatch({ type: "parts-changed", parts: { settings: configuring.view } });
      if (!attendance.isActive) setStatus(store.getSnapshot().status, { room, server: transport.name });
    },
    rename: options.rename,
    rejoin,
    retry() {
      if (attendance.stay?.membership.isConnected !== true) reconnect();
    },
  });
  store.dispatch({ type: "parts-changed", parts: { settings: configuring.view } });

  return {
    get mesh() {
      return attendance.stay?.mesh;
    },
    get self() {
      return self;
    },
    get isArriving() {
      return self === undefined && attendance.isActive;
    },
    get room() {
      return room;
    },
    join,
    leave: () => attendance.leave(),
    reconnect,
    configuring,
  };
}

/** Enters the room, or waits for the join or the stay that is under way. */
function createJoin({ clock }: Ground, attendance: Attendance): Swarm["join"] {
  return async ({ timeoutMs = DEFAULT_JOIN_TIMEOUT_MS, signal } = {}) => {
    if (signal?.aborted) throw abortedError("Joining", signal);
    const startedAtMs = clock.now();
    const stay = await settleWithin<Stay>(
      {
        clock,
        timeoutMs,
        signal,
        what: "Joining",
        onTimeout: () =>
          new SwarmError("join-timeout", {
            what: `The swarm could not start within ${timeoutMs / 1000} s; it goes on trying.`,
            why: "The identity's key store has not answered.",
            fix: 'Close other tabs of this origin and reload, or use identity: "session"; leave() stops the try.',
          }),
      },
      (resolve, reject) => void attendance.join().then(resolve, reject),
    );
    const remainingMs = Math.max(0, timeoutMs - (clock.now() - startedAtMs));
    await stay.membership.entered({ timeoutMs: remainingMs, signal });
  };
}
