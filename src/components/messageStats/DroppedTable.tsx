import type { ReactNode } from "react";
import { useStats } from "../../hooks/index.js";
import { EventsBehind } from "../parts/EventsBehind.js";
import { formatCount } from "../parts/format.js";
import { reasonWord } from "../parts/reasonWord.js";
import { useTexts } from "../texts/TextsProvider.js";
import { ScrollingTable } from "./ScrollingTable.js";

/** What was dropped or noticed, most frequent first. */
export function DroppedTable(): ReactNode {
  const { messageStats: texts } = useTexts();
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
  const texts = useTexts();
  const word = reasonWord(code, texts);
  const number = formatCount(count, texts.locale);
  return (
    <tr data-code={code}>
      <th scope="row">{word}</th>
      <td data-value={count}>
        <EventsBehind what={texts.messageStats.behindDrops(number, word)} query={{ reason: code }}>
          {number}
        </EventsBehind>
      </td>
    </tr>
  );
}
