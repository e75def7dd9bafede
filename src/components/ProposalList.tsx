import { type ReactNode, useId } from "react";
import { useProposals } from "../hooks/index.js";
import { ProposalItem } from "./ProposalItem.js";
import { useTexts } from "./TextsProvider.js";
import { useLongList } from "./useLongList.js";
import { useOpenKeys } from "./useOpenKeys.js";

// Subject, facts, tally and buttons.
const ROW_HEIGHT_PX = 180;

/** Proposals, open ones first, each with a detail on request. */
export function ProposalList(): ReactNode {
  const { consensus: texts, common } = useTexts();
  const proposals = useProposals();
  const [open, toggle] = useOpenKeys();
  const hintId = useId();
  const { isLong, rows, scrollProps, listProps } = useLongList({
    count: proposals.length,
    keyOf: (index) => proposals[index]?.id ?? "",
    rowHeightPx: ROW_HEIGHT_PX,
  });
  return (
    <>
      <p className="ps-hidden" id={hintId}>
        {common.keys}
      </p>
      <div className="ps-scroll" {...scrollProps}>
        <ul
          className="ps-list"
          aria-label={texts.list}
          aria-describedby={isLong ? hintId : undefined}
          {...listProps}
        >
          {rows.map(({ index, key, tabIndex, itemProps }) => {
            const proposal = proposals[index];
            if (proposal === undefined) return null;
            return (
              <li
                key={key}
                className="ps-item"
                data-state={proposal.state}
                data-outcome={proposal.outcome}
                data-proposal-id={proposal.id}
                data-risk={proposal.risk}
                {...itemProps}
              >
                <ProposalItem
                  proposal={proposal}
                  isOpen={open.has(key)}
                  tabIndex={tabIndex}
                  onToggle={toggle}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}
