import { memo, type ReactNode } from "react";
import type { ConnectingPeer, PeerSnapshot } from "../core/index.js";
import { useConnectingPeers, usePeers, useSwarmSelector, useSwarmStatus } from "../hooks/index.js";
import { formatMilliseconds } from "./format.js";
import { Panel, type PanelProps } from "./Panel.js";
import { peerLabel, shortAgentId } from "./peerLabel.js";
import { reasonOf } from "./reasonOf.js";
import { StateWord } from "./StateWord.js";
import { useTexts } from "./TextsProvider.js";

/**
 * Who is here: each peer with its state, round trip, capabilities and whether it is muted; below them the
 * members that are still connecting, with attempts and the last error.
 */
export function PeersPanel(props: PanelProps): ReactNode {
  const { peers: texts } = useTexts();
  const count = usePeers((peers) => peers.filter((peer) => peer.state === "connected").length);
  const isEmpty = useSwarmSelector((swarm) => swarm.peers.length === 0);
  return (
    <Panel
      title={texts.title}
      {...props}
      name="peers"
      state={isEmpty ? "empty" : "full"}
      aside={<span className="ps-count">{texts.count(count)}</span>}
    >
      {isEmpty ? <NobodyHere /> : <PeerList />}
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

function PeerList(): ReactNode {
  const peers = usePeers();
  return (
    <ul className="ps-list">
      {peers.map((peer) => (
        <PeerRow key={peer.peerId} peer={peer} />
      ))}
    </ul>
  );
}

// Memoised on the snapshot, whose reference changes only with this peer: one peer's news render one row.
const PeerRow = memo(function PeerRow({ peer }: { readonly peer: PeerSnapshot }): ReactNode {
  const { peers: texts, locale, common } = useTexts();
  const { peerId, agentId, state, profile, roundTripMs, isMuted } = peer;
  return (
    <li className="ps-peer" data-state={state} data-peer-id={peerId} data-muted={isMuted || undefined}>
      <p className="ps-peer-name">
        <bdi>{peerLabel(peer)}</bdi>
      </p>
      <StateWord state={state} word={texts.state[state]} />
      <p className="ps-peer-round-trip" title={texts.roundTrip}>
        <span className="ps-hidden">{texts.roundTrip}: </span>
        {roundTripMs === undefined ? common.unknown : formatMilliseconds(roundTripMs, locale)}
      </p>
      <p className="ps-peer-details">
        {/* With every name, because anyone can call themselves anything. */}
        <code title={agentId}>{shortAgentId(agentId)}</code>
        {isMuted && <span className="ps-flag">{texts.muted}</span>}
        <Capabilities capabilities={profile.capabilities} />
      </p>
    </li>
  );
});

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

function ConnectingList(): ReactNode {
  const { peers: texts } = useTexts();
  const connecting = useConnectingPeers();
  if (connecting.length === 0) return null;
  return (
    <div className="ps-connecting">
      <p className="ps-subtitle">{texts.connecting}</p>
      <ul className="ps-list">
        {connecting.map((peer) => (
          <ConnectingRow key={peer.peerId} peer={peer} />
        ))}
      </ul>
    </div>
  );
}

const ConnectingRow = memo(function ConnectingRow({ peer }: { readonly peer: ConnectingPeer }): ReactNode {
  const { peers: texts } = useTexts();
  const { peerId, attempts, lastError, state } = peer;
  const reason = lastError === undefined ? undefined : reasonOf(lastError);
  return (
    <li className="ps-peer" data-state={state} data-peer-id={peerId}>
      <p className="ps-peer-name">
        <code>{peerId}</code>
      </p>
      <StateWord state={state} word={texts.state[state]} />
      <p className="ps-peer-round-trip">{texts.attempts(attempts)}</p>
      {reason !== undefined && (
        <p className="ps-peer-error" data-code={lastError?.code}>
          {reason.what} {reason.fix}
        </p>
      )}
    </li>
  );
});
