import { type ReactNode, useState } from "react";
import type { PeerSnapshot } from "../core/index.js";
import { usePeers, useSwarmSelector, useSwarmStatus } from "../hooks/index.js";
import { Announcement } from "./parts/Announcement.js";
import { formatCount } from "./parts/format.js";
import { Nothing } from "./parts/Nothing.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { peerLabel } from "./parts/peerLabel.js";
import { useHold } from "./parts/useHold.js";
import { type Ban, BanNote } from "./peers/BanNote.js";
import { ConnectingList } from "./peers/ConnectingList.js";
import { MeshLine } from "./peers/MeshLine.js";
import { PeerList } from "./peers/PeerList.js";
import { PeerTools } from "./peers/PeerTools.js";
import { isNarrowed, type PeerCriteria } from "./peers/peerCriteria.js";
import { type PeerChoice, usePeerCriteria } from "./peers/usePeerCriteria.js";
import { usePeerView } from "./peers/usePeerView.js";
import { usePeersTexts } from "./texts/peersTexts.js";
import { useLocale } from "./texts/TextsProvider.js";

/**
 * Who is here: each peer with its state, median round trip, capabilities and whether it is muted, filtered and sorted
 * as the visitor chooses, and on request all that is known of it, with Mute and Ban; how whole the mesh is; below, the
 * members that are still connecting, with attempts and the last error. A list of a thousand renders only what is in
 * sight, and rows keep their places while the pointer or the focus is among them.
 */
export function PeersPanel(props: PanelProps): ReactNode {
  const texts = usePeersTexts();
  const isEmpty = usePeers((peers) => peers.length === 0);
  const choice = usePeerCriteria();
  const hold = useHold();
  const shown = usePeerView(choice.applied, choice.order, hold.isHeld);
  const [ban, setBan] = useState<Ban>();
  const noteBan = (peer: PeerSnapshot): void =>
    setBan({ agentId: peer.agentId, label: peerLabel(peer), isLifted: false });
  return (
    <Panel
      title={texts.title}
      {...props}
      name="peers"
      state={isEmpty ? "empty" : "full"}
      aside={<Counts criteria={choice.applied} shown={shown.length} />}
    >
      <Tools choice={choice} />
      <div className="ps-peers-head">
        <MeshLine />
        {shown.length > 0 && (
          <p className="ps-column-title" aria-hidden="true">
            {texts.roundTrip}
          </p>
        )}
      </div>
      <BanNote ban={ban} onLift={(lifted) => setBan({ ...lifted, isLifted: true })} />
      {isEmpty && <NobodyHere />}
      {!isEmpty && shown.length === 0 && <NobodyMatches onClear={choice.clear} />}
      {!isEmpty && <PeerList peers={shown} hold={hold} onBan={noteBan} />}
      <ConnectingList />
    </Panel>
  );
}

interface CountsProps {
  readonly criteria: PeerCriteria;
  readonly shown: number;
}

function Counts({ criteria, shown }: CountsProps): ReactNode {
  const texts = usePeersTexts();
  const locale = useLocale();
  const all = usePeers((peers) => peers.length);
  const connected = usePeers((peers) => peers.filter((peer) => peer.state === "connected").length);
  const words =
    all > 0 && isNarrowed(criteria)
      ? texts.shown(formatCount(shown, locale), formatCount(all, locale))
      : texts.count(connected, formatCount(connected, locale));
  return (
    <>
      <span className="ps-count" data-shown={shown} data-all={all}>
        {words}
      </span>
      <Announcement choice={criteria} words={words} />
    </>
  );
}

/** From the second peer on, and then to stay: what somebody types into must not go when somebody else does. */
function Tools({ choice }: { readonly choice: PeerChoice }): ReactNode {
  const count = usePeers((peers) => peers.length);
  const [wereMany, setMany] = useState(count > 1);
  if (count > 1 && !wereMany) setMany(true);
  if (count === 0 || !wereMany) return null;
  return (
    <PeerTools
      criteria={choice.criteria}
      onChange={choice.setCriteria}
      onClear={choice.clear}
      order={choice.order}
      onOrder={choice.setOrder}
      textField={choice.textField}
    />
  );
}

function NobodyMatches({ onClear }: { readonly onClear: () => void }): ReactNode {
  const texts = usePeersTexts();
  return (
    <div className="ps-empty" data-unmatched>
      <p className="ps-empty-what">{texts.nobodyMatches}</p>
      <p>
        <button type="button" className="ps-button" data-small onClick={onClear}>
          {texts.clear}
        </button>
      </p>
    </div>
  );
}

function NobodyHere(): ReactNode {
  const texts = usePeersTexts();
  const status = useSwarmStatus();
  const room = useSwarmSelector((swarm) => swarm.signaling.room);
  return <Nothing {...(status === "joined" ? texts.empty.joined(room) : texts.empty[status])} />;
}
