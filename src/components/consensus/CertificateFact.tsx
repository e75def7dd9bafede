import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import type { ProposalSnapshot } from "../../core/index.js";
import { certificateQueryOptions, useSwarm, useSwarmQueryClient } from "../../hooks/index.js";
import { Fact } from "../parts/Fact.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useConsensusTexts } from "../texts/consensusTexts.js";

// What verifies is loaded once somebody looks at a vote that has ended.
const CertificateActions = lazy(() => import("./CertificateActions.js"));

/** The proof of how a vote ended: to copy, to keep, and to verify here and now. */
export function CertificateFact({ proposal }: { readonly proposal: ProposalSnapshot }): ReactNode {
  const texts = useConsensusTexts();
  const common = useCommonTexts();
  const query = certificateQueryOptions(useSwarm(), proposal.id);
  const { data: certificate, error } = useQuery(query, useSwarmQueryClient());
  return (
    <Fact term={texts.certificate} name="certificate">
      {certificate ? (
        <Suspense fallback={common.unknown}>
          <CertificateActions proposal={proposal} certificate={certificate} />
        </Suspense>
      ) : certificate === null ? (
        texts.noCertificate
      ) : (
        (error?.message ?? common.unknown)
      )}
    </Fact>
  );
}
