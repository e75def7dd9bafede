import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { toSwarmError } from "../../core/errors.js";
import type { Swarm, WitnessVerdict } from "../../core/index.js";
import { useSwarm, useSwarmQueryClient } from "../../hooks/index.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { formatBytes, formatCount } from "../parts/format.js";
import { previewText } from "../parts/previewText.js";
import { saveFile } from "../parts/receivedFiles.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useWitnessTexts } from "../texts/witnessTexts.js";

/** Buttons to verify and to save the log, and what came of it. */
export function WitnessActions(): ReactNode {
  const texts = useWitnessTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const swarm = useSwarm();
  const client = useSwarmQueryClient();
  const verifying = useMutation({ mutationFn: () => verify(swarm), networkMode: "always" }, client);
  const saving = useMutation({ mutationFn: () => save(swarm), networkMode: "always" }, client);
  const failure = verifying.error ?? saving.error;
  return (
    <>
      <div className="ps-actions">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
        <div className="ps-buttons" role="group" aria-label={texts.actions}>
          <button
            type="button"
            className="ps-button"
            aria-disabled={verifying.isPending || undefined}
            onClick={() => verifying.isPending || verifying.mutate()}
          >
            {verifying.isPending ? texts.verifying : texts.verify}
          </button>
          <button
            type="button"
            className="ps-button"
            aria-disabled={saving.isPending || undefined}
            onClick={() => saving.isPending || saving.mutate()}
          >
            {saving.isPending ? texts.exporting : texts.export}
          </button>
        </div>
      </div>
      <div className="ps-notes" role="status">
        {verifying.data !== undefined && <Verdict {...verifying.data} />}
        {saving.data !== undefined && (
          <p className="ps-feedback">
            {texts.saved(
              formatCount(saving.data.records, locale),
              formatBytes(saving.data.bytes, locale, common.byteUnits),
            )}
          </p>
        )}
        {failure !== null && (
          <ErrorNote
            error={toSwarmError(failure, "internal", "The witness log could not be read.")}
            tone="error"
          />
        )}
      </div>
    </>
  );
}

interface Verified {
  readonly verdict: WitnessVerdict;
  /** The first line that does not hold. */
  readonly line: string | undefined;
}

/** Loaded by the first that is verified. */
async function verify({ witness }: Swarm): Promise<Verified> {
  const { verifyWitness } = await import("../../core/witness/verifyWitness.js");
  const log = await witness.export();
  const verdict = await verifyWitness(log);
  return { verdict, line: verdict.isIntact ? undefined : log.split("\n")[verdict.line - 1] };
}

async function save(swarm: Swarm): Promise<{ readonly records: number; readonly bytes: number }> {
  const log = await swarm.witness.export();
  const content = new Blob([log], { type: "application/jsonl" });
  saveFile({ content, name: `witness-${swarm.getSignalingStatus().peerId ?? "log"}.jsonl` });
  return { records: log.split("\n").length - 1, bytes: content.size };
}

function Verdict({ verdict, line: text }: Verified): ReactNode {
  const texts = useWitnessTexts();
  const locale = useLocale();
  if (verdict.isIntact) {
    const { records, signedThrough } = verdict;
    const signed = signedThrough === undefined ? undefined : formatCount(signedThrough + 1, locale);
    return (
      <p className="ps-note" data-tone="info">
        {texts.intact(records, formatCount(records, locale), signed)}
      </p>
    );
  }
  const { line, fault } = verdict;
  return (
    <div className="ps-note" data-tone="error" data-fault={fault}>
      <p>{texts.broken(formatCount(line, locale), texts.faults[fault])}</p>
      {text !== undefined && (
        <pre className="ps-json" dir="ltr">
          {previewText(text)}
        </pre>
      )}
    </div>
  );
}
