import { type ReactNode, useEffect, useRef } from "react";
import { ChevronIcon } from "./icons.js";

/** What a row of a list has to know to open and close. All of it stays the same while nothing changes for the row. */
export interface DisclosedRow {
  readonly rowKey: string;
  readonly isOpen: boolean;
  readonly tabIndex: 0 | -1;
  readonly onToggle: (rowKey: string) => void;
}

interface RowDisclosureProps extends DisclosedRow {
  /** The row's name. */
  readonly children: ReactNode;
}

/** The control of a row, called as the row is: opens and closes its detail. */
export function RowDisclosure(props: RowDisclosureProps): ReactNode {
  const { rowKey, isOpen, tabIndex, onToggle, children } = props;
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(isOpen);
  useEffect(() => {
    // A detail that opens below the edge of the list would seem not to open.
    if (isOpen && !wasOpen.current) button.current?.closest("li")?.scrollIntoView?.({ block: "nearest" });
    wasOpen.current = isOpen;
  }, [isOpen]);
  return (
    <button
      ref={button}
      type="button"
      className="ps-disclosure"
      data-row-control
      tabIndex={tabIndex}
      aria-expanded={isOpen}
      onClick={() => onToggle(rowKey)}
    >
      <ChevronIcon />
      {children}
    </button>
  );
}
