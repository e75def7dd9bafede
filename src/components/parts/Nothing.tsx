import type { ReactNode } from "react";

/** Says that there is nothing, and what brings something. */
export function Nothing({ what, next }: { readonly what: string; readonly next: string }): ReactNode {
  return (
    <div className="ps-empty">
      <p className="ps-empty-what">{what}</p>
      <p>{next}</p>
    </div>
  );
}
