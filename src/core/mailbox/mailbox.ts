import { SwarmError, toSwarmError } from "../errors.js";
import type { AgentId } from "../identity/ids.js";
import type { MessageDefinition } from "../messages/definition.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { whenPresent } from "../protocols/whenPresent.js";
import type { KeyRing } from "../sealing/keyRing.js";
import { IN_TOTALS, OUT_TOTALS, scopeOf } from "./keys.js";
import type { Office } from "./office.js";
import { mailLetter, mailWaiting } from "./protocol.js";

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

/** Opens an office in each stay that needs one: most never do, so its code is loaded then. */
export function startMailbox(port: ProtocolPort, keys: KeyRing): Mailbox {
  const { storage, track } = port.runtime;
  let office: Promise<Office> | undefined;

  const opened = (self: PortSelf): Promise<Office> => {
    if (office !== undefined) return office;
    const opening = track(import("./office.js")).then(({ openOffice }) => openOffice({ port, keys, self }));
    office = opening;
    // Asked for again, it may be there; the office of a later stay is not touched.
    opening.catch(() => {
      if (office === opening) office = undefined;
    });
    return opening;
  };

  const inOffice = (work: (open: Office) => void): void => {
    const { self } = port;
    if (self !== undefined) opened(self).then(work, () => port.dropped("mail-unavailable", undefined));
  };

  /** Whether something has waited since an earlier stay. */
  const isWaiting = async ({ identity, room }: PortSelf): Promise<boolean> => {
    const scope = scopeOf(identity.agentId, room);
    const totals = await Promise.all([storage.get(OUT_TOTALS, scope), storage.get(IN_TOTALS, scope)]);
    return (totals as readonly ({ readonly messages: number } | undefined)[]).some(
      (total) => total !== undefined && total.messages > 0,
    );
  };

  port.watch("began", (self) => {
    isWaiting(self).then(
      (isSo) => (isSo && port.self === self ? inOffice(() => undefined) : undefined),
      () => port.dropped("storage-failed", undefined),
    );
  });
  port.watch("ended", () => {
    office?.then(
      (open) => open.close(),
      () => undefined,
    );
    office = undefined;
  });
  port.on(mailLetter, (mail, info) => inOffice((open) => open.receive(mail, info)));
  port.on(mailWaiting, ({ to }, { from }) => {
    if (from.agentId === port.self?.identity.agentId) inOffice((open) => open.go(to));
  });

  return {
    async send(to, target, payload, options) {
      const self = port.self ?? (await whenPresent(port, notJoined, options.signal));
      const open = await opened(self).catch((error: unknown) => {
        throw toSwarmError(error, "internal", "The code of the mailbox could not be loaded.");
      });
      return open.send(to, target, payload, options);
    },
    handlerAdded: () =>
      void office?.then(
        (open) => open.handlerAdded(),
        () => undefined,
      ),
  };
}

function notJoined(): SwarmError {
  return new SwarmError("not-joined", {
    what: "The swarm has not joined, so it has no queue to put the letter into.",
    why: "Queues belong to an agent and a room.",
    fix: "Call join() first; the receiver may be away.",
  });
}
