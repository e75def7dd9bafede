import type { ReactNode } from "react";
import { useStats } from "../../hooks/index.js";
import { EventsBehind } from "../parts/EventsBehind.js";
import { formatCount } from "../parts/format.js";
import { useReasonWord } from "../parts/useReasonWord.js";
import { useMessageStatsTexts } from "../texts/messageStatsTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { ScrollingTable } from "./ScrollingTable.js";

/** What was dropped or noticed, most frequent first. */
export function DroppedTable(): ReactNode {
  const texts = useMessageStatsTexts();
  const dropped = useStats((stats) => stats.dropped);
  const rows = Object.entries(dropped).sort(([, a], [, b]) => b - a);
  if (rows.length === 0) return <p className="ps-empty ps-table-empty">{texts.nothingDropped}</p>;
  return (
    <ScrollingTable caption={texts.caption.reason}>
      <thead>
        <tr>
          <th scope="col">{texts.reason}</th>
          <th scope="col">{texts.count}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([code, count]) => (
          <DroppedRow key={code} code={code} count={count} />
        ))}
      </tbody>
    </ScrollingTable>
  );
}

function DroppedRow({ code, count }: { readonly code: string; readonly count: number }): ReactNode {
  const texts = useMessageStatsTexts();
  const word = useReasonWord()(code);
  const number = formatCount(count, useLocale());
  return (
    <tr data-code={code}>
      <th scope="row">{word}</th>
      <td data-value={count}>
        <EventsBehind what={texts.behindDrops(number, word)} query={{ reason: code }}>
          {number}
        </EventsBehind>
      </td>
    </tr>
  );
}
