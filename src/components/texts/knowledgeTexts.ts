import type { ImportRefusal, ReflectionOutcome, ReflectionStanding } from "../../core/index.js";
import { englishKnowledgeTexts } from "../locales/en/knowledge.js";
import { useTextsOf } from "./TextsProvider.js";

/** Texts of {@link KnowledgePanel}. */
export interface KnowledgeTexts {
  readonly title: string;
  /** Artifacts and reflections that are here. */
  readonly count: (
    artifacts: number,
    reflections: number,
    formatted: { readonly artifacts: string; readonly reflections: string },
  ) => string;
  readonly used: (used: string, most: string) => string;
  /** What `used` is the sum of. */
  readonly usage: string;
  readonly search: string;
  readonly searching: string;
  readonly found: (count: number) => string;
  readonly nothingFound: { readonly what: (text: string) => string; readonly next: string };
  readonly show: string;
  readonly kind: Readonly<Record<"artifact" | "reflection", string>>;
  readonly artifacts: string;
  readonly reflections: string;
  readonly keys: string;
  /** Where a list has an end that is not shown. */
  readonly latest: (shown: string, all: string) => string;
  readonly untitled: string;
  readonly state: Readonly<Record<"here" | "elsewhere" | "fetching", string>>;
  readonly shared: string;
  readonly notShared: string;
  readonly author: string;
  readonly copyAuthor: string;
  readonly size: string;
  readonly mediaType: string;
  readonly written: string;
  readonly tags: string;
  readonly id: string;
  readonly copyId: string;
  /** Who has what was found. */
  readonly sources: string;
  readonly sourceHere: string;
  readonly fetch: string;
  readonly fetchArtifact: (title: string) => string;
  readonly fetchProgress: (done: string, total: string | undefined) => string;
  readonly progressOf: (title: string) => string;
  readonly cancel: string;
  readonly cancelFetch: (title: string) => string;
  readonly save: string;
  readonly saveArtifact: (title: string) => string;
  readonly share: string;
  readonly shareArtifact: (title: string) => string;
  readonly sharedWith: (peers: number) => string;
  readonly remove: string;
  readonly removeNamed: (title: string) => string;
  readonly removeQuestion: (title: string) => string;
  readonly removeYes: string;
  readonly removeNo: string;
  readonly removed: (title: string) => string;
  readonly outcome: Readonly<Record<ReflectionOutcome, string>>;
  readonly standing: Readonly<Record<ReflectionStanding, string>>;
  readonly lesson: string;
  readonly integrate: string;
  readonly integrateReflection: (task: string) => string;
  readonly shareSuccess: (count: number) => string;
  readonly successShared: (count: number) => string;
  readonly add: string;
  readonly noteTitle: string;
  readonly note: string;
  readonly file: string;
  readonly what: string;
  readonly noteChoice: string;
  readonly fileChoice: string;
  readonly shareAtOnce: string;
  readonly put: string;
  readonly added: (title: string) => string;
  readonly backup: string;
  readonly backupWhat: string;
  readonly export: string;
  readonly import: string;
  readonly working: string;
  readonly report: (report: {
    readonly artifacts: number;
    readonly reflections: number;
    readonly contents: number;
    readonly known: number;
  }) => string;
  readonly refused: (count: number, formatted: string) => string;
  readonly refusal: Readonly<Record<ImportRefusal, string>>;
  readonly atByte: (at: string) => string;
  readonly moreRefused: (count: string) => string;
  readonly syncing: string;
  readonly inStep: (time: string) => string;
  readonly notCompared: string;
  readonly alone: string;
  readonly loading: string;
  readonly failed: string;
  readonly retry: string;
  readonly off: { readonly what: string; readonly next: string };
  readonly empty: Readonly<
    Record<"artifacts" | "reflections", { readonly what: string; readonly next: string }>
  >;
}

export function useKnowledgeTexts(): KnowledgeTexts {
  return useTextsOf("knowledge", englishKnowledgeTexts);
}
