import type { Artifact, KnowledgeSource, Reflection } from "../../core/index.js";
import type { Texts } from "../texts/texts.js";

interface Listed {
  readonly id: string;
  /** Who has it, where somebody was asked. */
  readonly sources?: readonly KnowledgeSource[];
}

/** A row of a list of knowledge. */
export type KnowledgeEntry =
  | (Listed & { readonly kind: "artifact"; readonly artifact: Artifact })
  | (Listed & { readonly kind: "reflection"; readonly reflection: Reflection });

/** What the row is of, as the store has it. */
export function subjectOf(entry: KnowledgeEntry): Artifact | Reflection {
  return entry.kind === "artifact" ? entry.artifact : entry.reflection;
}

/** What to call it. Others wrote it: text, of any direction, and never markup. */
export function titleOf(entry: KnowledgeEntry, texts: Texts["knowledge"]): string {
  const title = entry.kind === "artifact" ? entry.artifact.title : entry.reflection.task;
  return title === undefined || title.trim() === "" ? texts.untitled : title;
}
