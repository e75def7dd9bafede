import type { ReactNode } from "react";
import type { PeerId, TopologyLink, TopologyNode } from "../../core/index.js";
import { MAX_TOLD_LINKS } from "../../core/topology/view.js";
import { formatCount, formatMilliseconds } from "../parts/format.js";
import { shortAgentId } from "../parts/peerLabel.js";
import { StateWord } from "../parts/StateWord.js";
import { usePeersTexts } from "../texts/peersTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useTopologyTexts } from "../texts/topologyTexts.js";
import { LinkTable } from "./LinkTable.js";
import { isEnd, linkSums } from "./linksOf.js";

interface MemberDetailProps {
  readonly node: TopologyNode | undefined;
  readonly links: readonly TopologyLink[];
  readonly labels: ReadonlyMap<PeerId, string>;
}

/** The chosen member and its links. */
export function MemberDetail({ node, links, labels }: MemberDetailProps): ReactNode {
  const texts = useTopologyTexts();
  const peers = usePeersTexts();
  if (node === undefined) return <p className="ps-mesh-hint">{texts.choose}</p>;
  const { peerId, agentId, state } = node;
  const label = labels.get(peerId) ?? peerId;
  const own = links.filter((link) => isEnd(link, peerId));
  return (
    <div className="ps-mesh-detail" data-peer-id={peerId}>
      <p className="ps-mesh-detail-name">
        <bdi>{label}</bdi>
        {agentId !== undefined && <code>{shortAgentId(agentId)}</code>}
        <StateWord state={state} word={peers.state[state]} />
      </p>
      <Summary node={node} links={own} />
      {own.length > 0 && (
        <LinkTable key={peerId} caption={texts.captionOf(label)} links={own} labels={labels} of={peerId} />
      )}
    </div>
  );
}

interface SummaryProps {
  readonly node: TopologyNode;
  readonly links: readonly TopologyLink[];
}

/** How many links of a member are known, how slow the slowest is, and how many it says to have. */
function Summary({ node, links }: SummaryProps): ReactNode {
  const texts = useTopologyTexts();
  const locale = useLocale();
  const { count, slowestMs } = linkSums(links).get(node.peerId) ?? { count: 0, slowestMs: undefined };
  return (
    <p className="ps-mesh-summary">
      <span>
        {texts.links(count, formatCount(count, locale))}
        {slowestMs !== undefined && `, ${texts.slowest(formatMilliseconds(slowestMs, locale))}`}
      </span>
      {!node.isSelf && node.agentId !== undefined && <Told told={node.toldLinkCount} />}
    </p>
  );
}

function Told({ told }: { readonly told: number | undefined }): ReactNode {
  const texts = useTopologyTexts();
  const locale = useLocale();
  if (told === undefined) return <span>{texts.silent}</span>;
  const named = told > MAX_TOLD_LINKS ? formatCount(MAX_TOLD_LINKS, locale) : undefined;
  return <span>{texts.told({ links: texts.links(told, formatCount(told, locale)), named })}</span>;
}
