import { useMutation, useQuery, useSuspenseQuery } from "@tanstack/react-query";
import type {
  Bytes,
  CastBallot,
  Change,
  CheckResult,
  Decision,
  Diagnosis,
  Guarded,
  ImportReport,
  KnowledgeHit,
  KnowledgeUsage,
  MessageDefinition,
  Reflection,
  RequestDefinition,
  RequestOutcome,
  Swarm,
  SwarmError,
  TaskDefinition,
  TransferReceipt,
  WitnessedSession,
  WitnessVerdict,
} from "peerswarm";
import {
  addReflectionMutationOptions,
  artifactQueryOptions,
  configureSignalingMutationOptions,
  diagnosisProgressQueryOptions,
  diagnosisQueryOptions,
  exportKnowledgeMutationOptions,
  exportWitnessMutationOptions,
  guardMutationOptions,
  importKnowledgeMutationOptions,
  integrateReflectionMutationOptions,
  joinMutationOptions,
  knowledgeQueryOptions,
  knowledgeUsageQueryOptions,
  proposeMutationOptions,
  reflectionListQueryOptions,
  reflectionSearchQueryOptions,
  removeArtifactMutationOptions,
  removeReflectionMutationOptions,
  requestManyQueryOptions,
  requestMutationOptions,
  requestQueryOptions,
  sendFileMutationOptions,
  sendLargeMutationOptions,
  sendReliablyMutationOptions,
  shareArtifactMutationOptions,
  taskMutationOptions,
  verifyWitnessMutationOptions,
  voteMutationOptions,
  withdrawMutationOptions,
  witnessSessionsQueryOptions,
} from "peerswarm/react";
import { expectTypeOf } from "vitest";

/*
 * What options of queries and mutations bring and take, and what must not compile. Checked by `tsc`, never run.
 */

declare const swarm: Swarm;
declare const ask: RequestDefinition<string, number, number, Date>;
declare const count: TaskDefinition<string, number, number, Date>;
declare const chat: MessageDefinition<{ text: string }, { text: string }>;

export function WhatQueriesBring(): void {
  const diagnosis = useQuery(diagnosisQueryOptions(swarm, { probe: true }));
  expectTypeOf(diagnosis.data).toEqualTypeOf<Diagnosis | undefined>();
  expectTypeOf(diagnosis.error).toEqualTypeOf<SwarmError | null>();
  const progress = useQuery(diagnosisProgressQueryOptions(swarm));
  expectTypeOf(progress.data).toEqualTypeOf<readonly CheckResult[] | undefined>();
  const hits = useSuspenseQuery(knowledgeQueryOptions(swarm, "text"));
  expectTypeOf(hits.data).toEqualTypeOf<readonly KnowledgeHit[]>();
  const usage = useQuery(knowledgeUsageQueryOptions(swarm));
  expectTypeOf(usage.data).toEqualTypeOf<KnowledgeUsage | undefined>();
  const text = useQuery({ ...artifactQueryOptions(swarm, "id"), select: (bytes: Bytes) => bytes.length });
  expectTypeOf(text.data).toEqualTypeOf<number | undefined>();
  const list = useSuspenseQuery(reflectionListQueryOptions(swarm));
  expectTypeOf(list.data).toEqualTypeOf<readonly Reflection[]>();
  const found = useQuery(reflectionSearchQueryOptions(swarm, "text", { k: 3 }));
  expectTypeOf(found.data).toEqualTypeOf<readonly Reflection[] | undefined>();
  const answer = useSuspenseQuery(requestQueryOptions(swarm, { peerId: "id", request: ask, payload: "one" }));
  expectTypeOf(answer.data).toEqualTypeOf<Date>();
  const answers = useQuery(requestManyQueryOptions(swarm, { request: ask, payload: "one" }));
  expectTypeOf(answers.data).toEqualTypeOf<readonly RequestOutcome<Date>[] | undefined>();
  const sessions = useQuery(witnessSessionsQueryOptions(swarm));
  expectTypeOf(sessions.data).toEqualTypeOf<readonly WitnessedSession[] | undefined>();
}

