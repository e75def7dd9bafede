import { memo, type ReactNode } from "react";
import type { TransferSnapshot } from "../../core/index.js";
import { AgentName } from "../parts/AgentName.js";
import { formatBytes, formatDuration, formatElapsed } from "../parts/format.js";
import { DownIcon, UpIcon } from "../parts/icons.js";
import { reasonOf } from "../parts/reasonOf.js";
import { StateWord } from "../parts/StateWord.js";
import type { LongListRow } from "../parts/useLongList.js";
import { When } from "../parts/When.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useTransfersTexts } from "../texts/transfersTexts.js";
import { TransferActions } from "./TransferActions.js";
import { isWorking, leftMsOf } from "./transferState.js";

/** What the panel says of all its transfers. */
export interface TransferOptions {
  readonly decidesHere: boolean;
  readonly into: "blob" | "files";
}

/** What is in a row. */
export interface TransferCellsProps extends TransferOptions {
  readonly transfer: TransferSnapshot;
}

interface TransferRowProps extends TransferCellsProps {
  readonly itemProps: LongListRow["itemProps"];
}

/** A row of the list of transfers. */
export function TransferRow({ itemProps, ...cells }: TransferRowProps): ReactNode {
  const { id, direction, state } = cells.transfer;
  return (
    <li
      className="ps-transfer"
      data-direction={direction}
      data-state={state}
      data-transfer-id={id}
      {...itemProps}
    >
      <TransferCells {...cells} />
    </li>
  );
}

// Memoised on the snapshot, whose reference changes only with this transfer.
const TransferCells = memo(function TransferCells(props: TransferCellsProps): ReactNode {
  const { transfer } = props;
  const texts = useTransfersTexts();
  const { direction, state, error } = transfer;
  const name = transfer.name ?? texts.unnamed;
  return (
    <>
      <p className="ps-transfer-head">
        <span className="ps-activity-direction">
          {direction === "sent" ? <UpIcon /> : <DownIcon />}
          <span className="ps-hidden">{texts.direction[direction]} </span>
        </span>
        <bdi className="ps-transfer-name">{name}</bdi>
        <StateWord state={state} word={texts.state[state]} />
      </p>
      {isWorking(transfer) && <Progress transfer={transfer} name={name} />}
      <div className="ps-transfer-foot">
        <Facts transfer={transfer} />
        <TransferActions {...props} name={name} />
      </div>
      {error !== undefined && state !== "cancelled" && (
        <p className="ps-transfer-error" data-code={error.code}>
          {reasonOf(error).what}
        </p>
      )}
    </>
  );
});

function Progress({
  transfer,
  name,
}: {
  readonly transfer: TransferSnapshot;
  readonly name: string;
}): ReactNode {
  const texts = useTransfersTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const { totalBytes, doneBytes } = transfer;
  const bytes = (count: number): string => formatBytes(count, locale, common.byteUnits);
  return (
    <progress
      className="ps-progress"
      aria-label={texts.progressOf(name)}
      aria-valuetext={texts.progress(bytes(doneBytes), bytes(totalBytes))}
      value={doneBytes}
      max={Math.max(1, totalBytes)}
    />
  );
}

function Facts({ transfer }: { readonly transfer: TransferSnapshot }): ReactNode {
  const texts = useTransfersTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const { direction, agentId, totalBytes, doneBytes, bytesPerSecond } = transfer;
  const bytes = (count: number): string => formatBytes(count, locale, common.byteUnits);
  const leftMs = leftMsOf(transfer);
  return (
    <p className="ps-transfer-facts">
      <span>
        {texts.peer[direction]} <AgentName agentId={agentId} />
      </span>
      <span data-value={doneBytes}>
        {isWorking(transfer) ? texts.progress(bytes(doneBytes), bytes(totalBytes)) : bytes(totalBytes)}
      </span>
      {bytesPerSecond > 0 && <span>{texts.rate(bytes(bytesPerSecond))}</span>}
      {leftMs !== undefined && <span>{texts.timeLeft(formatDuration(leftMs, locale))}</span>}
      <Ending transfer={transfer} />
    </p>
  );
}

function Ending({
  transfer: { startedAtMs, endedAtMs },
}: {
  readonly transfer: TransferSnapshot;
}): ReactNode {
  const locale = useLocale();
  if (endedAtMs === undefined) return null;
  return (
    <>
      <span>{formatElapsed(endedAtMs - startedAtMs, locale)}</span>
      <When atMs={endedAtMs} />
    </>
  );
}
