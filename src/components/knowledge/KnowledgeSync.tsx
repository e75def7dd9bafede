import type { ReactNode } from "react";
import { useKnowledge, usePeers } from "../../hooks/index.js";
import { formatTime } from "../parts/format.js";
import { peerLabel } from "../parts/peerLabel.js";
import { StateWord } from "../parts/StateWord.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";
import { useLocale } from "../texts/TextsProvider.js";

/** With whom what is known is being compared, or since when it is the same. */
export function KnowledgeSync(): ReactNode {
  const texts = useKnowledgeTexts();
  const locale = useLocale();
  const syncing = useKnowledge((knowledge) => knowledge.syncing);
  const lastSyncAtMs = useKnowledge((knowledge) => knowledge.lastSyncAtMs);
  const peers = usePeers(
    (all) => all.map((peer) => ({ peerId: peer.peerId, label: peerLabel(peer) })),
    isSamePeers,
  );
  const state = syncing.length > 0 ? "syncing" : lastSyncAtMs === undefined ? "alone" : "in-step";
  const word =
    lastSyncAtMs !== undefined
      ? texts.inStep(formatTime(lastSyncAtMs, locale))
      : peers.length === 0
        ? texts.alone
        : texts.notCompared;
  if (state !== "syncing") {
    return (
      <p className="ps-sync" data-state={state}>
        <StateWord state={state} word={word} />
      </p>
    );
  }
  return (
    <p className="ps-sync" data-state={state}>
      <StateWord state={state} word={texts.syncing} />
      {syncing.map((peerId) => (
        <bdi className="ps-chip" key={peerId}>
          {peers.find((peer) => peer.peerId === peerId)?.label ?? peerId}
        </bdi>
      ))}
    </p>
  );
}

interface Named {
  readonly peerId: string;
  readonly label: string;
}

const isSamePeers = (a: readonly Named[], b: readonly Named[]): boolean =>
  a.length === b.length &&
  a.every(({ peerId, label }, index) => peerId === b[index]?.peerId && label === b[index]?.label);
