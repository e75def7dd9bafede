import type { AgentId } from "../identity/ids.js";
import type { MessageInfo } from "../messages/router.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { type LetterContent, peekLetter } from "../wire/letter.js";
import type { Letter } from "../wire/letterShape.js";
import type { LetterBox } from "./letterBox.js";
import { CLOCK_TOLERANCE_MS, MAX_ARRIVING, MAX_EXPIRES_MS } from "./limits.js";
import { readMail } from "./mail.js";
import { mailMark, type Refusal } from "./protocol.js";

export interface ReceiverOptions {
  readonly port: ProtocolPort;
  readonly self: PortSelf;
  readonly box: LetterBox;
  /** A letter of this sender was kept. */
  readonly onTaken: (from: AgentId) => void;
}

/** Takes a letter from a peer into the box, in the order in which its agent numbered them, and acknowledges. */
export type Receiver = (mail: { readonly after: number; readonly letter: Letter }, info: MessageInfo) => void;

export function createReceiver({ port, self, box, onTaken }: ReceiverOptions): Receiver {
  const { runtime } = port;
  const { identity, room } = self;
  const arriving = new Map<AgentId, { count: number; last: Promise<void> }>();

  const judge = async (
    letter: Letter,
    { from, expiresAtMs }: LetterContent,
  ): Promise<Refusal | undefined> => {
    if (port.isMuted(from) && !port.hasMuted(from)) return "busy";
    const nowMs = runtime.clock.now();
    if (expiresAtMs <= nowMs) return "expired";
    // Marks are kept for as long as letters can be good, and no longer.
    if (expiresAtMs > nowMs + MAX_EXPIRES_MS + CLOCK_TOLERANCE_MS) return "malformed";
    const mail = await readMail(letter, { room, from, to: identity.agentId }, identity, runtime);
    return typeof mail === "string" ? mail : undefined;
  };

  const take = async (
    letter: Letter,
    content: LetterContent,
    after: number,
    info: MessageInfo,
  ): Promise<void> => {
    const { sequence, expiresAtMs } = content;
    const { peerId, agentId } = info.from;
    const kept = { sequence, expiresAtMs, signed: info.signed() };
    const { taking, mark } = await box.take(agentId, kept, after, () => judge(letter, content));
    const isRefusal = taking !== "taken" && taking !== "known" && taking !== "missing";
    port.send(peerId, mailMark, { of: sequence, mark, refused: isRefusal ? taking : null });
    if (isRefusal) port.dropped(`mail-${taking}`, peerId);
    if (taking === "taken") onTaken(agentId);
  };

  return ({ after, letter }, info) => {
    const { peerId, agentId } = info.from;
    const content = peekLetter(letter);
    if (content?.from !== agentId || content.to !== identity.agentId || content.room !== room) {
      return port.punish(peerId, "malformed-message");
    }
    const line = arriving.get(agentId) ?? { count: 0, last: Promise.resolve() };
    // The sender asks again: nothing is lost.
    if (line.count >= MAX_ARRIVING) return port.dropped("mail-flood", peerId);
    arriving.set(agentId, line);
    line.count++;
    line.last = line.last
      .then(() => take(letter, content, after, info))
      .catch(() => port.dropped("storage-failed", undefined))
      .finally(() => {
        line.count--;
        if (line.count === 0) arriving.delete(agentId);
      });
  };
}
