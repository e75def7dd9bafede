import type { Direction } from "../../core/index.js";

/** Texts of {@link ActivityPanel}. */
export interface ActivityTexts {
  readonly title: string;
  readonly count: (count: number) => string;
  readonly waiting: (count: number) => string;
  readonly list: string;
  readonly direction: Readonly<Record<Direction, string>>;
  /** What stands before the peer's name. */
  readonly peer: Readonly<Record<Direction, string>>;
  readonly empty: { readonly what: string; readonly next: string };
}
