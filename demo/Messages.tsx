import { type PeerId, SwarmError } from "peerswarm";
import { Panel, peerLabel, shortAgentId } from "peerswarm/components";
import { useMessage, usePeers, usePresence, useSwarm } from "peerswarm/react";
import { type FormEvent, useEffect, useReducer, useState } from "react";
import { appendEntry, chat, MAX_TEXT_LENGTH, typing } from "./chat.js";
import { MessageLog } from "./MessageLog.js";
import { Topic } from "./Topic.js";
import { TypingLine } from "./TypingLine.js";

const EVERYONE = "";

export function Messages() {
  const swarm = useSwarm();
  const [entries, append] = useReducer(appendEntry, []);

  const authorOf = (peerId: PeerId): string => {
    const peer = swarm.store.getSnapshot().peers.find((candidate) => candidate.peerId === peerId);
    return peer === undefined ? peerId : peerLabel(peer);
  };

  useMessage(chat, ({ text, isDirect }, { id, from }) =>
    append({
      id,
      from: from.peerId,
      author: authorOf(from.peerId),
      isOwn: false,
      kind: isDirect ? "direct" : "broadcast",
      text,
      audience: isDirect ? "to you alone" : "to everyone",
      timeMs: Date.now(),
    }),
  );

  /** @throws SwarmError as `send` and `broadcast` do */
  const send = (to: PeerId, text: string): void => {
    const isDirect = to !== EVERYONE;
    const wasSent = isDirect && swarm.send(to, chat, { text, isDirect });
    const reached = isDirect ? Number(wasSent) : swarm.broadcast(chat, { text });
    append({
      id: crypto.randomUUID(),
      from: swarm.getSignalingStatus().peerId ?? "",
      author: "You",
      isOwn: true,
      kind: isDirect ? "direct" : "broadcast",
      text,
      audience: `${isDirect ? `to ${authorOf(to)} alone` : "to everyone"}, ${describeReach(reached)}`,
      timeMs: Date.now(),
    });
  };

  return (
    <Panel title="Messages" headingLevel={3} name="messages" state={entries.length === 0 ? "empty" : "full"}>
      <Topic />
      <MessageLog entries={entries} />
      <TypingLine />
      <Composer onSend={send} />
    </Panel>
  );
}

function describeReach(reached: number): string {
  if (reached === 0) return "reached nobody";
  return reached === 1 ? "reached 1 peer" : `reached ${reached} peers`;
}

// The composer shows its own state and needs to know of no other.
const nobody = (): undefined => undefined;

function Composer({ onSend }: { readonly onSend: (to: PeerId, text: string) => void }) {
  const [to, setTo] = useState<PeerId>(EVERYONE);
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();
  const isThere = usePeers((peers) => to === EVERYONE || peers.some((peer) => peer.peerId === to));
  const hasText = text.trim() !== "";
  const canSend = isThere && hasText;
  const [, showTyping] = usePresence(typing, nobody);
  useEffect(() => showTyping(hasText || undefined), [showTyping, hasText]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!canSend) return;
    try {
      onSend(to, text.trim());
      setText("");
      setError(undefined);
    } catch (thrown) {
      setError(thrown instanceof SwarmError ? thrown.message : String(thrown));
    }
  };

  return (
    <form className="composer" onSubmit={submit}>
      <Receiver to={to} isThere={isThere} onChange={setTo} />
      <label className="composer-text">
        <span className="label">Message</span>
        <input
          className="input"
          value={text}
          maxLength={MAX_TEXT_LENGTH}
          placeholder="Say something"
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <button type="submit" className="button" data-primary disabled={!canSend}>
        Send
      </button>
      <p className="composer-error" role="alert">
        {isThere ? error : "This peer has gone. Choose whom to write to."}
      </p>
    </form>
  );
}

interface ReceiverProps {
  readonly to: PeerId;
  readonly isThere: boolean;
  readonly onChange: (to: PeerId) => void;
}

function Receiver({ to, isThere, onChange }: ReceiverProps) {
  const peers = usePeers();
  return (
    <label className="composer-to">
      <span className="label">To</span>
      <select className="input" value={to} onChange={(event) => onChange(event.target.value)}>
        <option value={EVERYONE}>Everyone</option>
        {peers.map((peer) => (
          <option key={peer.peerId} value={peer.peerId}>
            {peerLabel(peer)} ({shortAgentId(peer.agentId)})
          </option>
        ))}
        {/* Stays chosen: falling back to everyone would publish what was meant for one. */}
        {!isThere && (
          <option value={to} disabled>
            Gone
          </option>
        )}
      </select>
    </label>
  );
}
