import { type ReactNode, useRef, useState } from "react";
import type { AgentId, PeerSnapshot } from "../core/index.js";
import { usePeers, useSwarm, useSwarmSelector, useSwarmStatus } from "../hooks/index.js";
import { takeFocus } from "./parts/Confirmation.js";
import { formatCount } from "./parts/format.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { peerLabel } from "./parts/peerLabel.js";
import { ConnectingList } from "./peers/ConnectingList.js";
import { MeshLine } from "./peers/MeshLine.js";
import { PeerList } from "./peers/PeerList.js";
import { useTexts } from "./texts/TextsProvider.js";

/**
 * Who is here: each peer with its state, median round trip, capabilities and whether it is muted, and on request
 * all that is known of it, with Mute and Ban; how whole the mesh is; below, the members that are still
 * connecting, with attempts and the last error. A list of a thousand renders only what is in sight.
 */
export function PeersPanel(props: PanelProps): ReactNode {
  const { peers: texts, locale } = useTexts();
  const count = usePeers((peers) => peers.filter((peer) => peer.state === "connected").length);
  const isEmpty = useSwarmSelector((swarm) => swarm.peers.length === 0);
  const [ban, setBan] = useState<Ban>();
  const noteBan = (peer: PeerSnapshot): void =>
    setBan({ agentId: peer.agentId, label: peerLabel(peer), isLifted: false });
  return (
    <Panel
      title={texts.title}
      {...props}
      name="peers"
      state={isEmpty ? "empty" : "full"}
      aside={<span className="ps-count">{texts.count(count, formatCount(count, locale))}</span>}
    >
      <div className="ps-peers-head">
        <MeshLine />
        {!isEmpty && (
          <p className="ps-column-title" aria-hidden="true">
            {texts.roundTrip}
          </p>
        )}
      </div>
      <BanNote ban={ban} onLift={(lifted) => setBan({ ...lifted, isLifted: true })} />
      {isEmpty ? <NobodyHere /> : <PeerList onBan={noteBan} />}
      <ConnectingList />
    </Panel>
  );
}

function NobodyHere(): ReactNode {
  const { peers: texts } = useTexts();
  const status = useSwarmStatus();
  const room = useSwarmSelector((swarm) => swarm.signaling.room);
  const { what, next } = status === "joined" ? texts.empty.joined(room) : texts.empty[status];
  return (
    <div className="ps-empty">
      <p className="ps-empty-what">{what}</p>
      <p>{next}</p>
    </div>
  );
}

interface Ban {
  readonly agentId: AgentId;
  readonly label: string;
  readonly isLifted: boolean;
}

interface BanNoteProps {
  readonly ban: Ban | undefined;
  readonly onLift: (ban: Ban) => void;
}

/** Says whom the visitor has banned and takes it back: a banned peer has no row with a button any more. */
function BanNote({ ban, onLift }: BanNoteProps): ReactNode {
  const swarm = useSwarm();
  const { peers: texts } = useTexts();
  const note = useRef<HTMLParagraphElement>(null);
  const lift = (lifted: Ban): void => {
    swarm.unban(lifted.agentId);
    onLift(lifted);
    note.current?.focus();
  };
  return (
    <div className="ps-ban-note" role="status">
      {ban !== undefined && (
        <p className="ps-note" tabIndex={-1} ref={note}>
          <span>{ban.isLifted ? texts.unbanned(ban.label) : texts.banned(ban.label)}</span>
          {!ban.isLifted && (
            // Takes the focus of the row that has gone.
            <button
              key={ban.agentId}
              type="button"
              className="ps-button"
              ref={takeFocus}
              onClick={() => lift(ban)}
            >
              {texts.unban}
            </button>
          )}
        </p>
      )}
    </div>
  );
}
