import type { ReactNode } from "react";

interface ClaimedNameProps {
  /** What it calls itself, or the same as `shortId` where it does not. */
  readonly label: string;
  /** The beginning of its identity. */
  readonly shortId: string;
}

/** A name with the beginning of the identity behind it, because anyone can choose any name. */
export function ClaimedName({ label, shortId }: ClaimedNameProps): ReactNode {
  return (
    <>
      {label !== shortId && (
        <>
          <bdi className="ps-name">{label}</bdi>{" "}
        </>
      )}
      <code>{shortId}</code>
    </>
  );
}
