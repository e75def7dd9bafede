import type { ReactNode } from "react";

/** Words that somebody else chose, such as tags and capabilities, each of them once. */
export function Chips({ words }: { readonly words: readonly string[] }): ReactNode {
  return [...new Set(words)].map((word) => (
    <bdi className="ps-chip" key={word}>
      {word}
    </bdi>
  ));
}
