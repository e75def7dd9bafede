import type { ReactNode } from "react";
import type { ProposalSnapshot } from "../core/index.js";
import { Fact } from "./Fact.js";
import { useTexts } from "./TextsProvider.js";

export function CertificateFact({ proposal }: { readonly proposal: ProposalSnapshot }): ReactNode {
  const { consensus: texts } = useTexts();
  return (
    <Fact term={texts.certificate} name="certificate">
      {proposal.id}
    </Fact>
  );
}
