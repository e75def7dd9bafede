import { settleWithin } from "../abort.js";
import type { Cancel } from "../clock.js";
import { abortedError, SwarmError } from "../errors.js";
import { type AgentId, publicKeyOf } from "../identity/ids.js";
import { assertAppType, assertPayloadFits } from "../messages/definition.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import type { KeyRing } from "../sealing/keyRing.js";
import { createTurns } from "../storage/turns.js";
import type { LetterContent } from "../wire/letter.js";
import { createLetterId } from "../wire/letterShape.js";
import { assertSendable } from "../wire/message.js";
import { type Courier, createCourier } from "./courier.js";
import { scopeOf } from "./keys.js";
import { createLetterBox, type LetterBox } from "./letterBox.js";
import { createLetterQueue, type LetterQueue, type QueuedLetter } from "./letterQueue.js";
import { DEFAULT_EXPIRES_MS, MAX_EXPIRES_MS, SWEEP_MS } from "./limits.js";
import { writeMail } from "./mail.js";
import type { Mailbox, ReliableOptions } from "./mailbox.js";
import { EMPTY_MAILBOX, type MailboxSnapshot, mailboxSnapshot } from "./mailState.js";
import { createPostman, type Postman } from "./postman.js";
import { mailSettled, mailWaiting, type Settlement } from "./protocol.js";
import { createReceiver, type Receiver } from "./receiver.js";

export interface OfficeOptions {
  readonly port: ProtocolPort;
  readonly keys: KeyRing;
  readonly self: PortSelf;
}

/** The mailbox during one stay in one room. */
export interface Office {
  readonly send: Mailbox["send"];
  readonly receive: Receiver;
  /** A letter to this agent may wait: another tab has written one. */
  go(to: AgentId): void;
  handlerAdded(): void;
  /** Who waits hears that the swarm has left. */
  close: Cancel;
}

/** Somebody here waits for what becomes of a letter. */
interface Waiter {
  readonly to: AgentId;
  readonly sequence: number;
  /** The letter was gone when it was last looked for; the word of its outcome may be on its way. */
  isMissing: boolean;
  readonly settle: (error: SwarmError | undefined) => void;
}

/** What belongs together during a stay. */
interface MailStay {
  readonly self: PortSelf;
  readonly queue: LetterQueue;
  readonly box: LetterBox;
  readonly courier: Courier;
  readonly postman: Postman;
  /** Sends to one agent are written down in the order of the calls. */
  readonly inTurn: ReturnType<typeof createTurns>;
  readonly waiters: Map<string, Waiter>;
  /** Those who wait for room in the queue. */
  readonly roomWaiters: Set<() => void>;
  /** A set of its own: an AbortSignal is not made for a thousand listeners. */
  readonly ending: { reason: SwarmError | undefined; readonly watchers: Set<() => void> };
}