export function WhatMutationsTake(): void {
  useMutation(joinMutationOptions(swarm)).mutate();
  useMutation(joinMutationOptions(swarm)).mutate({ timeoutMs: 5000 });
  useMutation(configureSignalingMutationOptions(swarm)).mutate({ room: "library", secret: null });
  useMutation(requestMutationOptions(swarm, ask)).mutate({ peerId: "id", payload: "one" });
  useMutation(taskMutationOptions(swarm, count)).mutate({ input: "one", retries: 1 });
  useMutation(sendFileMutationOptions(swarm)).mutate({ peerId: "id", file: new Blob(), name: "a.txt" });
  useMutation(sendLargeMutationOptions(swarm, chat)).mutate({ peerId: "id", payload: { text: "" } });
  useMutation(sendReliablyMutationOptions(swarm, chat)).mutate({ agentId: "id", payload: { text: "" } });
  useMutation(proposeMutationOptions(swarm)).mutate({ kind: "change", subject: "rename", risk: "low" });
  useMutation(voteMutationOptions(swarm)).mutate({ proposalId: "id", choice: "yes" });
  useMutation(withdrawMutationOptions(swarm)).mutate("id");
  useMutation(addReflectionMutationOptions(swarm)).mutate({ task: "t", outcome: "success", lesson: "l" });
  useMutation(shareArtifactMutationOptions(swarm)).mutate("id");
  useMutation(exportWitnessMutationOptions(swarm)).mutate();
  useMutation(verifyWitnessMutationOptions(swarm)).mutate({ peerId: "id" });
}

export function WhatMutationsBring(): void {
  expectTypeOf(useMutation(sendFileMutationOptions(swarm)).data).toEqualTypeOf<TransferReceipt | undefined>();
  expectTypeOf(useMutation(proposeMutationOptions(swarm)).data).toEqualTypeOf<Decision | undefined>();
  expectTypeOf(useMutation(voteMutationOptions(swarm)).data).toEqualTypeOf<CastBallot | undefined>();
  expectTypeOf(useMutation(removeArtifactMutationOptions(swarm)).data).toEqualTypeOf<boolean | undefined>();
  expectTypeOf(useMutation(removeReflectionMutationOptions(swarm)).data).toEqualTypeOf<boolean | undefined>();
  expectTypeOf(useMutation(exportKnowledgeMutationOptions(swarm)).data).toEqualTypeOf<Blob | undefined>();
  expectTypeOf(useMutation(importKnowledgeMutationOptions(swarm)).data).toEqualTypeOf<
    ImportReport | undefined
  >();
  expectTypeOf(useMutation(integrateReflectionMutationOptions(swarm)).data).toEqualTypeOf<
    Reflection | undefined
  >();
  expectTypeOf(useMutation(verifyWitnessMutationOptions(swarm)).data).toEqualTypeOf<
    WitnessVerdict | undefined
  >();
  const guarded = useMutation(guardMutationOptions(swarm, ({ subject }: Change) => subject.length));
  expectTypeOf(guarded.data).toEqualTypeOf<Guarded<number> | undefined>();
  // What is applied may throw anything.
  expectTypeOf(guarded.error).toEqualTypeOf<Error | null>();
}

export function WhatMustNotCompile(): void {
  // @ts-expect-error: the schema takes a text
  requestQueryOptions(swarm, { peerId: "id", request: ask, payload: 1 });
  // @ts-expect-error: TanStack Query brings the signal
  requestQueryOptions(swarm, { peerId: "id", request: ask, payload: "one", signal: AbortSignal.abort() });
  // @ts-expect-error: a room is a text
  useMutation(configureSignalingMutationOptions(swarm)).mutate({ room: 7 });
  // @ts-expect-error: the schema takes a text
  useMutation(sendLargeMutationOptions(swarm, chat)).mutate({ peerId: "id", payload: { text: 7 } });
  // @ts-expect-error: letters go to agents, not to peers
  useMutation(sendReliablyMutationOptions(swarm, chat)).mutate({ peerId: "id", payload: { text: "" } });
  // @ts-expect-error: which file?
  useMutation(sendFileMutationOptions(swarm)).mutate({ peerId: "id" });
  // @ts-expect-error: a change has a subject
  useMutation(guardMutationOptions(swarm, () => 7)).mutate({ change: {} });
  // @ts-expect-error: an outcome is success or failure
  useMutation(addReflectionMutationOptions(swarm)).mutate({ task: "t", outcome: "so so", lesson: "l" });
}
