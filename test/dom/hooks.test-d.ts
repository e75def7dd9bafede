import type { UseMutationResult, UseQueryResult } from "@tanstack/react-query";
import type {
  Activity,
  CheckResult,
  ConnectingPeer,
  Diagnosis,
  MailboxSnapshot,
  MessageDefinition,
  PeerId,
  PresenceDefinition,
  RequestDefinition,
  RoundTrip,
  SettingsTest,
  SharedDefinition,
  SharedValue,
  StatsSnapshot,
  SwarmError,
  SwarmStatus,
  TaskDefinition,
  TransferSnapshot,
  WitnessSnapshot,
} from "peerswarm";
import {
  type BandwidthSeries,
  type Capabilities,
  type ConnectionActions,
  type EventFeed,
  type PeerRanking,
  type RequestVariables,
  type Run,
  type SetPresence,
  type SettingsTestInput,
  type SharedMeta,
  type ShownMinutes,
  type UseConsensusResult,
  type UseSettingsResult,
  type UseTaskResult,
  useActivity,
  useBandwidth,
  useBandwidthSeries,
  useCapabilities,
  useConnectingPeers,
  useConnectionActions,
  useConsensus,
  useDiagnosis,
  useDiagnosisProgress,
  useEvents,
  useKnowledge,
  useMailbox,
  useMessage,
  useNextTry,
  useNow,
  usePeerBandwidth,
  usePresence,
  useProposal,
  useProposals,
  useRequest,
  useRequestHandler,
  useRequestQuery,
  useRoundTrips,
  useSettings,
  useSettingsTest,
  useSharedState,
  useSharedValues,
  useSignaling,
  useStats,
  useSwarm,
  useSwarmQueryClient,
  useSwarmSelector,
  useSwarmStatus,
  useTask,
  useTaskHandler,
  useTasks,
  useTransfer,
  useTransfers,
  useUptime,
  useVoter,
  useWitness,
} from "peerswarm/react";
import { expectTypeOf } from "vitest";

/*
 * What the other hooks give, and what must not compile. Checked by `tsc`, never run; `completeness.test.ts` sees to it that
 * no hook is left out.
 */

/** Takes a text that its schema turns into a number; answers a number that the asking side's schema turns into a date. */
declare const ask: RequestDefinition<string, number, number, Date>;
declare const count: TaskDefinition<string, number, number, Date>;
declare const chat: MessageDefinition<{ text: string }, { text: string }>;
declare const cursor: PresenceDefinition<{ x: string }, { x: number }>;
declare const topic: SharedDefinition<string, string>;
declare const peerId: PeerId;

export function WhatLiveHooksGive(): void {
  expectTypeOf(useActivity(3)).toEqualTypeOf<readonly Activity[]>();
  expectTypeOf(useBandwidth(({ up }) => up)).toEqualTypeOf<number>();
  expectTypeOf(useBandwidthSeries()).toEqualTypeOf<BandwidthSeries>();
  expectTypeOf(useBandwidthSeries({ minutes: 15 }).minutes).toEqualTypeOf<ShownMinutes>();
  expectTypeOf(usePeerBandwidth({ length: 3 })).toEqualTypeOf<PeerRanking>();
  expectTypeOf(useRoundTrips(peerId)).toEqualTypeOf<readonly RoundTrip[]>();
  expectTypeOf(useCapabilities()).toEqualTypeOf<Capabilities>();
  expectTypeOf(useConnectingPeers()).toEqualTypeOf<readonly ConnectingPeer[]>();
  expectTypeOf(useConnectionActions()).toEqualTypeOf<ConnectionActions>();
  expectTypeOf(useEvents({ direction: "sent" }, { isHeld: true })).toEqualTypeOf<EventFeed>();
  expectTypeOf(useMailbox()).toEqualTypeOf<MailboxSnapshot>();
  expectTypeOf(useMailbox(({ total }) => total)).toEqualTypeOf<number>();
  expectTypeOf(useNextTry()).toEqualTypeOf<number | undefined>();
  expectTypeOf(useNow()).toEqualTypeOf<number | undefined>();
  expectTypeOf(useStats()).toEqualTypeOf<StatsSnapshot>();
  expectTypeOf(useSwarmStatus()).toEqualTypeOf<SwarmStatus>();
  expectTypeOf(useTransfer("id")).toEqualTypeOf<TransferSnapshot | undefined>();
  expectTypeOf(useTransfers()).toEqualTypeOf<readonly TransferSnapshot[]>();
  expectTypeOf(useTransfers((transfers) => transfers.length)).toEqualTypeOf<number>();
  expectTypeOf(useUptime()).toEqualTypeOf<number | undefined>();
  expectTypeOf(useWitness()).toEqualTypeOf<WitnessSnapshot>();
  expectTypeOf(useWitness(({ records }) => records)).toEqualTypeOf<number>();

  expectTypeOf(usePresence(cursor)).toEqualTypeOf<
    readonly [Readonly<Record<PeerId, { x: number }>>, SetPresence<{ x: string }>]
  >();
  expectTypeOf(usePresence(cursor, ({ own }) => own)[0]).toEqualTypeOf<{ x: number } | undefined>();
  const [value, set, meta] = useSharedState(topic, "nothing");
  expectTypeOf(value).toEqualTypeOf<string>();
  expectTypeOf(meta).toEqualTypeOf<SharedMeta>();
  set((current) => `${current}!`);
  expectTypeOf(useSharedState(topic)[0]).toEqualTypeOf<string | undefined>();
  expectTypeOf(useSharedValues(topic)).toEqualTypeOf<Readonly<Record<string, SharedValue<string>>>>();
}

