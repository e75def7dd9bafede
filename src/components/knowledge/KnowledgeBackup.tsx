import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import type { ImportReport, SwarmError } from "../../core/index.js";
import { safeFileName } from "../../core/transfers/fileName.js";
import { importKnowledgeMutationOptions, useSwarm, useSwarmQueryClient } from "../../hooks/index.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { formatCount } from "../parts/format.js";
import { saveBlob } from "../parts/saveBlob.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";
import { useLocale } from "../texts/TextsProvider.js";

const FILE_ENDING = ".knowledge";

/** Everything that is kept here as one file, out and in, and what came of taking one in. */
export function KnowledgeBackup(): ReactNode {
  const swarm = useSwarm();
  const client = useSwarmQueryClient();
  const texts = useKnowledgeTexts();
  const fieldId = useId();
  const take = useMutation(importKnowledgeMutationOptions(swarm), client);
  const write = useMutation<Blob, SwarmError>(
    { mutationFn: () => swarm.knowledge.export(), networkMode: "always", gcTime: 0 },
    client,
  );
  const save = (file: Blob): void => {
    const { room } = swarm.store.getSnapshot().signaling;
    saveBlob(file, `${safeFileName(room) ?? "room"}${FILE_ENDING}`);
  };
  const isBusy = take.isPending || write.isPending;
  const error = write.error ?? take.error;
  return (
    <details className="ps-details ps-backup">
      <summary>{texts.backup}</summary>
      <div className="ps-knowledge-form">
        <p>{texts.backupWhat}</p>
        <div className="ps-buttons">
          <button
            type="button"
            className="ps-button"
            disabled={isBusy}
            onClick={() => write.mutate(undefined, { onSuccess: save })}
          >
            {texts.export}
          </button>
        </div>
        <label className="ps-field" htmlFor={fieldId}>
          <span>{texts.import}</span>
          <input
            id={fieldId}
            className="ps-input"
            type="file"
            disabled={isBusy}
            onChange={({ target }) => {
              const [file] = target.files ?? [];
              if (file !== undefined) take.mutate(file);
              // The same file can be chosen again.
              target.value = "";
            }}
          />
        </label>
        <div role="status">
          {isBusy && <p className="ps-feedback">{texts.working}</p>}
          {error !== null && <ErrorNote error={error} tone="error" />}
          {take.data !== undefined && <Report report={take.data} />}
        </div>
      </div>
    </details>
  );
}

function Report({ report }: { readonly report: ImportReport }): ReactNode {
  const texts = useKnowledgeTexts();
  const locale = useLocale();
  const { refused, refusedCount } = report;
  const more = refusedCount - refused.length;
  return (
    <div className="ps-note ps-report" data-tone={refusedCount > 0 ? "warning" : "info"}>
      <p>{texts.report(report)}</p>
      {refusedCount > 0 && (
        <>
          <p className="ps-note-fix">
            <strong>{texts.refused(refusedCount, formatCount(refusedCount, locale))}</strong>
          </p>
          <ul className="ps-refusals">
            {refused.map(({ atByte, reason }) => (
              <li key={atByte} data-reason={reason}>
                {texts.refusal[reason]}, {texts.atByte(formatCount(atByte, locale))}
              </li>
            ))}
            {more > 0 && <li>{texts.moreRefused(formatCount(more, locale))}</li>}
          </ul>
        </>
      )}
    </div>
  );
}
