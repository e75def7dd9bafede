import type { ReactNode } from "react";
import { useSwarm } from "../../hooks/index.js";
import { keepFile, saveFile, useKeptFile } from "../parts/receivedFiles.js";
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
  const file = useKeptFile(id);
  const accept = (): void => {
    swarm.transfers.accept(id, { into }).then(
      (received) => keepFile(swarm, id, received),
      // The row says why.
      () => undefined,
    );
  };
  if (isOpenOffer(transfer) && decidesHere) {
    const refuse = (): void => swarm.transfers.refuse(id, texts.refusedByHand);
    return (
      <div className="ps-buttons">
        <Action word={texts.accept} label={texts.acceptFile(name)} isPrimary onPress={accept} />
        <Action word={texts.refuse} label={texts.refuseFile(name)} onPress={refuse} />
      </div>
    );
  }
  if (isCancellable(transfer)) {
    const cancel = (): void => swarm.transfers.cancel(id);
    return (
      <div className="ps-buttons">
        <Action word={texts.cancel} label={texts.cancelFile(name)} onPress={cancel} />
      </div>
    );
  }
  if (file === undefined) return null;
  return (
    <div className="ps-buttons">
      <Action word={texts.save} label={texts.saveFile(name)} onPress={() => saveFile(file)} />
    </div>
  );
}

interface ActionProps {
  readonly word: string;
  /** With the file's name: a list has many such buttons. */
  readonly label: string;
  readonly isPrimary?: boolean;
  readonly onPress: () => void;
}

function Action({ word, label, isPrimary, onPress }: ActionProps): ReactNode {
  return (
    <button
      type="button"
      className="ps-button"
      data-small
      data-primary={isPrimary}
      aria-label={label}
      onClick={onPress}
    >
      {word}
    </button>
  );
}
