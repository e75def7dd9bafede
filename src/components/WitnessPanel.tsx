import { useMutation } from "@tanstack/react-query";
import { memo, type ReactNode, useId, useState } from "react";
import { toSwarmError } from "../core/errors.js";
import type { Swarm, WitnessKind, WitnessRecord, WitnessVerdict } from "../core/index.js";
import { useSwarm, useSwarmQueryClient, useWitness } from "../hooks/index.js";
import { CopyButton } from "./parts/CopyButton.js";
import { ErrorNote } from "./parts/ErrorNote.js";
import { Fact } from "./parts/Fact.js";
import { formatCount, formatTime } from "./parts/format.js";
import { ChevronIcon } from "./parts/icons.js";
import { Panel, type PanelProps } from "./parts/Panel.js";
import { saveFile } from "./parts/receivedFiles.js";
import { useHeldValue, useHold } from "./parts/useHold.js";
import { useTexts } from "./texts/TextsProvider.js";

// Enough to compare by eye; the whole is copied.
const SHOWN_HASH_LENGTH = 16;

/**
 * The live witness log: its head, how far it is signed, and the last 50 records, newest first, by kind; each with its detail and
 * hashes. Verifies the whole log as anyone could, and saves it.
 */
export function WitnessPanel(props: PanelProps): ReactNode {
  const { witness: texts, locale } = useTexts();
  const records = useWitness((witness) => witness.records);
  return (
    <Panel
      title={texts.title}
      {...props}
      name="witness"
      state={records === 0 ? "empty" : "full"}
      aside={<span className="ps-count">{texts.count(records, formatCount(records, locale))}</span>}
    >
      {records === 0 ? (
        <div className="ps-empty">
          <p className="ps-empty-what">{texts.empty.what}</p>
          <p>{texts.empty.next}</p>
        </div>
      ) : (
        <>
          <Facts />
          <Actions />
          <Recent />
        </>
      )}
    </Panel>
  );
}

function Facts(): ReactNode {
  const { witness: texts, common, locale } = useTexts();
  const { head, signedThrough, records, trimmedRecords } = useWitness();
  const number = (count: number): string => formatCount(count, locale);
  return (
    <dl className="ps-facts">
      <Fact term={texts.head} name="head">
        {head === undefined ? (
          common.unknown
        ) : (
          <>
            <code data-hash={head.hash}>{head.hash.slice(0, SHOWN_HASH_LENGTH)}…</code>
            <CopyButton text={head.hash} label={texts.copyHead} />
          </>
        )}
      </Fact>
      <Fact term={texts.signed} name="signed">
        {signedThrough === undefined
          ? texts.unsigned
          : texts.signedThrough(number(signedThrough + 1), number(records))}
      </Fact>
      {trimmedRecords > 0 && (
        <Fact term={texts.trimmed} name="trimmed">
          {texts.trimmedRecords(trimmedRecords, number(trimmedRecords))}
        </Fact>
      )}
    </dl>
  );
}

function Actions(): ReactNode {
  const { witness: texts } = useTexts();
  const swarm = useSwarm();
  const client = useSwarmQueryClient();
  const verifying = useMutation({ mutationFn: () => verify(swarm), networkMode: "always" }, client);
  const saving = useMutation(
    {
      networkMode: "always",
      mutationFn: async () => saveLog(await swarm.witness.export(), swarm.getSignalingStatus().peerId),
    },
    client,
  );
  const failure = verifying.error ?? saving.error;
  return (
    <>
      <div className="ps-actions">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
        <div className="ps-buttons" role="group" aria-label={texts.actions}>
          <button
            type="button"
            className="ps-button"
            aria-disabled={verifying.isPending || undefined}
            onClick={() => verifying.isPending || verifying.mutate()}
          >
            {verifying.isPending ? texts.verifying : texts.verify}
          </button>
          <button type="button" className="ps-button" onClick={() => saving.mutate()}>
            {texts.export}
          </button>
        </div>
      </div>
      <div className="ps-notes" role="status">
        {verifying.data !== undefined && <Verdict verdict={verifying.data} />}
        {failure !== null && (
          <ErrorNote
            error={toSwarmError(failure, "internal", "The witness log could not be read.")}
            tone="error"
          />
        )}
      </div>
    </>
  );
}

/** Loaded by the first that is verified. */
async function verify({ witness }: Swarm): Promise<WitnessVerdict> {
  const { verifyWitness } = await import("../core/witness/verifyWitness.js");
  return verifyWitness(await witness.export());
}

