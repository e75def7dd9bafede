import type {
  AgentId,
  BandwidthSnapshot,
  LinkQuality,
  MeshHealth,
  MessageDefinition,
  PeerSnapshot,
  SignalingSnapshot,
  Swarm,
} from "peerswarm";
import { SwarmDashboard } from "peerswarm/components";
import {
  useBandwidth,
  useLinkQuality,
  useMeshHealth,
  useMessage,
  usePeer,
  usePeers,
  useSignaling,
  useStats,
  useSwarm,
  useSwarmSelector,
  useTrafficRows,
} from "peerswarm/react";
import { createElement } from "react";
import { expectTypeOf } from "vitest";

/*
 * What hooks give, and what must not compile. Checked by `tsc`, never run.
 */

declare const chat: MessageDefinition<{ text: string }, { text: string; atMs: number }>;

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
  expectTypeOf(useTrafficRows("lane").rows[0]?.bytesSent).toEqualTypeOf<number | undefined>();

  useMessage(chat, (payload, { from }) => {
    expectTypeOf(payload).toEqualTypeOf<{ text: string; atMs: number }>();
    expectTypeOf(from.agentId).toEqualTypeOf<AgentId>();
  });
  // Nobody has checked what comes under a bare name.
  useMessage("chat", (payload) => expectTypeOf(payload).toBeUnknown());
}

export function WhatMustNotCompile(): void {
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
