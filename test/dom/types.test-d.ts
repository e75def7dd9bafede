import { useQuery } from "@tanstack/react-query";
import type {
  AgentId,
  ApprovalRequest,
  BandwidthSnapshot,
  Certificate,
  Decision,
  Guarded,
  LinkQuality,
  MeshHealth,
  MessageDefinition,
  PeerId,
  PeerSnapshot,
  ProposalSnapshot,
  RecentEvent,
  SignalingSnapshot,
  Swarm,
  SwarmError,
  TaskContext,
  TaskDefinition,
  TaskSnapshot,
  TopologyView,
} from "peerswarm";
import { SwarmDashboard } from "peerswarm/components";
import {
  certificateQueryOptions,
  taskQueryOptions,
  useBandwidth,
  useCapabilities,
  useConsensus,
  useEvents,
  useLinkQuality,
  useMeshHealth,
  useMessage,
  usePeer,
  usePeers,
  useProposal,
  useProposals,
  useSignaling,
  useStats,
  useSwarm,
  useSwarmSelector,
  useTask,
  useTaskHandler,
  useTaskQuery,
  useTasks,
  useTopology,
  useTrafficRows,
  useVoter,
} from "peerswarm/react";
import { createElement } from "react";
import { expectTypeOf } from "vitest";

/*
 * What hooks give, and what must not compile. Checked by `tsc`, never run.
 */

declare const chat: MessageDefinition<{ text: string }, { text: string; atMs: number }>;
/** Takes a text that its schema turns into a number; answers a number that the delegator's schema turns into a date. */
declare const count: TaskDefinition<string, number, number, Date>;
declare const swarm: Swarm;

export function WhatHooksGive(): void {
  expectTypeOf(useSwarm()).toEqualTypeOf<Swarm>();
  expectTypeOf(usePeers()).toEqualTypeOf<readonly PeerSnapshot[]>();
  expectTypeOf(usePeers((peers) => peers.length)).toEqualTypeOf<number>();
  expectTypeOf(usePeer("id")).toEqualTypeOf<PeerSnapshot | undefined>();
  expectTypeOf(useBandwidth()).toEqualTypeOf<BandwidthSnapshot>();
  expectTypeOf(useSignaling()).toEqualTypeOf<SignalingSnapshot>();
  expectTypeOf(useSignaling(({ room }) => room)).toEqualTypeOf<string>();
  expectTypeOf(useLinkQuality("id")).toEqualTypeOf<LinkQuality>();
  expectTypeOf(useLinkQuality("id", (quality) => quality.path?.local === "relay")).toEqualTypeOf<boolean>();
  expectTypeOf(useMeshHealth()).toEqualTypeOf<MeshHealth>();
  expectTypeOf(useMeshHealth((health) => health.missing.length)).toEqualTypeOf<number>();
  expectTypeOf(useSwarmSelector(({ self }) => self.agentId)).toEqualTypeOf<AgentId | undefined>();
  expectTypeOf(useTopology()).toEqualTypeOf<TopologyView>();
  expectTypeOf(useTopology(({ links }) => links[0]?.roundTripMs)).toEqualTypeOf<number | undefined>();
  // @ts-expect-error: a link has two ends, not one
  useTopology(({ links }) => links[0]?.peerId);
  // @ts-expect-error: the view cannot be changed
  useTopology(({ nodes }) => nodes.push(nodes[0]));
  expectTypeOf(useTrafficRows("lane").rows[0]?.bytesSent).toEqualTypeOf<number | undefined>();

  useMessage(chat, (payload, { from }) => {
    expectTypeOf(payload).toEqualTypeOf<{ text: string; atMs: number }>();
    expectTypeOf(from.agentId).toEqualTypeOf<AgentId>();
  });
  // Nobody has checked what comes under a bare name.
  useMessage("chat", (payload) => expectTypeOf(payload).toBeUnknown());
}

