import type { ReactNode } from "react";
import { useKnowledge, usePeers } from "../../hooks/index.js";
import { formatTime } from "../parts/format.js";
import { PeerName } from "../parts/PeerName.js";
import { StateWord } from "../parts/StateWord.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";
import { useLocale } from "../texts/TextsProvider.js";

/** With whom what is known is being compared, or since when it is the same. */
export function KnowledgeSync(): ReactNode {
  const texts = useKnowledgeTexts();
  const locale = useLocale();
  const syncing = useKnowledge((knowledge) => knowledge.syncing);
  const lastSyncAtMs = useKnowledge((knowledge) => knowledge.lastSyncAtMs);
  const isAlone = usePeers((peers) => peers.length === 0);
  const state = syncing.length > 0 ? "syncing" : lastSyncAtMs === undefined ? "alone" : "in-step";
  const word =
    lastSyncAtMs !== undefined
      ? texts.inStep(formatTime(lastSyncAtMs, locale))
      : isAlone
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
        <span className="ps-chip" key={peerId}>
          <PeerName peerId={peerId} />
        </span>
      ))}
    </p>
  );
}
