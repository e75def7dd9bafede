import type { ReactNode } from "react";

interface FoldProps {
  readonly name: string;
  readonly title: string;
  readonly isOpen: boolean;
  readonly onToggle: (isOpen: boolean) => void;
  readonly children: ReactNode;
}

/** A part of the form that few people need, folded away. */
export function Fold({ name, title, isOpen, onToggle, children }: FoldProps): ReactNode {
  return (
    <details
      className="ps-details ps-fold"
      data-fold={name}
      open={isOpen}
      onToggle={({ currentTarget }) => onToggle(currentTarget.open)}
    >
      <summary>{title}</summary>
      <div className="ps-fold-body">{children}</div>
    </details>
  );
}
