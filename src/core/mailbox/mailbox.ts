import { SwarmError, toSwarmError } from "../errors.js";
import type { AgentId } from "../identity/ids.js";
import type { MessageDefinition } from "../messages/definition.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import type { KeyRing } from "../sealing/keyRing.js";
import type { Office } from "./office.js";
import { mailLetter } from "./protocol.js";

/** How a letter is sent. */
export interface ReliableOptions {
  /** How long it is good, from now. Default a week, at most three weeks. */
  readonly expiresMs?: number;
  /** Ends the wait, and takes the letter back unless it may be on its way. */
  readonly signal?: AbortSignal;
  /**
   * Whether only the receiver can read it. Default: yes where its key is known, that is where it was met before.
   * `true` insists (`sealing-unavailable`).
   */
  readonly sealed?: boolean;
  /** `false`: rejects with `queue-full` instead of waiting for room. Default `true`. */
  readonly waitForRoom?: boolean;
}

/** A letter of ours has expired before its receiver took it. */
export interface ExpiredLetter {
  readonly id: string;
  readonly agentId: AgentId;
}

export interface MailboxOptions {
  readonly port: ProtocolPort;
  readonly keys: KeyRing;
  readonly onExpired: (letter: ExpiredLetter) => void;
}

/** Letters to agents that may be away, and from agents that may have been. */
export interface Mailbox {
  send(
    to: AgentId,
    target: string | MessageDefinition,
    payload: unknown,
    options: ReliableOptions,
  ): Promise<void>;
  /** There is a handler that was not there before: a letter may wait for it. */
  handlerAdded(): void;
}

/** Opens an office for each stay. Its code is loaded by the first join. */
export function startMailbox({ port, keys, onExpired }: MailboxOptions): Mailbox {
  let office: Promise<Office> | undefined;

  const withOffice = (work: (office: Office) => void): void => {
    office?.then(work, () => port.dropped("mail-unavailable", undefined));
  };

  port.watch("began", (self: PortSelf) => {
    const loading = port.runtime.track(import("./office.js"));
    office = loading.then(({ openOffice }) => openOffice({ port, keys, self, onExpired }));
    // Whoever needs it hears of it.
    office.catch(() => undefined);
  });
  port.watch("ended", () => {
    withOffice((open) => open.close());
    office = undefined;
  });
  port.on(mailLetter, (mail, info) => withOffice((open) => open.receive(mail, info)));

  return {
    async send(to, target, payload, options) {
      if (office === undefined) throw notJoined();
      const open = await office.catch((error: unknown) => {
        throw toSwarmError(error, "internal", "The code of the mailbox could not be loaded.");
      });
      return open.send(to, target, payload, options);
    },
    handlerAdded: () => withOffice((open) => open.handlerAdded()),
  };
}

function notJoined(): SwarmError {
  return new SwarmError("not-joined", {
    what: "The swarm has not joined, so it has no queue to put the letter into.",
    why: "Queues belong to an agent and a room.",
    fix: "Call join() first; the receiver may be away.",
  });
}
