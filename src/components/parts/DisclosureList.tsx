import { type ReactNode, useId } from "react";
import type { DisclosedRow } from "./RowDisclosure.js";
import { useLongList } from "./useLongList.js";
import { useOpenKeys } from "./useOpenKeys.js";

interface RowAttributes {
  readonly className: string;
  readonly [data: `data-${string}`]: string | boolean | undefined;
}

interface DisclosureListProps<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  /** What stylesheets see of the row. */
  readonly attributesOf: (item: Item) => RowAttributes;
  readonly label?: string;
  /** How the keyboard moves along the list when it is long. */
  readonly hint: string;
  readonly rowHeightPx?: number;
  /** What is in the row; its {@link RowDisclosure} takes `row`. */
  readonly children: (item: Item, row: DisclosedRow) => ReactNode;
}

/** A list of any length whose rows open and close. */
export function DisclosureList<Item>(props: DisclosureListProps<Item>): ReactNode {
  const { items, keyOf, attributesOf, label, hint, rowHeightPx, children } = props;
  const [open, toggle] = useOpenKeys();
  const hintId = useId();
  // Only ever asked for indexes below the count.
  const itemAt = (index: number): Item => items[index] as Item;
  const { isLong, rows, scrollProps, listProps } = useLongList({
    count: items.length,
    keyOf: (index) => keyOf(itemAt(index)),
    rowHeightPx,
  });
  return (
    <>
      <p className="ps-hidden" id={hintId}>
        {hint}
      </p>
      <div className="ps-list-space">
        <div className="ps-scroll" {...scrollProps}>
          <ul
            className="ps-list"
            aria-label={label}
            aria-describedby={isLong ? hintId : undefined}
            {...listProps}
          >
            {rows.map(({ index, key, tabIndex, itemProps }) => {
              const item = itemAt(index);
              const isOpen = open.has(key);
              return (
                <li key={key} {...attributesOf(item)} data-open={isOpen || undefined} {...itemProps}>
                  {children(item, { rowKey: key, isOpen, tabIndex, onToggle: toggle })}
                </li>
              );
            })}
          </ul>
        </div>
      </div>
    </>
  );
}
