import type { ReactNode } from "react";

/** Props of {@link Fact}. */
export interface FactProps {
  readonly term: string;
  /** Which fact it is, as `data-fact`. */
  readonly name: string;
  readonly children: ReactNode;
}

/** A term and what there is to say about it; goes into a `<dl className="ps-facts">`. */
export function Fact({ term, name, children }: FactProps): ReactNode {
  return (
    <div className="ps-fact" data-fact={name}>
      <dt>{term}</dt>
      <dd>{typeof children === "string" ? <bdi>{children}</bdi> : children}</dd>
    </div>
  );
}
