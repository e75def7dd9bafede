import { memo, type ReactNode } from "react";
import type { WitnessRecord } from "../../core/index.js";
import { CopyButton } from "../parts/CopyButton.js";
import { DisclosureList } from "../parts/DisclosureList.js";
import { Fact } from "../parts/Fact.js";
import { formatCount, formatTime } from "../parts/format.js";
import { type DisclosedRow, RowDisclosure } from "../parts/RowDisclosure.js";
import { When } from "../parts/When.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useWitnessTexts } from "../texts/witnessTexts.js";

const ROW_HEIGHT_PX = 36;

/** Records, each with its detail and hashes on request; of many, only those in sight are rendered. */
export function RecordList({ records }: { readonly records: readonly WitnessRecord[] }): ReactNode {
  const texts = useWitnessTexts();
  const common = useCommonTexts();
  return (
    <DisclosureList
      items={records}
      keyOf={({ index, hash }) => `${index} ${hash}`}
      attributesOf={({ kind, index }) => ({
        className: "ps-record",
        "data-kind": kind,
        "data-record": String(index),
      })}
      label={texts.list}
      hint={common.keys}
      rowHeightPx={ROW_HEIGHT_PX}
    >
      {(record, row) => <RecordRow record={record} {...row} />}
    </DisclosureList>
  );
}

interface RecordRowProps extends DisclosedRow {
  readonly record: WitnessRecord;
}

const RecordRow = memo(function RecordRow({ record, ...row }: RecordRowProps): ReactNode {
  const texts = useWitnessTexts();
  const locale = useLocale();
  const { index, atMs, kind } = record;
  return (
    <>
      <div className="ps-record-line">
        <RowDisclosure {...row}>
          <bdi>{texts.kind(kind)}</bdi>
        </RowDisclosure>
        <span className="ps-record-index">{texts.number(formatCount(index, locale))}</span>
        <time className="ps-record-time" dateTime={new Date(atMs).toISOString()}>
          {formatTime(atMs, locale)}
        </time>
      </div>
      {row.isOpen && <RecordDetail record={record} />}
    </>
  );
});

function RecordDetail({ record }: { readonly record: WitnessRecord }): ReactNode {
  const texts = useWitnessTexts();
  const { atMs, detail, hash, previous } = record;
  return (
    <div className="ps-record-detail">
      <p className="ps-subtitle">{texts.detail}</p>
      <pre className="ps-json" dir="ltr">
        {JSON.stringify(detail, undefined, 2)}
      </pre>
      <dl className="ps-facts">
        <Fact term={texts.at} name="at">
          <When atMs={atMs} isWhole />
        </Fact>
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
