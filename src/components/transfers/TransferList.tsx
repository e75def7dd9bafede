import type { ReactNode } from "react";
import type { TransferSnapshot } from "../../core/index.js";
import { useLongList } from "../parts/useLongList.js";
import { useTransfersTexts } from "../texts/transfersTexts.js";
import { type TransferOptions, TransferRow } from "./TransferRow.js";

const ROW_HEIGHT_PX = 78;

interface TransferListProps extends TransferOptions {
  /** In the order in which they are shown. */
  readonly transfers: readonly TransferSnapshot[];
}

/** Transfers, of which only those in sight are rendered where there are many. */
export function TransferList({ transfers, ...options }: TransferListProps): ReactNode {
  const texts = useTransfersTexts();
  // Only ever asked for indexes below the count.
  const at = (index: number): TransferSnapshot => transfers[index] as TransferSnapshot;
  const { rows, scrollProps, listProps } = useLongList({
    count: transfers.length,
    keyOf: (index) => at(index).id,
    rowHeightPx: ROW_HEIGHT_PX,
  });
  return (
    <div className="ps-list-space">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
      <div className="ps-scroll" role="group" aria-label={texts.list} tabIndex={0} {...scrollProps}>
        <ul className="ps-list" {...listProps}>
          {rows.map(({ index, key, itemProps }) => (
            <TransferRow key={key} transfer={at(index)} itemProps={itemProps} {...options} />
          ))}
        </ul>
      </div>
    </div>
  );
}
