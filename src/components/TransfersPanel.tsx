import { memo, type ReactNode, useEffect, useState } from "react";
import type { TransferSnapshot } from "../core/index.js";
import { useSwarm, useTransfers } from "../hooks/index.js";
import { AgentName } from "./parts/AgentName.js";
import { formatBytes, formatCount } from "./parts/format.js";
import { DownIcon, UpIcon } from "./parts/icons.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { keptFiles, saveFile } from "./parts/receivedFiles.js";
import { StateWord } from "./parts/StateWord.js";
import { useTexts } from "./texts/TextsProvider.js";

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

const WORKING: ReadonlySet<TransferSnapshot["state"]> = new Set(["hashing", "active", "paused"]);
const CANCELLABLE: ReadonlySet<TransferSnapshot["state"]> = new Set([
  "waiting",
  "hashing",
  "offered",
  "active",
  "paused",
]);

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
  const { transfers: texts, locale } = useTexts();
  const transfers = useTransfers();
  const active = transfers.filter(({ state }) => CANCELLABLE.has(state)).length;
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
        <div className="ps-empty">
          <p className="ps-empty-what">{texts.empty.what}</p>
          <p>{texts.empty.next}</p>
        </div>
      ) : (
        <div className="ps-list-space">
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
          <div className="ps-scroll" role="group" aria-label={texts.list} tabIndex={0}>
            <ul className="ps-list">
              {transfers.toReversed().map((transfer) => (
                <TransferRow key={transfer.id} transfer={transfer} decidesHere={decidesHere} into={into} />
              ))}
            </ul>
          </div>
        </div>
      )}
    </Panel>
  );
}

function isOpenOffer({ direction, kind, state }: TransferSnapshot): boolean {
  return direction === "received" && kind === "file" && state === "offered";
}

interface TransferRowProps {
  readonly transfer: TransferSnapshot;
  readonly decidesHere: boolean;
  readonly into: "blob" | "files";
}

const TransferRow = memo(function TransferRow({ transfer, decidesHere, into }: TransferRowProps): ReactNode {
  const { transfers: texts, common, locale } = useTexts();
  const { direction, state, agentId, totalBytes, doneBytes, bytesPerSecond, error } = transfer;
  const name = transfer.name ?? texts.unnamed;
  const bytes = (count: number): string => formatBytes(count, locale, common.byteUnits);
  const progress = texts.progress(bytes(doneBytes), bytes(totalBytes));
  return (
    <li className="ps-transfer" data-direction={direction} data-state={state} data-transfer-id={transfer.id}>
      <p className="ps-transfer-head">
        <span className="ps-activity-direction">
          {direction === "sent" ? <UpIcon /> : <DownIcon />}
          <span className="ps-hidden">{texts.direction[direction]} </span>
        </span>
        <bdi className="ps-transfer-name">{name}</bdi>
        <StateWord state={state} word={texts.state[state]} />
      </p>
      {WORKING.has(state) && (
        <progress
          className="ps-progress"
          aria-label={texts.progressOf(name)}
          aria-valuetext={progress}
          value={doneBytes}
          max={Math.max(1, totalBytes)}
        />
      )}
      <p className="ps-transfer-facts">
        <span>
          {texts.peer[direction]} <AgentName agentId={agentId} />
        </span>
        <span data-value={doneBytes}>{WORKING.has(state) ? progress : bytes(totalBytes)}</span>
        {bytesPerSecond > 0 && <span>{texts.rate(bytes(bytesPerSecond))}</span>}
      </p>
      {error !== undefined && state !== "cancelled" && (
        <p className="ps-transfer-error" data-code={error.code}>
          {error.message}
        </p>
      )}
      <Actions transfer={transfer} name={name} decidesHere={decidesHere} into={into} />
    </li>
  );
});

function Actions({
  transfer,
  name,
  decidesHere,
  into,
}: TransferRowProps & { readonly name: string }): ReactNode {
  const swarm = useSwarm();
  const { transfers: texts } = useTexts();
  const { id, state } = transfer;
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
          data-primary
          aria-label={texts.acceptFile(name)}
          onClick={accept}
        >
          {texts.accept}
        </button>
        <button
          type="button"
          className="ps-button"
          aria-label={texts.refuseFile(name)}
          onClick={() => swarm.transfers.refuse(id, texts.refusedByHand)}
        >
          {texts.refuse}
        </button>
      </div>
    );
  }
  if (CANCELLABLE.has(state)) {
    return (
      <div className="ps-buttons">
        <button
          type="button"
          className="ps-button"
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
        aria-label={texts.saveFile(name)}
        onClick={() => saveFile(file)}
      >
        {texts.save}
      </button>
    </div>
  );
}
