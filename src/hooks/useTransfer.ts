import type { TransferId, TransferSnapshot } from "../core/index.js";
import { useTransfers } from "./useTransfers.js";

/**
 * One transfer, or `undefined` while there is none of that id.
 * @param id as `sendFile(…).id` and offers have it
 * @example
 * const { doneBytes = 0, totalBytes = 1 } = useTransfer(id) ?? {};
 * return <progress value={doneBytes} max={totalBytes} />;
 */
export function useTransfer(id: TransferId | undefined): TransferSnapshot | undefined {
  return useTransfers((transfers) => transfers.find((transfer) => transfer.id === id), Object.is);
}
