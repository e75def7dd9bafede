import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { certificateToJson, verifyCertificate } from "../../core/consensus/certificate.js";
import type { Certificate, CertificateVerdict, ProposalSnapshot } from "../../core/index.js";
import { useSwarmQueryClient } from "../../hooks/index.js";
import { CopyButton } from "../parts/CopyButton.js";
import { saveFile } from "../parts/receivedFiles.js";
import { useConsensusTexts } from "../texts/consensusTexts.js";

interface CertificateActionsProps {
  readonly proposal: ProposalSnapshot;
  readonly certificate: Certificate;
}

/** The default export, because it is loaded lazily. */
export default function CertificateActions({ proposal, certificate }: CertificateActionsProps): ReactNode {
  const texts = useConsensusTexts();
  const { id, subject, electorate } = proposal;
  const json = certificateToJson(certificate);
  const roster = electorate.map(({ agentId }) => agentId);
  const verification = useMutation(
    { mutationFn: () => verifyCertificate(certificate, { roster }), networkMode: "always" },
    useSwarmQueryClient(),
  );
  return (
    <span className="ps-certificate">
      <span className="ps-buttons">
        <CopyButton text={json} label={texts.copyCertificate} />
        <button
          type="button"
          className="ps-button"
          data-small
          aria-label={texts.downloadCertificate(subject)}
          onClick={() =>
            saveFile({
              content: new Blob([json], { type: "application/json" }),
              name: `certificate-${id}.json`,
            })
          }
        >
          {texts.download}
        </button>
        <button
          type="button"
          className="ps-button"
          data-small
          aria-label={texts.verifyCertificate(subject)}
          onClick={() => verification.mutate()}
        >
          {texts.verify}
        </button>
      </span>
      <span role="status">
        {verification.data !== undefined && <VerdictWords verdict={verification.data} />}
        {verification.error?.message}
      </span>
    </span>
  );
}

function VerdictWords({ verdict }: { readonly verdict: CertificateVerdict }): ReactNode {
  const texts = useConsensusTexts();
  return (
    <span className="ps-verdict" data-valid={verdict.isValid}>
      {verdict.isValid
        ? texts.verified(texts.state[verdict.outcome], verdict.ballots.length)
        : texts.notVerified(texts.faults[verdict.fault])}
    </span>
  );
}
