import type { ReactNode } from "react";
import type { RiskLevel } from "../../core/index.js";
import { useCommonTexts } from "../texts/commonTexts.js";

/** How much harm something can do, as a word; its colour is only more of the same. */
export function RiskWord({ risk }: { readonly risk: RiskLevel }): ReactNode {
  const common = useCommonTexts();
  return (
    <span className="ps-chip" data-risk={risk}>
      {common.risk[risk]}
    </span>
  );
}
