import { type ReactNode, useState } from "react";
import { useDebounced } from "./useDebounced.js";

// Screen readers are told once somebody has stopped to type.
const ANNOUNCE_AFTER_MS = 600;

interface AnnouncementProps {
  /** What was chosen; another reference is another choice. */
  readonly choice: unknown;
  /** What it has led to. */
  readonly words: string;
}

/** Tells screen readers once what a choice has led to, and not again whenever the numbers in it change. */
export function Announcement({ choice, words }: AnnouncementProps): ReactNode {
  const settled = useDebounced(choice, ANNOUNCE_AFTER_MS);
  const [announced, announce] = useState({ choice: settled, words: "" });
  if (announced.choice !== settled && settled === choice) announce({ choice, words });
  return (
    <span className="ps-hidden" role="status">
      {announced.words}
    </span>
  );
}