export function WhatAskingHooksGive(): void {
  expectTypeOf(useConsensus()).toEqualTypeOf<UseConsensusResult>();
  expectTypeOf(useDiagnosis({ timeoutMs: 5000 })).toEqualTypeOf<UseQueryResult<Diagnosis, SwarmError>>();
  expectTypeOf(useDiagnosisProgress()).toEqualTypeOf<readonly CheckResult[]>();
  expectTypeOf(useSettings()).toEqualTypeOf<UseSettingsResult>();
  expectTypeOf(useSettingsTest()).toEqualTypeOf<Run<SettingsTestInput, SettingsTest>>();
  expectTypeOf(useRequest(ask)).toEqualTypeOf<
    UseMutationResult<Date, SwarmError, RequestVariables<string>>
  >();
  expectTypeOf(useRequestQuery({ peerId, request: ask, payload: "one" })).toEqualTypeOf<
    UseQueryResult<Date, SwarmError>
  >();
  expectTypeOf(useTask(count)).toEqualTypeOf<UseTaskResult<string, Date>>();
}

export function WhatHooksThatServeGive(): void {
  expectTypeOf(useMessage(chat, () => undefined)).toBeVoid();
  expectTypeOf(useRequestHandler(ask, (input) => input + 1)).toBeVoid();
  expectTypeOf(useTaskHandler(count, (input) => input + 1)).toBeVoid();
  expectTypeOf(useVoter(() => "abstain")).toBeVoid();
  // What it answers is TanStack's own client.
  expectTypeOf(useSwarmQueryClient().invalidateQueries).toBeFunction();
}

export function WhatMustNotCompile(): void {
  // @ts-expect-error: there is no such method
  useSwarm().connect();
  // @ts-expect-error: a number of activities, not a choice among them
  useActivity({ limit: 3 });
  // @ts-expect-error: rates have no such field
  useBandwidth(({ upload }) => upload);
  // @ts-expect-error: points of a series are immutable
  useBandwidthSeries().points[0]!.up = 1;
  // @ts-expect-error: a chart is of 1, 5 or 15 minutes
  useBandwidthSeries({ minutes: 10 });
  // @ts-expect-error: how many are named, in options
  usePeerBandwidth(3);
  // @ts-expect-error: of which peer
  useRoundTrips();
  // @ts-expect-error: a member that is not proven has no profile
  useConnectingPeers()[0]?.profile;
  // @ts-expect-error: joining is the swarm's; this one reconnects
  useConnectionActions().join();
  // @ts-expect-error: TanStack Query brings the signal
  useDiagnosis({ signal: new AbortController().signal });
  // @ts-expect-error: progress is shown, not set
  useDiagnosisProgress()[0]!.state = "passed";
  // @ts-expect-error: a token is never told
  useSettings().settings.transport?.token;
  // @ts-expect-error: what is tested has to be said
  useSettingsTest().start({ change: {} });
  // @ts-expect-error: knowledge has no such field
  useKnowledge(({ files }) => files);
  // @ts-expect-error: how many wait for an agent may be nothing at all
  useMailbox().waiting.agent.toFixed();
  // @ts-expect-error: there may be nothing to try
  useNextTry().toFixed();
  // @ts-expect-error: the clock may not have moved yet
  useNow().toFixed();
  // @ts-expect-error: the schema takes a text
  usePresence(cursor)[1]({ x: 1 });
  // @ts-expect-error: a proposal that is not there is undefined
  useProposal("id").state;
  // @ts-expect-error: proposals are immutable
  useProposals()[0]!.state = "decided";
  // @ts-expect-error: of whom?
  useRequest(ask).mutate({ payload: "one" });
  // @ts-expect-error: the handler answers a number
  useRequestHandler(ask, (input) => `${input}`);
  // @ts-expect-error: the schema takes a text
  useRequestQuery({ peerId, request: ask, payload: 1 });
  // @ts-expect-error: what is shown first has the value's type
  useSharedState(topic, 7);
  // @ts-expect-error: values are written with their state
  useSharedValues(topic).key!.value = "news";
  // @ts-expect-error: signalling is shown, not set
  useSignaling().room = "library";
  // @ts-expect-error: TanStack's clients have no such method
  useSwarmQueryClient().invalidate();
  // @ts-expect-error: the snapshot has no such part
  useSwarmSelector(({ links }) => links);
  // @ts-expect-error: there is no such status
  useSwarmStatus() === "connected";
  // @ts-expect-error: tasks are immutable
  useTasks().push();
  // @ts-expect-error: a transfer that is not there is undefined
  useTransfer("id").doneBytes;
  // @ts-expect-error: transfers are found by their ids, not by number
  useTransfer(7);
  // @ts-expect-error: transfers are immutable
  useTransfers()[0]!.state = "done";
  // @ts-expect-error: there is no uptime without a connection
  useUptime().toFixed();
  // @ts-expect-error: there may be no record yet
  useWitness().head.hash;
}
