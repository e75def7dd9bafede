import type { AgentId } from "../identity/ids.js";
import type { Artifact, ArtifactId } from "./artifact.js";
import type { Contents } from "./contents.js";
import { type Reflection, type ReflectionId, SHARED_FROM } from "./reflection.js";
import type { KeptRecord, Shelf } from "./shelf.js";

/** What is kept here as the app sees it; what did not change is the same object as before. */
export interface Catalogue {
  artifact(id: ArtifactId): Artifact | undefined;
  reflection(id: ReflectionId): Reflection | undefined;
  /** The latest ones, or all; newest last. */
  artifacts(limit?: number): readonly Artifact[];
  /** The latest ones, or all; newest last. */
  reflections(limit?: number): readonly Reflection[];
}

export function createCatalogue(agentId: AgentId, shelf: Shelf, contents: Contents): Catalogue {
  const artifacts = new WeakMap<KeptRecord, Artifact>();
  const reflections = new WeakMap<KeptRecord, Reflection>();

  /** One description for each content: our own, else the first that came. */
  const chosen = (id: ArtifactId): KeptRecord | undefined => {
    const all = shelf.describing(id);
    return all.find(({ record }) => record.author === agentId) ?? all[0];
  };

  const artifact = (id: ArtifactId): Artifact | undefined => {
    const kept = chosen(id);
    if (kept === undefined || kept.record.kind !== "artifact") return undefined;
    const isShared = shelf.describing(id).some((one) => one.isShared);
    const isHere = contents.has(id);
    const before = artifacts.get(kept);
    if (before?.isShared === isShared && before.isHere === isHere) return before;
    const { author, writtenAtMs } = kept.record;
    const { title, mediaType, tags, bytes } = kept.record.artifact;
    const after: Artifact = {
      id,
      title: title ?? undefined,
      mediaType: mediaType ?? undefined,
      tags,
      bytes,
      author,
      writtenAtMs,
      isOwn: author === agentId,
      isShared,
      isHere,
    };
    artifacts.set(kept, after);
    return after;
  };

  const show = (kept: KeptRecord): Reflection | undefined => {
    const { record, isShared, isIntegrated } = kept;
    if (record.kind !== "reflection") return undefined;
    const before = reflections.get(kept);
    if (before !== undefined) return before;
    const { id, author, writtenAtMs } = record;
    const { task, outcome, lesson, tags, context } = record.reflection;
    const standing = author === agentId ? "own" : isIntegrated ? "integrated" : "received";
    const after: Reflection = {
      id,
      task,
      outcome,
      lesson,
      tags: standing === "integrated" ? [...tags, SHARED_FROM + author] : tags,
      context: context ?? null,
      author,
      writtenAtMs,
      standing,
      isShared,
    };
    reflections.set(kept, after);
    return after;
  };

  return {
    artifact,
    reflection(id) {
      const kept = shelf.records.get(id);
      return kept === undefined ? undefined : show(kept);
    },
    artifacts: (limit = Infinity) =>
      [...shelf.described.keys()]
        .slice(-limit)
        .map(artifact)
        .filter((one) => one !== undefined),
    reflections: (limit = Infinity) =>
      [...shelf.reflections.values()]
        .slice(-limit)
        .map(show)
        .filter((one) => one !== undefined),
  };
}
