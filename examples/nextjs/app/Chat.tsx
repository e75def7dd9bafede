"use client";

import { defineMessage } from "peerswarm";
import { Panel, shortAgentId } from "peerswarm/components";
import { useMessage, useSwarm } from "peerswarm/react";
import { type SubmitEvent, useReducer } from "react";
import * as v from "valibot";

const MAX_TEXT_LENGTH = 500;
const KEPT_LINES = 100;

// What peers may send. Anything else is dropped before it gets here, and counted.
const chat = defineMessage(
  "chat",
  v.object({ text: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_TEXT_LENGTH)) }),
);

interface Line {
  readonly id: string;
  readonly author: string;
  readonly text: string;
}

const append = (lines: readonly Line[], line: Line): readonly Line[] => [...lines, line].slice(-KEPT_LINES);

/** What everyone in the room says. */
export function Chat() {
  const swarm = useSwarm();
  const [lines, add] = useReducer(append, []);
  useMessage(chat, ({ text }, { id, from }) => add({ id, author: shortAgentId(from.agentId), text }));

  const send = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("text")).trim();
    if (text === "") return;
    swarm.broadcast(chat, { text });
    add({ id: crypto.randomUUID(), author: "You", text });
    event.currentTarget.reset();
  };

  return (
    <Panel title="Chat" name="chat" state={lines.length === 0 ? "empty" : "full"}>
      <ul className="chat-lines" aria-live="polite">
        {lines.map(({ id, author, text }) => (
          <li key={id}>
            <b>{author}</b> {text}
          </li>
        ))}
      </ul>
      <form className="chat-form" onSubmit={send}>
        <input
          className="ps-input"
          name="text"
          aria-label="Message"
          maxLength={MAX_TEXT_LENGTH}
          autoComplete="off"
        />
        <button type="submit" className="ps-button">
          Send
        </button>
      </form>
    </Panel>
  );
}