function saveLog(text: string, peerId: string | undefined): void {
  const content = new Blob([text], { type: "application/jsonl" });
  saveFile({ content, name: `witness-${peerId ?? "log"}.jsonl` });
}

function Verdict({ verdict }: { readonly verdict: WitnessVerdict }): ReactNode {
  const { witness: texts, locale } = useTexts();
  if (!verdict.isIntact) {
    const { line, fault } = verdict;
    return (
      <p className="ps-note" data-tone="error" data-fault={fault}>
        {texts.broken(formatCount(line, locale), texts.faults[fault])}
      </p>
    );
  }
  const { records, signedThrough } = verdict;
  const signed = signedThrough === undefined ? undefined : formatCount(signedThrough + 1, locale);
  return (
    <p className="ps-note" data-tone="info">
      {texts.intact(records, formatCount(records, locale), signed)}
    </p>
  );
}

function Recent(): ReactNode {
  const { witness: texts } = useTexts();
  const [kind, setKind] = useState<WitnessKind>();
  const { isHeld, holdProps } = useHold();
  const recent = useHeldValue(
    useWitness((witness) => witness.recent),
    isHeld,
  );
  const kinds = [...new Set(recent.map((record) => record.kind))].sort();
  const shown = recent.filter((record) => kind === undefined || record.kind === kind).toReversed();
  return (
    <>
      <KindChoice kinds={kinds} kind={kind} onChange={setKind} />
      {shown.length === 0 ? (
        <p className="ps-empty">{texts.noneOfKind}</p>
      ) : (
        <div className="ps-list-space">
          {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard */}
          <div className="ps-scroll" role="group" aria-label={texts.list} tabIndex={0} {...holdProps}>
            <ol className="ps-list">
              {shown.map((record) => (
                <RecordRow key={record.hash} record={record} />
              ))}
            </ol>
          </div>
        </div>
      )}
    </>
  );
}

interface KindChoiceProps {
  readonly kinds: readonly WitnessKind[];
  readonly kind: WitnessKind | undefined;
  readonly onChange: (kind: WitnessKind | undefined) => void;
}

function KindChoice({ kinds, kind, onChange }: KindChoiceProps): ReactNode {
  const { witness: texts } = useTexts();
  // One that was chosen stays to be chosen, though its records are gone.
  const options = kind === undefined || kinds.includes(kind) ? kinds : [kind, ...kinds];
  return (
    <label className="ps-filter">
      <span>{texts.filter}</span>
      <select
        value={kind ?? ""}
        onChange={({ target }) => onChange(options.find((option) => option === target.value))}
      >
        <option value="">{texts.allKinds}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {texts.kind(option)}
          </option>
        ))}
      </select>
    </label>
  );
}

const RecordRow = memo(function RecordRow({ record }: { readonly record: WitnessRecord }): ReactNode {
  const { witness: texts, locale } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const detailId = useId();
  const { index, atMs, kind } = record;
  return (
    <li className="ps-record" data-kind={kind} data-index={index}>
      <div className="ps-record-line">
        <button
          type="button"
          className="ps-disclosure"
          aria-expanded={isOpen}
          aria-controls={isOpen ? detailId : undefined}
          onClick={() => setOpen(!isOpen)}
        >
          <ChevronIcon />
          <bdi>{texts.kind(kind)}</bdi>
        </button>
        <span className="ps-record-index">{texts.number(formatCount(index, locale))}</span>
        <time className="ps-record-time" dateTime={new Date(atMs).toISOString()}>
          {formatTime(atMs, locale)}
        </time>
      </div>
      {isOpen && <RecordDetail id={detailId} record={record} />}
    </li>
  );
});

function RecordDetail({ id, record }: { readonly id: string; readonly record: WitnessRecord }): ReactNode {
  const { witness: texts } = useTexts();
  const { detail, hash, previous } = record;
  return (
    <div className="ps-record-detail" id={id}>
      <p className="ps-subtitle">{texts.detail}</p>
      <pre className="ps-json">{JSON.stringify(detail, undefined, 2)}</pre>
      <dl className="ps-facts">
        <Fact term={texts.hash} name="hash">
          <code>{hash}</code>
          <CopyButton text={hash} label={texts.copyHash} />
        </Fact>
        <Fact term={texts.previous} name="previous">
          <code>{previous}</code>
        </Fact>
      </dl>
    </div>
  );
}
