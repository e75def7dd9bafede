import type { ReactNode } from "react";

/** Under a list: of what the numbers above are sums, averages or counts, where no event of their own is behind them. */
export function Aggregate({ children }: { readonly children: ReactNode }): ReactNode {
  return <p className="ps-aggregate">{children}</p>;
}
