import type { Cancel, Clock } from "../../clock.js";
import { fingerprintsOf } from "./fingerprint.js";
import type { RestartMessage } from "./signalMessage.js";

// ICE often recovers by itself within a second of `disconnected`.
const FIRST_RESTART_MS = 1000;
const NEXT_RESTART_MS = 5000;
// Candidates travel inside the description, so gathering is waited for; a dead STUN server must not hold it up.
const GATHERING_MS = 2000;
const REFRESH_MS = 2000;

export interface IceRestartOptions {
  readonly connection: RTCPeerConnection;
  readonly connectionId: string;
  /** Only the side that dialled makes offers, so that two restarts never meet. */
  readonly isInitiator: boolean;
  readonly clock: Clock;
  /** Gives the connection ICE servers that hold now: credentials of TURN servers expire. */
  readonly refreshIce: () => Promise<void>;
  /** Signalling to the other end; lost where there is none, the next try follows. */
  readonly send: (message: RestartMessage) => void;
  readonly onViolation: (code: string) => void;
}

/** Revives an interrupted connection with new network paths (RFC 8445, section 9); keys and channels stay. */
export interface IceRestart {
  /** The connection is silent: try, and go on trying. */
  begin(): void;
  /** It answers again, or is over. */
  end(): void;
  handle(message: RestartMessage): void;
}

export function createIceRestart(options: IceRestartOptions): IceRestart {
  const { connection, connectionId, clock } = options;
  let cancelNext: Cancel | undefined;
  let round = 0;
  let isOffering = false;
  let isAnswering = false;

  const step = async (): Promise<void> => {
    cancelNext = clock.setTimer(NEXT_RESTART_MS, () => void step());
    if (options.isInitiator) await offer();
    else options.send({ kind: "restart-request", connectionId });
  };

  // The old servers may still do where new ones cannot be had, or not soon.
  const refreshed = (): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.setTimer(REFRESH_MS, resolve);
      options
        .refreshIce()
        .catch(() => undefined)
        .finally(() => {
          cancel();
          resolve();
        });
    });

  const offer = async (): Promise<void> => {
    if (isOffering) return;
    isOffering = true;
    try {
      const thisRound = ++round;
      await refreshed();
      await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }));
      await gathered(connection, clock);
      const sdp = connection.localDescription?.sdp;
      if (sdp !== undefined) options.send({ kind: "restart-offer", connectionId, round: thisRound, sdp });
    } catch {
      // A connection that was closed meanwhile needs no restart; any other failure is tried again.
    } finally {
      isOffering = false;
    }
  };

  // New paths, never a new partner: another certificate would be somebody else.
  const isSamePartner = (sdp: string): boolean => {
    const known = fingerprintsOf(connection.remoteDescription?.sdp ?? "").join();
    if (known !== "" && known === fingerprintsOf(sdp).join()) return true;
    options.onViolation("restart-fingerprint-changed");
    return false;
  };

  const answer = async (message: Extract<RestartMessage, { kind: "restart-offer" }>): Promise<void> => {
    // While one is being answered further ones wait for their next try, or a flood of them would pile up.
    if (options.isInitiator || isAnswering || !isSamePartner(message.sdp)) return;
    isAnswering = true;
    try {
      await refreshed();
      await connection.setRemoteDescription({ type: "offer", sdp: message.sdp });
      await connection.setLocalDescription(await connection.createAnswer());
      await gathered(connection, clock);
      const sdp = connection.localDescription?.sdp;
      if (sdp !== undefined)
        options.send({ kind: "restart-answer", connectionId, round: message.round, sdp });
    } catch {
      options.onViolation("restart-malformed");
    } finally {
      isAnswering = false;
    }
  };

  const accept = async (message: Extract<RestartMessage, { kind: "restart-answer" }>): Promise<void> => {
    const isExpected =
      options.isInitiator && message.round === round && connection.signalingState === "have-local-offer";
    if (!isExpected || !isSamePartner(message.sdp)) return;
    try {
      await connection.setRemoteDescription({ type: "answer", sdp: message.sdp });
    } catch {
      options.onViolation("restart-malformed");
    }
  };

  return {
    begin() {
      cancelNext ??= clock.setTimer(FIRST_RESTART_MS, () => void step());
    },
    end() {
      cancelNext?.();
      cancelNext = undefined;
    },
    handle(message) {
      if (message.kind === "restart-offer") void answer(message);
      else if (message.kind === "restart-answer") void accept(message);
      else if (options.isInitiator) void offer();
    },
  };
}

function gathered(connection: RTCPeerConnection, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      connection.removeEventListener("icegatheringstatechange", check);
      resolve();
    };
    const check = (): void => {
      if (connection.iceGatheringState === "complete") done();
    };
    const cancel = clock.setTimer(GATHERING_MS, done);
    connection.addEventListener("icegatheringstatechange", check);
    check();
  });
}
