import { type Bytes, toHex } from "../core/bytes.js";
import type { Cancel, Clock } from "../core/clock.js";
import { createIdentity } from "../core/identity/identity.js";
import { createPeerId } from "../core/identity/ids.js";
import { createChain } from "../core/witness/chain.js";
import { checkpointStatement, type WitnessEvent } from "../core/witness/record.js";

/** Records are signed together after so much time, or so many of them, whichever is first. */
const CHECKPOINT_MS = 10_000;
const CHECKPOINT_RECORDS = 256;

/** Whose key signs a server's witness log: an `Identity` of `peerswarm` is one. */
export interface WitnessSigner {
  readonly agentId: string;
  sign(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}

/** Where a server's witness log goes. See {@link SignalingServerOptions.witness}. */
export interface ServerWitnessOptions {
  /** Takes each record as a line of JSON, without its line end. */
  readonly write: (line: string) => void;
  /** Signs the checkpoints. Default: a fresh identity for each start. */
  readonly identity?: WitnessSigner;
}

/** The hash-chained, signed record of what a server did and saw, in the form that `verifyWitness` reads. */
export interface ServerWitness {
  note(event: WitnessEvent): void;
  /** Signs what is not signed yet; resolves when the last record was handed over. */
  close(): Promise<void>;
}

export async function startServerWitness(
  { write, identity: given }: ServerWitnessOptions,
  { clock, onError }: { clock: Clock; onError: (error: unknown) => void },
): Promise<ServerWitness> {
  const identity = given ?? (await createIdentity());
  const peer = createPeerId(identity.agentId, randomBytes);
  const chain = createChain();
  let unsigned = 0;
  let signing: Promise<void> = Promise.resolve();
  let cancelCheckpoint: Cancel | undefined;
  let isClosed = false;

  const append = (event: WitnessEvent): void => {
    const record = chain.append(event, clock.now());
    try {
      write(JSON.stringify(record));
    } catch (error) {
      onError(error);
    }
  };

  const sign = async (): Promise<void> => {
    const { last } = chain;
    if (last === undefined || unsigned === 0) return;
    unsigned = 0;
    const signature = await identity.sign(checkpointStatement(peer, last.index, last.hash));
    const detail = { agent: identity.agentId, peer, index: last.index, hash: last.hash };
    append({ kind: "checkpoint", detail: { ...detail, signature: toHex(signature) } });
  };
  const checkpoint = (): Promise<void> => {
    cancelCheckpoint?.();
    cancelCheckpoint = undefined;
    signing = signing.then(sign).catch(onError);
    return signing;
  };

  const note = (event: WitnessEvent): void => {
    if (isClosed) return;
    append(event);
    unsigned++;
    if (unsigned >= CHECKPOINT_RECORDS) void checkpoint();
    else cancelCheckpoint ??= clock.setTimer(CHECKPOINT_MS, () => void checkpoint());
  };
  note({ kind: "session_began", detail: { agent: identity.agentId, peer, room: "" } });

  return {
    note,
    async close() {
      note({ kind: "session_ended", detail: {} });
      isClosed = true;
      await checkpoint();
    },
  };
}

function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count));
}
