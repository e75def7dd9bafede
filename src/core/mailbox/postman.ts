import { settleWithin } from "../abort.js";
import type { Cancel } from "../clock.js";
import { SwarmError } from "../errors.js";
import type { AgentId } from "../identity/ids.js";
import type { MessageInfo } from "../messages/router.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import type { Letter } from "../wire/letterShape.js";
import { decodeMessage } from "../wire/messageBytes.js";
import type { SignedMessage } from "../wire/signedMessage.js";
import { agentKey } from "./keys.js";
import type { KeptLetter, LetterBox } from "./letterBox.js";
import { HANDLER_LIMIT_MS } from "./limits.js";
import { readMail } from "./mail.js";

export interface PostmanOptions {
  readonly port: ProtocolPort;
  readonly self: PortSelf;
  readonly scope: string;
  readonly box: LetterBox;
}

/** Brings kept letters to the app's handlers, those of one sender one after the other. */
export interface Postman {
  /** Something of this sender may wait. */
  visit(from: AgentId): void;
  /** Something of anybody may wait: after a reload, or for a handler that is new. */
  visitAll(): void;
  /** Begins nothing more; a handler that is at work ends in peace, and its letter is then done. */
  end: Cancel;
}

export function createPostman({ port, self, scope, box }: PostmanOptions): Postman {
  const { storage, clock } = port.runtime;
  const { identity, room } = self;
  // Whether another round is wanted after the present one.
  const rounds = new Map<AgentId, boolean>();
  let isEnded = false;

  const visit = (from: AgentId): void => {
    if (isEnded) return;
    if (rounds.has(from)) return void rounds.set(from, true);
    rounds.set(from, false);
    void goRound(from);
  };

  const goRound = async (from: AgentId): Promise<void> => {
    try {
      // Another tab of this agent may be at it: what it leaves is ours.
      await storage.exclusively(`mail-deliver:${agentKey(scope, from)}`, () => deliverAll(from));
    } catch {
      port.dropped("storage-failed", undefined);
    }
    const isWanted = rounds.get(from) === true;
    rounds.delete(from);
    if (isWanted) visit(from);
  };

  const deliverAll = async (from: AgentId): Promise<void> => {
    let letter = await box.next(from, 0);
    while (letter !== undefined && !isEnded) {
      if (await isDone(from, letter)) await box.remove(from, letter);
      letter = await box.next(from, letter.sequence);
    }
  };

  /** Hands a letter over; `false` where it has to wait for a handler. */
  const isDone = async (from: AgentId, kept: KeptLetter): Promise<boolean> => {
    const { signed } = kept;
    const letter = letterIn(signed);
    const address = { room, from, to: identity.agentId };
    const mail = letter === undefined ? "malformed" : await readMail(letter, address, identity, port.runtime);
    // It was good when it was taken: the storage has been tampered with, or the key has been lost.
    if (typeof mail === "string") return drop(`mail-${mail}`, signed);
    // One that only sends too much is told to wait before a letter is taken.
    if (port.hasMuted(from)) return drop("muted", signed);
    if (!port.handles(mail.type)) {
      return kept.expiresAtMs <= clock.now() ? drop("unknown-type", signed) : false;
    }
    if (isEnded) return false;
    const info: MessageInfo = {
      id: mail.content.id,
      type: mail.type,
      from: { peerId: signed.context.fromPeer, agentId: from },
      lane: signed.context.lane,
      sentAtMs: mail.content.writtenAtMs,
      metadata: undefined,
      ...(mail.isSealed && { isSealed: true }),
      mail: { isSealed: mail.isSealed, expiresAtMs: mail.content.expiresAtMs },
      signed: () => signed,
    };
    await handle(mail.payload, info);
    return true;
  };

  const handle = async (payload: unknown, info: MessageInfo): Promise<void> => {
    const delivering = port.deliverAndWait(payload, info);
    try {
      const delivery = await settleWithin<string>(
        {
          clock,
          timeoutMs: HANDLER_LIMIT_MS,
          what: `The handler of "${info.type}"`,
          onTimeout: () =>
            new SwarmError("handler-failed", {
              what: `The handler of "${info.type}" has not come to an end within ${HANDLER_LIMIT_MS / 1000} s.`,
              why: "The next letter of this sender waits for it.",
              fix: "Let it end, and do what takes long elsewhere.",
            }),
        },
        (resolve, reject) => void delivering.then(resolve, reject),
      );
      if (delivery !== "delivered") port.dropped(delivery, info.from.peerId);
    } catch (error) {
      port.handlerFailed(error, `The handler of "${info.type}"`);
    }
  };

  const drop = (code: string, { context }: SignedMessage): true => {
    port.dropped(code, context.fromPeer);
    return true;
  };

  return {
    visit,
    visitAll() {
      if (isEnded) return;
      box.waiting().then(
        (senders) => senders.forEach(visit),
        () => port.dropped("storage-failed", undefined),
      );
    },
    end() {
      isEnded = true;
    },
  };
}

function letterIn({ message }: SignedMessage): Letter | undefined {
  const payload = decodeMessage(message)?.payload as { readonly letter?: Letter } | undefined;
  return payload?.letter;
}