export function openOffice({ port, keys, self }: OfficeOptions): Office {
  const { clock, storage, randomBytes } = port.runtime;
  const scope = scopeOf(self.identity.agentId, self.room);
  let shown: MailboxSnapshot = EMPTY_MAILBOX;

  // --- opening and closing --------------------------------------------------------------------

  const open = (): MailStay => {
    const queue = createLetterQueue({ storage, clock, scope });
    const box = createLetterBox({ storage, clock, scope });
    const opened: MailStay = {
      self,
      queue,
      box,
      postman: createPostman({ port, self, scope, box }),
      courier: createCourier({
        port,
        scope,
        queue,
        settled: (to, letter, outcome) => settled(opened, to, letter, outcome),
      }),
      inTurn: createTurns(),
      waiters: new Map(),
      roomWaiters: new Set(),
      ending: { reason: undefined, watchers: new Set() },
    };
    const stops = [
      port.on(mailSettled, ({ to, id, outcome }, { from }) => {
        if (from.agentId !== self.identity.agentId) return;
        tellWaiter(opened, id, to, outcome);
        roomFreed(opened);
      }),
      repeat(SWEEP_MS, () => sweep(opened)),
    ];
    opened.ending.watchers.add(() => {
      for (const stop of stops) stop();
    });
    return opened;
  };

  const close = (): void => {
    stay.courier.end();
    stay.postman.end();
    const left = new SwarmError("left", {
      what: "The swarm left its room before the letter was acknowledged.",
      why: "It is kept, and goes out after the next join, until it expires.",
    });
    stay.ending.reason = left;
    for (const watcher of [...stay.ending.watchers]) watcher();
    for (const { settle } of [...stay.waiters.values()]) settle(left);
    show(EMPTY_MAILBOX);
  };

  const repeat = (periodMs: number, work: () => Promise<void>): Cancel => {
    let isStopped = false;
    let cancel: Cancel;
    const plan = (): void => {
      cancel = clock.setTimer(periodMs, async () => {
        await work();
        if (!isStopped) plan();
      });
    };
    plan();
    return () => {
      isStopped = true;
      cancel();
    };
  };

  const sweep = async (of: MailStay): Promise<void> => {
    try {
      for (const { to, letter, isSure } of await of.queue.sweep()) {
        if (isSure) settled(of, to, letter, "expired");
        else port.dropped("mail-unconfirmed", undefined);
      }
      await settleMissing(of);
      await of.box.sweep();
      of.postman.visitAll();
      await refresh(of);
    } catch {
      port.dropped("storage-failed", undefined);
    }
  };

  /** Ends the waits for letters that another tab has settled, where its word of that was lost. */
  const settleMissing = async (of: MailStay): Promise<void> => {
    for (const to of new Set([...of.waiters.values()].map((waiter) => waiter.to))) {
      const waiters = [...of.waiters.values()].filter((waiter) => waiter.to === to);
      const waiting = await of.queue.waiting(to);
      for (const waiter of waiters) {
        const isMissing = !waiting.has(waiter.sequence);
        if (isMissing && waiter.isMissing) waiter.settle(settledElsewhere(to));
        waiter.isMissing = isMissing;
      }
    }
    // What is gone has left room, whoever took it out.
    for (const wake of of.roomWaiters) wake();
  };

  // --- what becomes of letters ----------------------------------------------------------------

  const settled = (of: MailStay, to: AgentId, { id }: QueuedLetter, outcome: Settlement): void => {
    if (outcome === "expired") port.emit("message-expired", { id, agentId: to });
    tellWaiter(of, id, to, outcome);
    for (const peerId of ownTabs(of)) port.send(peerId, mailSettled, { to, id, outcome });
    roomFreed(of);
  };

  const tellWaiter = (of: MailStay, id: string, to: AgentId, outcome: Settlement): void =>
    of.waiters.get(id)?.settle(outcome === "delivered" ? undefined : outcomeError(outcome, to));

  const roomFreed = (of: MailStay): void => {
    for (const wake of of.roomWaiters) wake();
    void refresh(of).catch(() => port.dropped("storage-failed", undefined));
  };

  const ownTabs = ({ self }: MailStay): string[] =>
    port
      .peers()
      .filter(({ agentId }) => agentId === self.identity.agentId)
      .map(({ peerId }) => peerId);

  const refresh = async (of: MailStay): Promise<void> => {
    const counts = await of.queue.counts();
    if (of.ending.reason === undefined) show(mailboxSnapshot(counts, shown));
  };

  const show = (snapshot: MailboxSnapshot): void => {
    if (snapshot === shown) return;
    shown = snapshot;
    port.publish({ mailbox: snapshot });
  };

  // --- sending --------------------------------------------------------------------------------

  const enqueue = async (
    of: MailStay,
    draft: Omit<LetterContent, "sequence">,
    to: AgentId,
    options: ReliableOptions,
    signal: AbortSignal,
  ): Promise<QueuedLetter> => {
    const key = options.sealed === false ? undefined : await keys.keyOf(to);
    if (key === undefined && options.sealed) throw sealingUnavailable(to);
    const { identity } = of.self;
    for (;;) {
      if (signal.aborted) throw signal.reason;
      const queued = await of.queue.add(to, draft, (sequence) =>
        writeMail({ ...draft, sequence }, key, identity, port.runtime),
      );
      if (queued !== undefined) return queued;
      if (options.waitForRoom === false) throw queueFull(to);
      await roomIn(of, draft.expiresAtMs, to, signal);
    }
  };

  const roomIn = (of: MailStay, untilMs: number, to: AgentId, signal: AbortSignal): Promise<void> =>
    settleWithin<void>(
      {
        clock,
        timeoutMs: Math.max(0, untilMs - clock.now()),
        signal,
        what: "Sending reliably",
        onTimeout: () => outcomeError("expired", to),
      },
      (resolve) => {
        of.roomWaiters.add(resolve);
        return () => void of.roomWaiters.delete(resolve);
      },
    );

  /** Resolves when the letter is acknowledged; rejects in every other case. */
  const outcomeOf = (
    of: MailStay,
    to: AgentId,
    { id, sequence, expiresAtMs }: QueuedLetter,
    signal: AbortSignal | undefined,
  ): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      const settle = (error: SwarmError | undefined): void => {
        if (!of.waiters.delete(id)) return;
        cancel();
        signal?.removeEventListener("abort", onAbort);
        if (error === undefined) resolve();
        else reject(error);
      };
      const takeBack = async (): Promise<boolean> => {
        const isBack = await of.queue.withdraw(to, sequence).catch(() => false);
        if (isBack) roomFreed(of);
        return isBack;
      };
      const onExpiry = async (): Promise<void> => {
        const isBack = await takeBack();
        if (isBack) port.emit("message-expired", { id, agentId: to });
        settle(isBack ? outcomeError("expired", to) : unconfirmed(to));
      };
      const onAbort = (): void => {
        void takeBack();
        settle(abortedError("Sending reliably", signal));
      };
      const cancel = clock.setTimer(Math.max(0, expiresAtMs - clock.now()), () => void onExpiry());
      of.waiters.set(id, { to, sequence, isMissing: false, settle });
      signal?.addEventListener("abort", onAbort);
      if (signal?.aborted) onAbort();
      else if (of.ending.reason !== undefined) settle(of.ending.reason);
    });

  const send: Office["send"] = async (to, target, payload, options) => {
    const of = stay;
    if (of.ending.reason !== undefined) throw of.ending.reason;
    const type = typeof target === "string" ? target : target.type;
    assertAppType(type);
    if (typeof target !== "string") assertPayloadFits(target, payload);
    assertSendable(type, payload, undefined);
    assertReceiver(to, of.self.identity.agentId);
    const writtenAtMs = clock.now();
    const draft = {
      id: createLetterId(randomBytes),
      type,
      room: of.self.room,
      from: of.self.identity.agentId,
      to,
      writtenAtMs,
      expiresAtMs: writtenAtMs + checkExpiry(options.expiresMs),
      payload: structuredClone(payload),
    };
    const limits = limitsOf(of, options.signal);
    const queued = await of
      .inTurn(to, () => enqueue(of, draft, to, options, limits.signal), { signal: limits.signal })
      .finally(limits.release);
    const outcome = outcomeOf(of, to, queued, options.signal);
    of.courier.go(to);
    for (const peerId of ownTabs(of)) port.send(peerId, mailWaiting, { to });
    void refresh(of).catch(() => port.dropped("storage-failed", undefined));
    return outcome;
  };

  const stay = open();
  const receive = createReceiver({ port, self, box: stay.box, onTaken: stay.postman.visit });
  // Peers may have come while this code was being loaded.
  for (const { agentId } of port.peers()) stay.courier.go(agentId);
  void sweep(stay);
  return { send, receive, go: stay.courier.go, handlerAdded: stay.postman.visitAll, close };
}

