import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import {
  shareSuccessMutationOptions,
  useReflections,
  useSwarm,
  useSwarmQueryClient,
} from "../../hooks/index.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";

/** Shares every own reflection that worked and is not shared yet. */
export function ShareSuccess(): ReactNode {
  const texts = useKnowledgeTexts();
  const share = useMutation(shareSuccessMutationOptions(useSwarm()), useSwarmQueryClient());
  const count = useReflections(
    (all) => all.filter((one) => one.standing === "own" && one.outcome === "success" && !one.isShared).length,
  );
  return (
    <div className="ps-actions">
      {count > 0 && (
        <button type="button" className="ps-button" disabled={share.isPending} onClick={() => share.mutate()}>
          {texts.shareSuccess(count)}
        </button>
      )}
      <div role="status">
        {share.data !== undefined && <p className="ps-feedback">{texts.successShared(share.data)}</p>}
        {share.error !== null && <ErrorNote error={share.error} tone="error" />}
      </div>
    </div>
  );
}
