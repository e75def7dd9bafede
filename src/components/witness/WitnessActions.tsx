import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { toSwarmError } from "../../core/errors.js";
import type { Swarm, VerifyProgress } from "../../core/index.js";
import { useSwarm, useSwarmQueryClient } from "../../hooks/index.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { formatBytes, formatCount } from "../parts/format.js";
import { previewText } from "../parts/previewText.js";
import { saveFile } from "../parts/receivedFiles.js";
import { useCommonTexts } from "../texts/commonTexts.js";
import { useLocale } from "../texts/TextsProvider.js";
import { useWitnessTexts } from "../texts/witnessTexts.js";
import { useVerifying, type Verified } from "./useVerifying.js";

/** Buttons to verify and to save the log, and what came of it. */
export function WitnessActions(): ReactNode {
  const texts = useWitnessTexts();
  const common = useCommonTexts();
  const locale = useLocale();
  const swarm = useSwarm();
  const client = useSwarmQueryClient();
  const verifying = useVerifying();
  const saving = useMutation({ mutationFn: () => save(swarm), networkMode: "always" }, client);
  const isVerifying = verifying.state === "running";
  const failure = verifying.error ?? saving.error;
  return (
    <>
      <div className="ps-actions">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
        <div className="ps-buttons" role="group" aria-label={texts.actions}>
          <button
            type="button"
            className="ps-button"
            onClick={() => (isVerifying ? verifying.stop() : void verifying.start(undefined))}
          >
            {isVerifying ? texts.stopVerifying : texts.verify}
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
      {isVerifying && verifying.progress !== undefined && <Progress {...verifying.progress} />}
      <div className="ps-notes" role="status">
        {verifying.result !== undefined && <Verdict {...verifying.result} />}
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

function Progress({ lines, totalLines }: VerifyProgress): ReactNode {
  const texts = useWitnessTexts();
  const locale = useLocale();
  const words = texts.verified(formatCount(lines, locale), formatCount(totalLines, locale));
  return (
    <div className="ps-verifying">
      <progress
        className="ps-progress"
        aria-label={texts.verifying}
        aria-valuetext={words}
        value={lines}
        max={totalLines}
      />
      <p className="ps-count">{words}</p>
    </div>
  );
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
