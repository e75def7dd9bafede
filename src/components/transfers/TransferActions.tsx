import { type ReactNode, useState } from "react";
import { useSwarm } from "../../hooks/index.js";
import { keptFiles, saveFile } from "../parts/receivedFiles.js";
import { useTransfersTexts } from "../texts/transfersTexts.js";
import type { TransferCellsProps } from "./TransferRow.js";
import { isCancellable, isOpenOffer } from "./transferState.js";

interface TransferActionsProps extends TransferCellsProps {
  readonly name: string;
}

/** What can be done about a transfer. */
export function TransferActions({ transfer, name, decidesHere, into }: TransferActionsProps): ReactNode {
  const swarm = useSwarm();
  const texts = useTransfersTexts();
  const { id } = transfer;
  const files = keptFiles(swarm);
  const [isKept, setKept] = useState(() => files.has(id));
  const accept = (): void => {
    swarm.transfers.accept(id, { into }).then(
      (file) => {
        files.set(id, file);
        setKept(true);
      },
      // The row says why.
      () => undefined,
    );
  };
  if (isOpenOffer(transfer) && decidesHere) {
    return (
      <div className="ps-buttons">
        <button
          type="button"
          className="ps-button"
          data-small
          data-primary
          aria-label={texts.acceptFile(name)}
          onClick={accept}
        >
          {texts.accept}
        </button>
        <button
          type="button"
          className="ps-button"
          data-small
          aria-label={texts.refuseFile(name)}
          onClick={() => swarm.transfers.refuse(id, texts.refusedByHand)}
        >
          {texts.refuse}
        </button>
      </div>
    );
  }
  if (isCancellable(transfer)) {
    return (
      <div className="ps-buttons">
        <button
          type="button"
          className="ps-button"
          data-small
          aria-label={texts.cancelFile(name)}
          onClick={() => swarm.transfers.cancel(id)}
        >
          {texts.cancel}
        </button>
      </div>
    );
  }
  const file = files.get(id);
  if (!isKept || file === undefined) return null;
  return (
    <div className="ps-buttons">
      <button
        type="button"
        className="ps-button"
        data-small
        aria-label={texts.saveFile(name)}
        onClick={() => saveFile(file)}
      >
        {texts.save}
      </button>
    </div>
  );
}
