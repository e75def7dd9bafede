import { toSwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import type { WitnessedSession } from "./archive.js";
import type { WitnessedFrame } from "./frameGroups.js";
import type { WitnessEvent, WitnessRecord } from "./record.js";
import type { WitnessLog } from "./witnessLog.js";

/** How the witness log is kept. */
export interface WitnessOptions {
  /** Characters of records kept for this session, and as many again for all sessions in storage. Default 4 Mi. */
  readonly maxBytes?: number;
  /** Whether records outlive the page. Default `true`. */
  readonly isPersisted?: boolean;
}

/** The witness log at one moment. */
export interface WitnessSnapshot {
  /** Records of this session, those thrown away included. */
  readonly records: number;
  /** How many of them were thrown away because the log is bounded. */
  readonly trimmedRecords: number;
  /** The latest record: who knows its hash can prove all before it. */
  readonly head: { readonly index: number; readonly hash: string } | undefined;
  /** Every record up to this index is covered by our signature. */
  readonly signedThrough: number | undefined;
  /** The last 50 records, oldest first. */
  readonly recent: readonly WitnessRecord[];
}

export const EMPTY_WITNESS: WitnessSnapshot = {
  records: 0,
  trimmedRecords: 0,
  head: undefined,
  signedThrough: undefined,
  recent: [],
};

/** The append-only, hash-chained record of what this member did and saw; see `verifyWitness`. */
export interface Witness {
  /**
   * The log of a session as JSON Lines, oldest record first, signed up to its last record but the checkpoint's own
   * where it is the present session. Default the present session, or the last one.
   */
  export(options?: { peerId?: PeerId }): Promise<string>;
  /** Sessions whose records are in storage, oldest first: this agent's and others' of this origin. */
  sessions(): Promise<readonly WitnessedSession[]>;
}

/** The log as the swarm writes it. There is nothing to write before a stay, and its code comes with the first. */
export interface WitnessProtocol extends Witness {
  /**
   * Brings the code of the log: to be awaited before a stay begins.
   * @throws SwarmError `internal` where it cannot be loaded; the next call tries again
   */
  ready(): Promise<void>;
  /** Adds a record at once. */
  note(event: WitnessEvent): void;
  frame(frame: WitnessedFrame): void;
  dropped(code: string, peerId: PeerId | undefined): void;
}

export function startWitness(port: ProtocolPort, options: WitnessOptions): WitnessProtocol {
  let log: WitnessLog | undefined;

  const load = async (): Promise<WitnessLog> => {
    const { createWitnessLog } = await port.runtime
      .track(import("./witnessLog.js"))
      .catch((error: unknown) => {
        throw toSwarmError(error, "internal", "The code of the witness log could not be loaded.");
      });
    log ??= createWitnessLog(port, options);
    return log;
  };

  port.watch("began", (self) => log?.begin(self));
  port.watch("ended", () => log?.end());
  port.watch("joined", ({ peerId, agentId }) =>
    log?.note({ kind: "peer_connected", detail: { peer: peerId, agent: agentId } }),
  );
  port.watch("left", ({ peerId, reason }) =>
    log?.note({ kind: "peer_disconnected", detail: { peer: peerId, reason } }),
  );

  return {
    ready: async () => void (await load()),
    note: (event) => log?.note(event),
    frame: (frame) => log?.frame(frame),
    dropped: (code, peerId) => log?.dropped(code, peerId),
    export: async (which) => (await load()).export(which),
    sessions: async () => (await load()).sessions(),
  };
}
