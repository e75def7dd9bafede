import { defineMessage } from "peerswarm";
import { useMessage, useSwarm } from "peerswarm/react";
import { useState } from "react";
import * as v from "valibot";

const chat = defineMessage("chat", v.object({ text: v.string() }));

export function Chat() {
  const swarm = useSwarm();
  const [lines, setLines] = useState<readonly string[]>([]);
  useMessage(chat, ({ text }) => setLines((before) => [...before, text]));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        swarm.broadcast(chat, { text: String(new FormData(event.currentTarget).get("text")) });
      }}
    >
      <input name="text" aria-label="Message" />
      <button type="submit">Send</button>
      <output>{lines.join("\n")}</output>
    </form>
  );
}
