import { memo, type ReactNode } from "react";
import type { PeerId, PeerSnapshot } from "../../core/index.js";
import { useLinkQuality } from "../../hooks/index.js";
import { Chips } from "../parts/Chips.js";
import { DisclosureList } from "../parts/DisclosureList.js";
import { formatMilliseconds } from "../parts/format.js";
import { peerLabel, shortAgentId } from "../parts/peerLabel.js";
import { type DisclosedRow, RowDisclosure } from "../parts/RowDisclosure.js";
import { StateWord } from "../parts/StateWord.js";
import type { Hold } from "../parts/useHold.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { usePeersTexts } from "../texts/peersTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { isSameRow } from "./isSameRow.js";
import { PeerDetail } from "./PeerDetail.js";

interface PeerListProps {
  readonly peers: readonly PeerSnapshot[];
  /** Whether somebody is at the list; its rows then keep their places. */
  readonly hold: Hold;
  readonly onBan: (peer: PeerSnapshot) => void;
}

/** Proven peers, each with a detail on request. Stays when none is left, so that those that open stay open. */
export function PeerList({ peers, hold, onBan }: PeerListProps): ReactNode {
  const texts = usePeersTexts();
  return (
    <div
      className="ps-list-frame"
      hidden={peers.length === 0}
      data-held={hold.isHeld || undefined}
      {...hold.holdProps}
    >
      <DisclosureList
        items={peers}
        keyOf={({ peerId }) => peerId}
        attributesOf={({ peerId, state, isMuted, restraint }) => ({
          className: "ps-peer",
          "data-state": state,
          "data-peer-id": peerId,
          "data-muted": isMuted || undefined,
          "data-restraint": restraint?.stage,
        })}
        hint={texts.keys}
      >
        {(peer, row) => (
          <>
            <PeerLine peer={peer} {...row} />
            {row.isOpen && <PeerDetail peer={peer} onBan={onBan} />}
          </>
        )}
      </DisclosureList>
    </div>
  );
}

interface PeerLineProps extends DisclosedRow {
  readonly peer: PeerSnapshot;
}

// One peer's news render one row, and its numbers render themselves.
const PeerLine = memo(function PeerLine({ peer, ...row }: PeerLineProps) {
  const texts = usePeersTexts();
  const common = useCommonTexts();
  const { peerId, agentId, state, profile, isMuted, restraint } = peer;
  return (
    <div className="ps-peer-line">
      <p className="ps-peer-name">
        <RowDisclosure {...row}>
          <bdi>{peerLabel(peer)}</bdi>
        </RowDisclosure>
      </p>
      <StateWord state={state} word={texts.state[state]} />
      <p className="ps-peer-round-trip">
        <span className="ps-hidden">{texts.roundTrip}: </span>
        {/* Of a peer that does not answer, the last one says nothing any more. */}
        <bdi>{state === "connected" ? <MedianRoundTrip peerId={peerId} /> : common.unknown}</bdi>
      </p>
      <p className="ps-peer-details">
        {/* With every name, because anyone can call themselves anything. */}
        <code>{shortAgentId(agentId)}</code>
        {isMuted && <span className="ps-flag">{texts.muted}</span>}
        {restraint !== undefined && <span className="ps-flag">{texts.restraint[restraint.stage]}</span>}
        <Capabilities capabilities={profile.capabilities} />
      </p>
    </div>
  );
}, isSameLine);

function isSameLine(a: PeerLineProps, b: PeerLineProps): boolean {
  return (
    isSameRow(a.peer, b.peer) &&
    a.rowKey === b.rowKey &&
    a.isOpen === b.isOpen &&
    a.tabIndex === b.tabIndex &&
    a.onToggle === b.onToggle
  );
}

function MedianRoundTrip({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const common = useCommonTexts();
  const locale = useLocale();
  // Selected as text: a change below what is shown renders nothing.
  return useLinkQuality(peerId, ({ roundTripP50Ms }) =>
    roundTripP50Ms === undefined ? common.unknown : formatMilliseconds(roundTripP50Ms, locale),
  );
}

function Capabilities({ capabilities }: { readonly capabilities: readonly string[] }): ReactNode {
  const texts = usePeersTexts();
  if (capabilities.length === 0) return null;
  return (
    <>
      <span className="ps-hidden">{texts.capabilities}: </span>
      <Chips words={capabilities} />
    </>
  );
}
