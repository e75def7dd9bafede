import type { PeerId } from "peerswarm";
import { Panel, peerLabel, shortAgentId } from "peerswarm/components";
import { usePeers, useSwarm } from "peerswarm/react";
import { type DragEvent, useState } from "react";

/** A place to drop a file for each peer; what becomes of it is on the transfers panel. */
export function SendFile() {
  const peers = usePeers();
  return (
    <Panel
      title="Send a file"
      headingLevel={3}
      name="send-file"
      state={peers.length === 0 ? "empty" : "full"}
    >
      {peers.length === 0 ? (
        <div className="ps-empty">
          <p className="ps-empty-what">Nobody is here to send a file to.</p>
          <p>Open this page in another tab. Then choose a file for it here, or drop one.</p>
        </div>
      ) : (
        <ul className="drops">
          {peers.map((peer) => (
            <li key={peer.peerId}>
              <Drop to={peer.peerId} label={`${peerLabel(peer)} (${shortAgentId(peer.agentId)})`} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Drop({ to, label }: { readonly to: PeerId; readonly label: string }) {
  const swarm = useSwarm();
  const [isOver, setOver] = useState(false);
  const send = (files: FileList | null): void => {
    // How it ends is shown by the transfers panel.
    for (const file of files ?? []) swarm.sendFile(to, file).catch(() => undefined);
  };
  const over = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <label
      className="drop"
      data-over={isOver || undefined}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        send(event.dataTransfer.files);
      }}
    >
      <span>
        Choose or drop files for <bdi>{label}</bdi>
      </span>
      <input
        type="file"
        multiple
        onChange={({ target }) => {
          send(target.files);
          // The same file can be chosen again.
          target.value = "";
        }}
      />
    </label>
  );
}
