import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import {
  type CSSProperties,
  type FocusEvent,
  type KeyboardEvent,
  type Ref,
  useEffect,
  useRef,
  useState,
} from "react";
import { useIsHydrated } from "./useIsHydrated.js";

// Below it a browser lays out all rows faster than scripts decide which of them are in sight.
const LONG_FROM_ROWS = 60;
const ROW_HEIGHT_PX = 64;
// Enough that a turn of the wheel or of Page Down meets rows that are there.
const ROWS_AROUND = 6;

/** Options of {@link useLongList}. */
export interface LongListOptions {
  readonly count: number;
  /** What stays the same about a row while others come and go around it. */
  readonly keyOf: (index: number) => string;
  /** Longer lists render only the rows in sight. Default 60. */
  readonly longFromRows?: number;
  /** Height of a row before it is measured. Default 64. */
  readonly rowHeightPx?: number;
}

/** A row that is rendered. */
export interface LongListRow {
  readonly index: number;
  readonly key: string;
  /** For the row's control, so that Tab passes by a long list: `0` for one row of it, `-1` for the others. */
  readonly tabIndex: 0 | -1;
  /** For the row's element, an item of the list. */
  readonly itemProps: {
    readonly ref: ((element: HTMLElement | null) => void) | undefined;
    readonly "data-index": number;
    readonly "aria-setsize": number | undefined;
    readonly "aria-posinset": number | undefined;
    readonly style: CSSProperties | undefined;
  };
}

/** What {@link useLongList} gives. */
export interface LongList {
  /** Whether only the rows in sight are rendered. */
  readonly isLong: boolean;
  readonly rows: readonly LongListRow[];
  /** For the element that scrolls; it has to be limited in height. */
  readonly scrollProps: { readonly ref: Ref<HTMLDivElement>; readonly "data-long": true | undefined };
  /** For the list itself. Its items keep the gap of `--ps-gap-before`, and its end that of `--ps-gap-after`. */
  readonly listProps: {
    readonly style: CSSProperties | undefined;
    readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
    readonly onFocus: (event: FocusEvent<HTMLElement>) => void;
  };
}

/**
 * A list of any length that stays a list to screen readers and the keyboard: beyond 60 rows only those in sight
 * are rendered, each with its place in the whole. Mark the control of each row with `data-row-control`: arrow
 * keys, Home and End then move from row to row, and the row with the focus is never taken away.
 * @example
 * const peers = usePeers();
 * const { rows, scrollProps, listProps } = useLongList({ count: peers.length, keyOf: (index) => peers[index]!.peerId });
 * return (
 *   <div {...scrollProps}>
 *     <ul {...listProps}>
 *       {rows.map(({ index, key, tabIndex, itemProps }) => (
 *         <li key={key} {...itemProps}><button data-row-control="" tabIndex={tabIndex}>{peers[index]?.profile.name}</button></li>
 *       ))}
 *     </ul>
 *   </div>
 * );
 */
export function useLongList(options: LongListOptions): LongList {
  // The virtualizer changes inside while it stays the same object, which the compiler must not take for constant.
  "use no memo";
  const { count, keyOf, longFromRows = LONG_FROM_ROWS, rowHeightPx = ROW_HEIGHT_PX } = options;
  const isLong = count > longFromRows;
  // A strict content policy blocks the styles that a server sends.
  const hasStyles = useIsHydrated();
  const scroller = useRef<HTMLDivElement>(null);
  const [activeKey, setActiveKey] = useState<string>();
  const wantsFocus = useRef(false);
  const activeIndex = isLong && activeKey !== undefined ? indexOf(activeKey, count, keyOf) : -1;

  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count,
    enabled: isLong,
    getScrollElement: () => scroller.current,
    getItemKey: keyOf,
    estimateSize: () => rowHeightPx,
    overscan: ROWS_AROUND,
    rangeExtractor: (range) => withIndex(range, activeIndex),
  });

  useEffect(() => {
    if (!wantsFocus.current || activeKey === undefined) return;
    wantsFocus.current = false;
    const index = indexOf(activeKey, count, keyOf);
    // Rows on the way are measured only now, and move the one with the focus: the virtualizer follows it.
    if (isLong) virtualizer.scrollToIndex(index, { align: "auto" });
    controlAt(scroller.current, index)?.focus({ preventScroll: isLong });
  });

  const moveTo = (index: number): void => {
    wantsFocus.current = true;
    setActiveKey(keyOf(index));
  };

  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const target = event.target as HTMLElement;
    if (!target.hasAttribute("data-row-control") || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = destination(event.key, rowIndexOf(target), count);
    if (next === undefined) return;
    event.preventDefault();
    moveTo(next);
  };

  const items = isLong ? virtualizer.getVirtualItems() : [];
  const tabStop = activeIndex >= 0 ? activeIndex : items[0]?.index;
  let endPx = 0;
  const rows = isLong
    ? items.map(({ index, start, end }): LongListRow => {
        const gapPx = start - endPx;
        endPx = end;
        return {
          index,
          key: keyOf(index),
          tabIndex: index === tabStop ? 0 : -1,
          itemProps: {
            ref: virtualizer.measureElement,
            "data-index": index,
            "aria-setsize": count,
            "aria-posinset": index + 1,
            style: gapStyle("--ps-gap-before", gapPx),
          },
        };
      })
    : Array.from({ length: count }, (_, index) => shortRow(index, keyOf));

  return {
    isLong,
    rows,
    scrollProps: { ref: scroller, "data-long": isLong || undefined },
    listProps: {
      style: isLong && hasStyles ? gapStyle("--ps-gap-after", virtualizer.getTotalSize() - endPx) : undefined,
      onKeyDown,
      onFocus: ({ target }) => {
        const index = rowIndexOf(target);
        if (index >= 0 && index < count) setActiveKey(keyOf(index));
      },
    },
  };
}

function shortRow(index: number, keyOf: (index: number) => string): LongListRow {
  return {
    index,
    key: keyOf(index),
    tabIndex: 0,
    itemProps: {
      ref: undefined,
      "data-index": index,
      "aria-setsize": undefined,
      "aria-posinset": undefined,
      style: undefined,
    },
  };
}

// Through a property and not through margins, so that the stylesheet says what a gap is.
function gapStyle(name: string, px: number): CSSProperties | undefined {
  return px > 0 ? ({ [name]: `${px}px` } as CSSProperties) : undefined;
}

function withIndex(range: Range, index: number): number[] {
  const indexes = defaultRangeExtractor(range);
  if (index < 0 || index >= range.count || indexes.includes(index)) return indexes;
  return [...indexes, index].sort((a, b) => a - b);
}

function indexOf(key: string, count: number, keyOf: (index: number) => string): number {
  for (let index = 0; index < count; index++) if (keyOf(index) === key) return index;
  return -1;
}

function rowIndexOf(element: Element): number {
  return Number(element.closest("[data-index]")?.getAttribute("data-index") ?? -1);
}

function controlAt(list: HTMLElement | null, index: number): HTMLElement | null | undefined {
  return list?.querySelector<HTMLElement>(`[data-index="${index}"] [data-row-control]`);
}

function destination(key: string, index: number, count: number): number | undefined {
  const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: count - 1 }[key];
  return next === undefined ? undefined : Math.min(count - 1, Math.max(0, next));
}
