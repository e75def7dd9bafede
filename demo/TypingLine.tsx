import { peerLabel } from "peerswarm/components";
import { usePeers, usePresence } from "peerswarm/react";
import { typing } from "./chat.js";

/** Who is writing right now. */
export function TypingLine() {
  const [writers] = usePresence(typing, ({ peers }) => Object.keys(peers));
  const names = usePeers((peers) => peers.filter(({ peerId }) => writers.includes(peerId)).map(peerLabel));
  return (
    <p className="typing" role="status">
      {names.length > 0 && `${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing…`}
    </p>
  );
}
