import type { Cancel, Clock } from "../clock.js";
import type { AgentId, PeerId } from "../identity/ids.js";
import type { ProtocolPort } from "../protocols/builtin.js";
import { agentKey } from "./keys.js";
import type { Batch, LetterQueue, QueuedLetter } from "./letterQueue.js";
import { PAUSE_MS, REPLY_TIMEOUT_MS } from "./limits.js";
import { mailLetter, mailMark, type Refusal, type Settlement } from "./protocol.js";

export interface CourierOptions {
  readonly port: ProtocolPort;
  readonly scope: string;
  readonly queue: LetterQueue;
  readonly settled: (to: AgentId, letter: QueuedLetter, outcome: Settlement) => void;
}

/** Takes waiting letters to agents that are here, one batch at a time, until they are acknowledged. */
export interface Courier {
  /** Something may wait for this agent, or it may have come back. */
  go(to: AgentId): void;
  end: Cancel;
}

/** What is under way to one agent. */
interface Trip {
  readonly ended: AbortController;
  /** Another look at the queue is wanted after this one. */
  isWanted: boolean;
  /** Of the peer that the last batch went to. */
  peerId: PeerId | undefined;
  answered: (answer: Answer) => void;
  /** What was sent may be lost: no use to wait for it. */
  interrupt: () => void;
}

interface Answer {
  readonly of: number;
  readonly mark: number;
  readonly refused: Refusal | null;
}

/** What the answers to one batch come to, however many there are. */
interface Reply {
  /** The furthest mark; `undefined` where nothing was answered. */
  mark: number | undefined;
  /** By letter; of those in the batch only. */
  readonly refusals: Map<number, Refusal>;
}

export function createCourier({ port, scope, queue, settled }: CourierOptions): Courier {
  const { storage, clock } = port.runtime;
  const trips = new Map<AgentId, Trip>();
  let isEnded = false;

  const sessionsOf = (to: AgentId): PeerId[] =>
    port
      .peers()
      .filter(({ agentId }) => agentId === to)
      .map(({ peerId }) => peerId);

  const go = (to: AgentId): void => {
    if (isEnded || sessionsOf(to).length === 0) return;
    const present = trips.get(to);
    if (present !== undefined) {
      present.isWanted = true;
      return;
    }
    const trip: Trip = {
      ended: new AbortController(),
      isWanted: false,
      peerId: undefined,
      answered: () => undefined,
      interrupt: () => undefined,
    };
    trips.set(to, trip);
    void travel(to, trip);
  };

  const travel = async (to: AgentId, trip: Trip): Promise<void> => {
    const { signal } = trip.ended;
    try {
      // Another tab of this agent may be at it: what it leaves is ours.
      await storage.exclusively(`mail-send:${agentKey(scope, to)}`, () => deliverAll(to, trip), { signal });
    } catch {
      if (!signal.aborted) {
        port.dropped("storage-failed", undefined);
        await rest(clock, PAUSE_MS, signal);
        trip.isWanted = true;
      }
    }
    trips.delete(to);
    if (trip.isWanted) go(to);
  };

  const deliverAll = async (to: AgentId, trip: Trip): Promise<void> => {
    let silences = 0;
    while (!trip.ended.signal.aborted) {
      trip.isWanted = false;
      const batch = await queue.nextBatch(to);
      for (const letter of batch.expired) settled(to, letter, "expired");
      const sessions = sessionsOf(to);
      const peerId = sessions[silences % sessions.length];
      if (batch.letters.length === 0) {
        if (batch.expired.length > 0 || trip.isWanted) continue;
        return;
      }
      if (peerId === undefined || trip.ended.signal.aborted) return;
      // A receiver that is silent is asked with one letter, not with the whole batch again.
      const letters = silences === 0 ? batch.letters : batch.letters.slice(0, 1);
      const reply = await carry(letters, peerId, trip);
      silences = reply.mark === undefined ? silences + 1 : 0;
      const isFurther = await account(to, reply);
      // Who answers and takes nothing has no room, or wants to see us toil.
      if (reply.mark !== undefined && !isFurther) await rest(clock, PAUSE_MS, trip.ended.signal);
    }
  };

  /** Sends letters to one session and gathers its answers, up to that to the last or to silence. */
  const carry = async (letters: Batch["letters"], peerId: PeerId, trip: Trip): Promise<Reply> => {
    const reply: Reply = { mark: undefined, refusals: new Map() };
    const asked = new Set(letters.map(({ sequence }) => sequence));
    const last = letters.at(-1)?.sequence;
    trip.peerId = peerId;
    await new Promise<void>((resolve) => {
      const { signal } = trip.ended;
      const end = (): void => {
        cancel();
        signal.removeEventListener("abort", end);
        resolve();
      };
      const cancel = clock.setTimer(REPLY_TIMEOUT_MS, end);
      signal.addEventListener("abort", end);
      trip.interrupt = end;
      trip.answered = ({ of, mark, refused }) => {
        reply.mark = Math.max(reply.mark ?? 0, mark);
        if (refused !== null && refused !== "busy" && asked.has(of)) reply.refusals.set(of, refused);
        if (of === last) end();
      };
      sendAll(letters, peerId);
    });
    trip.peerId = undefined;
    return reply;
  };

  const sendAll = (letters: Batch["letters"], peerId: PeerId): void => {
    let after = 0;
    for (const { sequence, letter } of letters) {
      try {
        if (!port.sendOrThrow(peerId, mailLetter, { after, letter })) return;
      } catch {
        // The peer takes nothing more for now: the rest goes with the next batch.
        return;
      }
      after = sequence;
    }
  };

  /** Takes out of the queue what the reply settles; whether that was anything. */
  const account = async (to: AgentId, { mark = 0, refusals }: Reply): Promise<boolean> => {
    const delivered = mark > 0 ? await queue.settle(to, mark) : [];
    for (const letter of delivered) settled(to, letter, "delivered");
    let isFurther = delivered.length > 0;
    for (const [of, refused] of refusals) {
      const letter = await queue.remove(to, of);
      if (letter === undefined) continue;
      settled(to, letter, refused === "expired" ? "expired" : "refused");
      isFurther = true;
    }
    return isFurther;
  };

  const interrupt = (to: AgentId, peerId: PeerId): void => {
    const trip = trips.get(to);
    if (trip?.peerId === peerId) trip.interrupt();
  };

  const stops = [
    port.watch("joined", ({ agentId }) => go(agentId)),
    port.watch("relinked", ({ agentId, peerId }) => interrupt(agentId, peerId)),
    port.watch("left", ({ agentId, peerId }) => {
      if (sessionsOf(agentId).length === 0) trips.get(agentId)?.ended.abort();
      else interrupt(agentId, peerId);
    }),
    port.on(mailMark, (answer, { from }) => {
      const trip = trips.get(from.agentId);
      if (trip?.peerId === from.peerId) trip.answered(answer);
    }),
  ];

  return {
    go,
    end() {
      isEnded = true;
      for (const stop of stops) stop();
      for (const { ended } of trips.values()) ended.abort();
    },
  };
}

function rest(clock: Clock, durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.setTimer(durationMs, end);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
