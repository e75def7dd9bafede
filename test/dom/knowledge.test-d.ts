import { useMutation, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type { Artifact, Bytes, KnowledgeHit, KnowledgeView, Reflection, Swarm, SwarmError } from "peerswarm";
import {
  artifactQueryOptions,
  knowledgeListQueryOptions,
  putArtifactMutationOptions,
  shareSuccessMutationOptions,
  useKnowledge,
  useKnowledgeQuery,
  useReflections,
} from "peerswarm/react";
import { expectTypeOf } from "vitest";

/*
 * What the hooks of knowledge give, and what must not compile. Checked by `tsc`, never run.
 */

declare const swarm: Swarm;

export function WhatKnowledgeGives(): void {
  expectTypeOf(useKnowledge()).toEqualTypeOf<KnowledgeView>();
  expectTypeOf(useKnowledge(({ artifactCount }) => artifactCount)).toEqualTypeOf<number>();
  expectTypeOf(useReflections()).toEqualTypeOf<readonly Reflection[]>();
  expectTypeOf(useKnowledgeQuery("text").data).toEqualTypeOf<readonly KnowledgeHit[] | undefined>();
  expectTypeOf(useKnowledgeQuery(new Float32Array(3)).error).toEqualTypeOf<SwarmError | null>();
  expectTypeOf(useQuery(artifactQueryOptions(swarm, "id")).data).toEqualTypeOf<Bytes | undefined>();
  expectTypeOf(useSuspenseQuery(knowledgeListQueryOptions(swarm)).data).toEqualTypeOf<readonly Artifact[]>();
  const { mutate, data } = useMutation(putArtifactMutationOptions(swarm));
  expectTypeOf(data).toEqualTypeOf<Artifact | undefined>();
  mutate({ content: new Uint8Array(1), title: "One", share: true });
  useMutation(shareSuccessMutationOptions(swarm)).mutate();

  // @ts-expect-error: content is needed
  mutate({ title: "One" });
  // @ts-expect-error: TanStack Query brings the signal
  useKnowledgeQuery("text", { signal: new AbortController().signal });
  // @ts-expect-error: there is no such scope
  useKnowledgeQuery("text", { scope: "room" });
  // @ts-expect-error: snapshots are immutable
  useReflections()[0]!.lesson = "";
}
