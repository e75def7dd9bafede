import type { Bytes } from "../bytes.js";
import type { ImportReport, KnowledgeUsage, SignedRecord } from "./api.js";
import type { Artifact, ArtifactFilter, ArtifactId, GetOptions, PutOptions } from "./artifact.js";
import type { Content } from "./content.js";
import type { KnowledgeHit, QueryOptions } from "./hit.js";
import type { Reflection, ReflectionDraft, ReflectionId } from "./reflection.js";

/** What one agent knows during one stay in one room. */
export interface Library {
  put(content: Content, options: PutOptions): Promise<Artifact>;
  get(id: ArtifactId, options: GetOptions): Promise<Bytes>;
  list(filter: ArtifactFilter): Promise<readonly Artifact[]>;
  share(id: ArtifactId): Promise<number>;
  remove(id: ArtifactId | ReflectionId): Promise<boolean>;
  query(query: string | Float32Array, options: QueryOptions): Promise<readonly KnowledgeHit[]>;
  signed(id: ArtifactId | ReflectionId): Promise<SignedRecord | undefined>;
  export(): Promise<Blob>;
  import(file: Blob): Promise<ImportReport>;
  usage(): Promise<KnowledgeUsage>;
  addReflection(draft: ReflectionDraft): Promise<Reflection>;
  listReflections(): Promise<readonly Reflection[]>;
  searchReflections(query: string | Float32Array, k: number | undefined): Promise<readonly Reflection[]>;
  shareSuccess(): Promise<number>;
  integrate(id: ReflectionId): Promise<Reflection>;
}
