import { settleWithin } from "../abort.js";
import type { Cancel } from "../clock.js";
import { SwarmError } from "../errors.js";
import type { PeerId } from "../identity/ids.js";
import type { MessageDefinition } from "../messages/definition.js";
import type { ProtocolPort } from "../protocols/builtin.js";

/** What a question needs besides its peer and its payload. */
export interface AskOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Numbered {
  readonly number: number;
}

/** Questions to peers, each with a number that its answer repeats. */
export interface Exchange {
  /** The answer, or `undefined` where none comes: the peer is gone or silent, or the wait is over. */
  ask<Input extends Numbered, Sent, Answer extends Numbered>(
    peerId: PeerId,
    question: MessageDefinition<Input, unknown>,
    payload: Omit<Input, "number">,
    answerOf: MessageDefinition<Sent, Answer>,
    options: AskOptions,
  ): Promise<Answer | undefined>;
  /** An answer has come; one that nobody waits for is dropped. */
  answered<Sent, Answer extends Numbered>(
    peerId: PeerId,
    definition: MessageDefinition<Sent, Answer>,
    answer: Answer,
  ): void;
  /** Resolves after so long, or when this closes. */
  pause(delayMs: number): Promise<void>;
  readonly isClosed: boolean;
  close(): void;
}

interface Question {
  readonly peerId: PeerId;
  readonly answer: (answer: Numbered | undefined) => void;
}

export function createExchange(port: ProtocolPort): Exchange {
  const { clock } = port.runtime;
  const questions = new Map<string, Question>();
  const pauses = new Set<() => void>();
  let lastNumber = 0;
  let isClosed = false;

  const keyOf = (peerId: PeerId, type: string, number: number): string => `${type} ${peerId} ${number}`;

  const giveUp = (isMeant: (peerId: PeerId) => boolean): void => {
    for (const { peerId, answer } of [...questions.values()]) if (isMeant(peerId)) answer(undefined);
  };
  const stopWatching: Cancel = port.watch("left", ({ peerId }) => giveUp((of) => of === peerId));

  return {
    get isClosed() {
      return isClosed;
    },
    async ask<Input extends Numbered, Sent, Answer extends Numbered>(
      peerId: PeerId,
      question: MessageDefinition<Input, unknown>,
      payload: Omit<Input, "number">,
      answerOf: MessageDefinition<Sent, Answer>,
      { timeoutMs, signal }: AskOptions,
    ): Promise<Answer | undefined> {
      const number = ++lastNumber;
      const key = keyOf(peerId, answerOf.type, number);
      const waiting = settleWithin<Numbered | undefined>(
        {
          clock,
          timeoutMs,
          signal,
          what: "Asking a peer",
          onTimeout: () => new SwarmError("request-timeout", { what: `${peerId} did not answer.` }),
        },
        (resolve) => {
          questions.set(key, { peerId, answer: resolve });
          const input = { ...payload, number } as unknown as Input;
          if (isClosed || !port.send(peerId, question, input, { lane: "bulk" })) resolve(undefined);
          return () => void questions.delete(key);
        },
      );
      // Why there is none does not matter to anybody.
      // Answers are found by their type, too, so this is one.
      return (await waiting.catch(() => undefined)) as Answer | undefined;
    },
    answered(peerId, { type }, answer) {
      const question = questions.get(keyOf(peerId, type, answer.number));
      if (question === undefined) port.dropped("knowledge-stray", peerId);
      else question.answer(answer);
    },
    pause: (delayMs) =>
      new Promise((resolve) => {
        if (isClosed) return resolve();
        const end = (): void => {
          cancel();
          pauses.delete(end);
          resolve();
        };
        const cancel = clock.setTimer(delayMs, end);
        pauses.add(end);
      }),
    close() {
      isClosed = true;
      stopWatching();
      giveUp(() => true);
      for (const end of [...pauses]) end();
    },
  };
}