/** A signal that is aborted when the stay ends, or by the caller's own; `release` lets go of both. */
function limitsOf(of: MailStay, signal: AbortSignal | undefined): { signal: AbortSignal; release: Cancel } {
  const either = new AbortController();
  const onEnd = (): void => either.abort(of.ending.reason);
  const onAbort = (): void => either.abort(abortedError("Sending reliably", signal));
  of.ending.watchers.add(onEnd);
  signal?.addEventListener("abort", onAbort);
  if (of.ending.reason !== undefined) onEnd();
  else if (signal?.aborted) onAbort();
  return {
    signal: either.signal,
    release() {
      of.ending.watchers.delete(onEnd);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

function assertReceiver(to: AgentId, own: AgentId): void {
  if (publicKeyOf(to) !== undefined && to !== own) return;
  throw new SwarmError("invalid-option", {
    what: to === own ? "An agent sends no letters to itself." : `"${to}" is not an AgentId.`,
    why: "sendReliably goes to another agent, whichever of its tabs is there.",
    fix: "Pass the `agentId` of a peer, 52 characters; send() takes its `peerId`.",
  });
}

function checkExpiry(expiresMs: number = DEFAULT_EXPIRES_MS): number {
  if (Number.isFinite(expiresMs) && expiresMs > 0 && expiresMs <= MAX_EXPIRES_MS) return expiresMs;
  throw new SwarmError("invalid-option", {
    what: `expiresMs is ${expiresMs}.`,
    why: "It is a duration in milliseconds, greater than 0, at most three weeks.",
    fix: "Leave it out for a week.",
  });
}

function queueFull(to: AgentId): SwarmError {
  return new SwarmError("queue-full", {
    what: `No more letters to ${to} can be kept.`,
    why: "As many as the mailbox holds are waiting.",
    fix: "Wait until some have been delivered, or leave `waitForRoom` out.",
  });
}

function sealingUnavailable(to: AgentId): SwarmError {
  return new SwarmError("sealing-unavailable", {
    what: `Nothing can be sealed to ${to} yet.`,
    why: "Its key is not known: it has not been met here, or announces none.",
    fix: "Send while it is connected once, or without `sealed`.",
  });
}

function outcomeError(outcome: "expired" | "refused", to: AgentId): SwarmError {
  if (outcome === "expired") {
    return new SwarmError("message-expired", {
      what: `The letter to ${to} has expired; it was not delivered.`,
      why: "The agent did not come in time.",
      fix: "Send it again, with a longer expiresMs.",
    });
  }
  return new SwarmError("message-refused", {
    what: `${to} did not take the letter.`,
    why: "It could not be opened there: the key to which it was sealed may have been lost.",
    fix: "Send it again while the agent is connected.",
  });
}

function unconfirmed(to: AgentId): SwarmError {
  return new SwarmError("message-unconfirmed", {
    what: `The letter to ${to} has expired without an acknowledgement.`,
    why: "It was on its way when the agent went: it may have been taken or not.",
    fix: "Its fate is settled when the agent returns: if it was not taken, a `message-expired` event says so.",
  });
}

function settledElsewhere(to: AgentId): SwarmError {
  return new SwarmError("message-unconfirmed", {
    what: `What became of the letter to ${to} is not known here.`,
    why: "Another tab of this agent brought it to its end, and the word of that was lost.",
    fix: "It was most likely delivered: let the receiver tell if it matters.",
  });
}
