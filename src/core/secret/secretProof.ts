import { type Bytes, utf8 } from "../bytes.js";
import type { PeerId } from "../identity/ids.js";
import type { Runtime } from "../runtime.js";
import type { Link } from "../transport/transport.js";
import type { CpaceRun } from "./cpace.js";
import type { GuessBook } from "./guessBook.js";
import { lengthValue } from "./lengthValue.js";

const LABEL = utf8("peerswarm/1 room secret");

/** A room's secret, and who has tried to guess it. */
export interface SecretGate {
  readonly secret: Bytes;
  readonly guesses: GuessBook;
}

/** This very handshake, as both ends see it. */
export interface SecretScope {
  readonly link: Link;
  readonly room: string;
  readonly peerId: PeerId;
  readonly runtime: Runtime;
}

/**
 * Begins the proof that both ends know the room's secret. Room, roles and both PeerIds are CPace's channel, the
 * link's binding is its session: whoever sits between two links runs two different exchanges.
 */
export async function beginSecretProof(secret: Uint8Array, scope: SecretScope): Promise<CpaceRun> {
  const { link, room, peerId, runtime } = scope;
  const [dialler, answerer] = link.isInitiator ? [peerId, link.peerId] : [link.peerId, peerId];
  const cpace = await runtime.cpace();
  return cpace.begin(
    {
      secret,
      channel: lengthValue(LABEL, utf8(room), utf8(dialler), utf8(answerer)),
      session: link.channelBinding,
    },
    (count) => runtime.randomBytes(count),
  );
}
