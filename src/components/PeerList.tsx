import { memo, type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import type { PeerId, PeerSnapshot } from "../core/index.js";
import { useLinkQuality, usePeers } from "../hooks/index.js";
import { formatMilliseconds } from "./format.js";
import { ChevronIcon } from "./icons.js";
import { PeerDetail } from "./PeerDetail.js";
import { peerLabel, shortAgentId } from "./peerLabel.js";
import { StateWord } from "./StateWord.js";
import { useTexts } from "./TextsProvider.js";
import { useLongList } from "./useLongList.js";

/** The proven peers, each with a detail on request. */
export function PeerList({ onBan }: { readonly onBan: (peer: PeerSnapshot) => void }): ReactNode {
  const { peers: texts } = useTexts();
  const peers = usePeers();
  const [open, setOpen] = useState<ReadonlySet<PeerId>>(new Set());
  const hintId = useId();
  const { isLong, rows, scrollProps, listProps } = useLongList({
    count: peers.length,
    keyOf: (index) => peers[index]?.peerId ?? "",
  });
  const list = useRef<HTMLUListElement>(null);
  const lastToggled = useRef<PeerId>(undefined);
  const toggle = useCallback((peerId: PeerId) => {
    lastToggled.current = peerId;
    setOpen((before) => toggled(before, peerId));
  }, []);
  // A detail that opens below the edge of the list would seem not to open.
  useEffect(() => {
    const peerId = lastToggled.current;
    if (peerId === undefined || !open.has(peerId)) return;
    const rows = [...(list.current?.children ?? [])];
    rows.find((row) => row.getAttribute("data-peer-id") === peerId)?.scrollIntoView?.({ block: "nearest" });
  }, [open]);
  return (
    <>
      <p className="ps-hidden" id={hintId}>
        {texts.keys}
      </p>
      <div className="ps-scroll" {...scrollProps}>
        <ul className="ps-list" ref={list} aria-describedby={isLong ? hintId : undefined} {...listProps}>
          {rows.map(({ index, key, tabIndex, itemProps }) => {
            const peer = peers[index];
            if (peer === undefined) return null;
            const isOpen = open.has(peer.peerId);
            return (
              <li
                key={key}
                className="ps-peer"
                data-state={peer.state}
                data-peer-id={peer.peerId}
                data-muted={peer.isMuted || undefined}
                data-restraint={peer.restraint?.stage}
                data-open={isOpen || undefined}
                {...itemProps}
              >
                <PeerLine peer={peer} isOpen={isOpen} tabIndex={tabIndex} onToggle={toggle} />
                {isOpen && <PeerDetail peer={peer} onBan={onBan} />}
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

function toggled(open: ReadonlySet<PeerId>, peerId: PeerId): ReadonlySet<PeerId> {
  const next = new Set(open);
  if (!next.delete(peerId)) next.add(peerId);
  return next;
}

interface PeerLineProps {
  readonly peer: PeerSnapshot;
  readonly isOpen: boolean;
  readonly tabIndex: 0 | -1;
  readonly onToggle: (peerId: PeerId) => void;
}

// Memoised on the snapshot, whose reference changes only with this peer: one peer's news render one row.
const PeerLine = memo(function PeerLine({ peer, isOpen, tabIndex, onToggle }: PeerLineProps) {
  const { peers: texts, common } = useTexts();
  const { peerId, agentId, state, profile, isMuted, restraint } = peer;
  return (
    <div className="ps-peer-line">
      <p className="ps-peer-name">
        <button
          type="button"
          className="ps-disclosure"
          data-row-control
          tabIndex={tabIndex}
          aria-expanded={isOpen}
          onClick={() => onToggle(peerId)}
        >
          <ChevronIcon />
          <bdi>{peerLabel(peer)}</bdi>
        </button>
      </p>
      <StateWord state={state} word={texts.state[state]} />
      <p className="ps-peer-round-trip">
        <span className="ps-hidden">{texts.roundTrip}: </span>
        {/* Of a peer that does not answer, the last one says nothing any more. */}
        {state === "connected" ? <MedianRoundTrip peerId={peerId} /> : common.unknown}
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
});

function MedianRoundTrip({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const { common, locale } = useTexts();
  // Selected as text: a change below what is shown renders nothing.
  return useLinkQuality(peerId, ({ roundTripP50Ms }) =>
    roundTripP50Ms === undefined ? common.unknown : formatMilliseconds(roundTripP50Ms, locale),
  );
}

function Capabilities({ capabilities }: { readonly capabilities: readonly string[] }): ReactNode {
  const { peers: texts } = useTexts();
  if (capabilities.length === 0) return null;
  return (
    <>
      <span className="ps-hidden">{texts.capabilities}: </span>
      {[...new Set(capabilities)].map((capability) => (
        <bdi className="ps-chip" key={capability}>
          {capability}
        </bdi>
      ))}
    </>
  );
}