export function WhatHooksOfTasksAndVotesGive(): void {
  const { mutate, data, error, task, output } = useTask(count);
  expectTypeOf(data).toEqualTypeOf<Date | undefined>();
  expectTypeOf(error).toEqualTypeOf<SwarmError | null>();
  expectTypeOf(task).toEqualTypeOf<TaskSnapshot | undefined>();
  expectTypeOf(output.stderr).toEqualTypeOf<string>();
  mutate({ input: "one", timeoutMs: 5000, retries: 1 });
  expectTypeOf(useTaskQuery(count, "one").data).toEqualTypeOf<Date | undefined>();
  expectTypeOf(useQuery(taskQueryOptions(swarm, count, "one")).data).toEqualTypeOf<Date | undefined>();
  useTaskHandler(count, (input, context) => {
    expectTypeOf(input).toEqualTypeOf<number>();
    expectTypeOf(context).toEqualTypeOf<TaskContext>();
    return input + 1;
  });
  expectTypeOf(useTasks()).toEqualTypeOf<readonly TaskSnapshot[]>();
  expectTypeOf(useTasks(({ approvals }) => approvals[0])).toEqualTypeOf<ApprovalRequest | undefined>();
  expectTypeOf(useCapabilities((capabilities) => capabilities.webgpu)).toEqualTypeOf<
    readonly PeerId[] | undefined
  >();

  const { propose, vote, guard } = useConsensus();
  expectTypeOf(propose.data).toEqualTypeOf<Decision | undefined>();
  vote.mutate({ proposalId: "id", choice: "yes" });
  expectTypeOf(guard({ subject: "rename" }, () => 7)).toEqualTypeOf<Promise<Guarded<number>>>();
  expectTypeOf(useProposal("id")).toEqualTypeOf<ProposalSnapshot | undefined>();
  expectTypeOf(useProposals((proposals) => proposals.length)).toEqualTypeOf<number>();
  expectTypeOf(useQuery(certificateQueryOptions(swarm, "id")).data).toEqualTypeOf<
    Certificate | null | undefined
  >();
  useVoter(({ risk }) => (risk === "low" ? "yes" : undefined));
}

export function WhatMustNotCompile(): void {
  // @ts-expect-error: the schema takes a text
  useTask(count).mutate({ input: 1 });
  // @ts-expect-error: a task has an input
  useTask(count).mutate({});
  // @ts-expect-error: the schema takes a text
  useTaskQuery(count, 1);
  // @ts-expect-error: TanStack Query brings the signal
  useTaskQuery(count, "one", { signal: new AbortController().signal });
  // @ts-expect-error: the executor answers a number
  useTaskHandler(count, (input) => `${input}`);
  // @ts-expect-error: nobody may have a capability
  useCapabilities().webgpu.length;
  // @ts-expect-error: how risky is it?
  useConsensus().propose.mutate({ kind: "change", subject: "rename" });
  // @ts-expect-error: a policy answers with a choice
  useVoter(() => true);
  // @ts-expect-error: snapshots are immutable
  usePeers().length = 0;
  // @ts-expect-error: and so is each peer
  usePeer("id")!.state = "connected";
  // @ts-expect-error: a peer that is not there is undefined
  usePeer("id").state;
  // @ts-expect-error: there is no such field
  useStats((stats) => stats.totals);
  // @ts-expect-error: which peer?
  useLinkQuality();
  // @ts-expect-error: an unmeasured round trip is undefined
  useLinkQuality("id").roundTripP50Ms.toFixed();
  const isSameText = (a: string, b: string): boolean => a === b;
  // @ts-expect-error: equality is asked of what was selected
  useMeshHealth((health) => health.openLinks, isSameText);
  // @ts-expect-error: the schema has no such field
  useMessage(chat, ({ subject }) => subject);
  // @ts-expect-error: a payload that nobody has checked has no fields
  useMessage("chat", (payload) => payload.text);
  // @ts-expect-error: there is no such table
  useTrafficRows("room");
  // @ts-expect-error: there is no such panel
  createElement(SwarmDashboard, { panels: ["connections"] });
}

export function WhatUseEventsGives(): void {
  const { events, counted, isComplete, waiting } = useEvents({ direction: "dropped", reason: "muted" });
  expectTypeOf(events).toEqualTypeOf<readonly RecentEvent[]>();
  expectTypeOf(counted).toEqualTypeOf<number | undefined>();
  expectTypeOf({ isComplete, waiting }).toEqualTypeOf<{ isComplete: boolean; waiting: number }>();
  for (const event of events) {
    // What was dropped before it could be read has no type.
    if (event.direction === "dropped") expectTypeOf(event.type).toEqualTypeOf<string | undefined>();
    else expectTypeOf(event.type).toEqualTypeOf<string>();
  }
  // @ts-expect-error no such direction
  useEvents({ direction: "up" });
  // @ts-expect-error messages are found by type, lane, peer, reason and time
  useEvents({ kind: "chat" });
  // @ts-expect-error what is given cannot be changed
  events[0] = undefined;
}
