import { memo, type ReactNode } from "react";
import type { ConnectingPeer } from "../../core/index.js";
import { useConnectingPeers } from "../../hooks/index.js";
import { reasonOf } from "../parts/reasonOf.js";
import { StateWord } from "../parts/StateWord.js";
import { useLongList } from "../parts/useLongList.js";
import { usePeersTexts } from "../texts/peersTexts.js";

/** Members that have not proved themselves yet, with attempts and the last error. */
export function ConnectingList(): ReactNode {
  const connecting = useConnectingPeers();
  return connecting.length === 0 ? null : <List connecting={connecting} />;
}

function List({ connecting }: { readonly connecting: readonly ConnectingPeer[] }): ReactNode {
  const texts = usePeersTexts();
  const { isLong, rows, scrollProps, listProps } = useLongList({
    count: connecting.length,
    keyOf: (index) => connecting[index]?.peerId ?? "",
  });
  // A list in which nothing can have the focus scrolls by keyboard only if it can have it itself.
  const focusable = isLong ? { tabIndex: 0, role: "group", "aria-label": texts.connecting } : {};
  return (
    <div className="ps-connecting">
      <p className="ps-subtitle">{texts.connecting}</p>
      <div className="ps-scroll" {...scrollProps} {...focusable}>
        <ul className="ps-list" {...listProps}>
          {rows.map(({ index, key, itemProps }) => {
            const peer = connecting[index];
            if (peer === undefined) return null;
            return (
              <li
                key={key}
                className="ps-peer"
                data-state={peer.state}
                data-peer-id={peer.peerId}
                {...itemProps}
              >
                <ConnectingPeerLine peer={peer} />
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}

const ConnectingPeerLine = memo(function ConnectingPeerLine({ peer }: { readonly peer: ConnectingPeer }) {
  const texts = usePeersTexts();
  const { peerId, attempts, lastError, state } = peer;
  const reason = lastError === undefined ? undefined : reasonOf(lastError);
  return (
    <div className="ps-peer-line">
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
    </div>
  );
});
