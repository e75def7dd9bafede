import { type ReactNode, useMemo, useState } from "react";
import type { WitnessKind, WitnessRecord } from "../../core/index.js";
import { useWitness } from "../../hooks/index.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { formatCount } from "../parts/format.js";
import { useDebounced } from "../parts/useDebounced.js";
import { useHeldValue, useHold } from "../parts/useHold.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useWitnessTexts } from "../texts/witnessTexts.js";
import { KindChoice } from "./KindChoice.js";
import { RecordList } from "./RecordList.js";
import { useWholeLog, type WholeLog } from "./useWholeLog.js";

const TYPING_PAUSE_MS = 200;
const MAX_SEARCH_LENGTH = 256;

/** The last records, live, or on request all that are kept; those of one kind, and those that hold a text. */
export function RecordBrowser(): ReactNode {
  const texts = useWitnessTexts();
  const [kind, setKind] = useState<WitnessKind>();
  const [text, setText] = useState("");
  const search = useDebounced(text.trim().toLowerCase(), TYPING_PAUSE_MS);
  const { isHeld, holdProps } = useHold();
  const recent = useHeldValue(
    useWitness((witness) => witness.recent),
    isHeld,
  );
  const whole = useWholeLog();
  const records = whole.records ?? recent;
  const kinds = useMemo(() => [...new Set(records.map((record) => record.kind))].sort(), [records]);
  const shown = useMemo(() => found(records, kind, search).toReversed(), [records, kind, search]);
  return (
    <>
      <div className="ps-tools ps-record-tools">
        <KindChoice kinds={kinds} kind={kind} onChange={setKind} />
        <label className="ps-tool">
          <span>{texts.search}</span>
          <input
            type="search"
            className="ps-input"
            maxLength={MAX_SEARCH_LENGTH}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
      </div>
      <Extent whole={whole} shown={shown.length} all={records.length} />
      {shown.length === 0 ? (
        <p className="ps-empty">{texts.noneFound}</p>
      ) : (
        <div {...holdProps}>
          <RecordList records={shown} />
        </div>
      )}
    </>
  );
}

function found(
  records: readonly WitnessRecord[],
  kind: WitnessKind | undefined,
  search: string,
): readonly WitnessRecord[] {
  const ofKind = kind === undefined ? records : records.filter((record) => record.kind === kind);
  return search === "" ? ofKind : ofKind.filter((record) => textOf(record).includes(search));
}

const texts = new WeakMap<WitnessRecord, string>();

// Written once: somebody types into the search letter by letter.
function textOf(record: WitnessRecord): string {
  let text = texts.get(record);
  if (text === undefined) {
    text = JSON.stringify(record).toLowerCase();
    texts.set(record, text);
  }
  return text;
}

interface ExtentProps {
  readonly whole: WholeLog;
  readonly shown: number;
  readonly all: number;
}

/** How much of the log this is, and a button for the rest of it. */
function Extent({ whole, shown, all }: ExtentProps): ReactNode {
  const texts = useWitnessTexts();
  const locale = useLocale();
  const total = useWitness(({ records, trimmedRecords }) => records - trimmedRecords);
  const { records, isLoading, error, load, forget } = whole;
  const number = (count: number): string => formatCount(count, locale);
  const words = shown < all ? texts.foundOf(number(shown), number(all)) : undefined;
  return (
    <div className="ps-extent">
      <p className="ps-feedback" role="status">
        {words ??
          (records === undefined ? texts.latest(number(all), number(total)) : texts.whole(number(all)))}
      </p>
      {records === undefined ? (
        total > all && (
          <button type="button" className="ps-button" data-small disabled={isLoading} onClick={load}>
            {isLoading ? texts.loading : texts.load(number(total))}
          </button>
        )
      ) : (
        <button type="button" className="ps-button" data-small onClick={forget}>
          {texts.live}
        </button>
      )}
      {error !== undefined && <ErrorNote error={error} tone="error" />}
    </div>
  );
}
