import { type ReactNode, useEffect } from "react";
import { useSwarm, useTransfers } from "../hooks/index.js";
import { Aggregate } from "./parts/Aggregate.js";
import { formatCount } from "./parts/format.js";
import { Nothing } from "./parts/Nothing.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { useLocale } from "./texts/TextsProvider.js";
import { useTransfersTexts } from "./texts/transfersTexts.js";
import { TransferList } from "./transfers/TransferList.js";
import { isCancellable, isOpenOffer } from "./transfers/transferState.js";

/** Props of {@link TransfersPanel}. */
export interface TransfersPanelProps extends PanelProps {
  /**
   * Whether offered files wait here for a person to decide; default `true`. `false` leaves them to the app's own
   * `swarm.onFile`.
   */
  readonly decidesHere?: boolean;
  /** Where files that are accepted here go; default `blob`. `files` survives a reload. */
  readonly into?: "blob" | "files";
}

/**
 * Files and big payloads on their way, newest first: how far, how fast, to or from whom, and why one failed. Offers
 * wait here to be accepted or refused; what was accepted here can be saved.
 */
export function TransfersPanel({
  decidesHere = true,
  into = "blob",
  ...props
}: TransfersPanelProps): ReactNode {
  const swarm = useSwarm();
  const texts = useTransfersTexts();
  const locale = useLocale();
  const transfers = useTransfers();
  const active = transfers.filter(isCancellable).length;
  const offers = transfers.filter(isOpenOffer).length;
  // A handler that does not decide: the offer stays open, and its row has the buttons.
  useEffect(() => (decidesHere ? swarm.onFile(() => undefined) : undefined), [swarm, decidesHere]);
  return (
    <Panel
      title={texts.title}
      {...props}
      name="transfers"
      state={transfers.length === 0 ? "empty" : "full"}
      aside={<span className="ps-count">{texts.count(active, formatCount(active, locale))}</span>}
    >
      <p className="ps-hidden" role="status">
        {decidesHere && offers > 0 ? texts.offers(offers) : ""}
      </p>
      {transfers.length === 0 ? (
        <Nothing {...texts.empty} />
      ) : (
        <>
          <TransferList transfers={transfers.toReversed()} decidesHere={decidesHere} into={into} />
          <Aggregate>{texts.measured}</Aggregate>
        </>
      )}
    </Panel>
  );
}
