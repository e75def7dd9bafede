import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { putArtifactMutationOptions, useSwarm, useSwarmQueryClient } from "../../hooks/index.js";
import { Choice } from "../parts/Choice.js";
import { ErrorNote } from "../parts/ErrorNote.js";
import { useKnowledgeTexts } from "../texts/knowledgeTexts.js";

const MAX_TITLE_LENGTH = 256;

type Source = "note" | "file";

/** A form that keeps a note or a file here, and shares it on request. */
export function AddKnowledge(): ReactNode {
  const texts = useKnowledgeTexts();
  const put = useMutation(putArtifactMutationOptions(useSwarm()), useSwarmQueryClient());
  const form = useRef<HTMLFormElement>(null);
  const [source, setSource] = useState<Source>("note");

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const content = data.get(source);
    if (content === null) return;
    const fallback = content instanceof File ? content.name : undefined;
    const title = String(data.get("title") ?? "").trim() || fallback?.slice(0, MAX_TITLE_LENGTH);
    const share = data.get("share") !== null;
    put.mutate({ content, title, share }, { onSuccess: () => form.current?.reset() });
  };
  return (
    <details className="ps-details ps-add">
      <summary>{texts.add}</summary>
      <form className="ps-knowledge-form" ref={form} onSubmit={submit}>
        <Choice
          legend={texts.what}
          words={{ note: texts.noteChoice, file: texts.fileChoice }}
          value={source}
          onChange={setSource}
        />
        <label className="ps-field">
          <span>{texts.noteTitle}</span>
          <input className="ps-input" name="title" maxLength={MAX_TITLE_LENGTH} />
        </label>
        {source === "note" ? (
          <label className="ps-field" key="note">
            <span>{texts.note}</span>
            <textarea className="ps-input" name="note" rows={3} required />
          </label>
        ) : (
          <label className="ps-field" key="file">
            <span>{texts.file}</span>
            <input className="ps-input" type="file" name="file" required />
          </label>
        )}
        <label className="ps-tick">
          <input type="checkbox" name="share" />
          <span>{texts.shareAtOnce}</span>
        </label>
        <div className="ps-buttons">
          <button type="submit" className="ps-button" data-primary disabled={put.isPending}>
            {texts.put}
          </button>
        </div>
        <div role="status">
          {put.isPending && <p className="ps-feedback">{texts.working}</p>}
          {put.data !== undefined && (
            <p className="ps-feedback">{texts.added(put.data.title ?? texts.untitled)}</p>
          )}
          {put.error !== null && <ErrorNote error={put.error} tone="error" />}
        </div>
      </form>
    </details>
  );
}
