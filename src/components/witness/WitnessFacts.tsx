import type { ReactNode } from "react";
import { useWitness } from "../../hooks/index.js";
import { CopyButton } from "../parts/CopyButton.js";
import { Fact } from "../parts/Fact.js";
import { formatCount } from "../parts/format.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useWitnessTexts } from "../texts/witnessTexts.js";

// Enough to compare by eye; the whole is copied.
const SHOWN_HASH_LENGTH = 16;

/** The head of the log, how much of it is signed, and how much is gone. */
export function WitnessFacts(): ReactNode {
  const texts = useWitnessTexts();
  const common = useCommonTexts();
  const locale = useLocale();
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
