import {
  createSwarm,
  defineMessage,
  definePresence,
  defineRequest,
  defineShared,
  type PeerSnapshot,
  type Swarm,
  type SwarmStatus,
} from "peerswarm";
import {
  ActivityPanel,
  BandwidthPanel,
  ConnectionPanel,
  CopyButton,
  englishTexts,
  MessageStatsPanel,
  Panel,
  type PanelProps,
  PeersPanel,
  peerLabel,
  SwarmDashboard,
  SwarmGate,
  shortAgentId,
  type TextsOverride,
  TextsProvider,
  useTexts,
} from "peerswarm/components";
import {
  SwarmProvider,
  useActivity,
  useBandwidth,
  useConnectingPeers,
  useMessage,
  useNow,
  usePeer,
  usePeers,
  usePresence,
  useRequest,
  useRequestHandler,
  useRequestQuery,
  useSharedState,
  useSharedValues,
  useSignaling,
  useStats,
  useSwarm,
  useSwarmSelector,
  useSwarmStatus,
} from "peerswarm/react";
import "peerswarm/styles.css";
import { MockSwarmProvider } from "peerswarm/testing/react";
import type { ReactNode } from "react";
import * as v from "valibot";
import { type Equal, expectType } from "./expectType.js";

const chat = defineMessage("chat", v.object({ text: v.string() }));
const cursor = definePresence("cursor", v.object({ x: v.number() }));
const topic = defineShared("topic", v.string());
const sum = defineRequest("sum", { input: v.array(v.number()), output: v.number() });
const german: TextsOverride = { locale: "de", peers: { title: "Mitglieder" } };
const swarm = createSwarm({ room: "lobby" });

// @ts-expect-error no such text
export const unknownText: TextsOverride = { peers: { titel: "Mitglieder" } };

function OwnPanel(props: PanelProps): ReactNode {
  const own: Swarm = useSwarm();
  const count = usePeers((peers) => peers.length);
  const upload = useBandwidth(({ up }) => up);
  const sent = useStats((stats) => stats.total.messagesSent);
  const status = useSwarmStatus();
  const peers = usePeers();
  const first = usePeer("peer");
  const room = useSwarmSelector(({ signaling }) => signaling.room);
  const lines = [useActivity(5).length, useConnectingPeers().length, useNow(), useSignaling().failedTries];
  const { peers: texts } = useTexts();
  expectType<Equal<[typeof count, typeof upload, typeof sent], [number, number, number]>>();
  expectType<Equal<typeof status, SwarmStatus>>();
  expectType<Equal<typeof peers, readonly PeerSnapshot[]>>();
  expectType<Equal<typeof first, PeerSnapshot | undefined>>();
  useMessage(chat, ({ text }, { from }) => own.send(from.peerId, chat, { text }));
  // @ts-expect-error the schema has no such member
  useMessage(chat, ({ texts }) => texts);
  // @ts-expect-error the snapshot has no such member
  useSwarmSelector((snapshot) => snapshot.friends);
  return (
    <Panel {...props} title={texts.title} name="own" state={status} aside={room}>
      {first !== undefined && `${peerLabel(first)} ${shortAgentId(first.agentId)}`}
      {lines.join()}
      <CopyButton text={englishTexts.locale} label="Copy" />
    </Panel>
  );
}

export function Talk({ peerId }: { readonly peerId: string }): ReactNode {
  const [cursors, setCursor] = usePresence(cursor);
  const [x] = usePresence(cursor, ({ own }) => own?.x);
  const [text, setText, { isPending }] = useSharedState(topic, "none");
  const [maybe] = useSharedState(topic, undefined, { key: "other" });
  const values = useSharedValues(topic);
  const { data, mutate } = useRequest(sum);
  const { error } = useRequestQuery({ peerId, request: sum, payload: [1] });
  expectType<Equal<typeof cursors, Readonly<Record<string, { x: number }>>>>();
  expectType<
    Equal<[typeof x, typeof text, typeof maybe], [number | undefined, string, string | undefined]>
  >();
  expectType<Equal<typeof data, number | undefined>>();
  useRequestHandler(sum, (numbers) => numbers.length);
  // @ts-expect-error the answer is a number
  useRequestHandler(sum, () => "none");
  // @ts-expect-error the schema has no such member
  setCursor({ y: 1 });
  // @ts-expect-error a topic is a text
  setText(1);
  setText((current) => current.trim());
  // @ts-expect-error numbers are asked for
  mutate({ peerId, payload: "x" });
  return `${values.a?.value} ${error?.code} ${isPending}`;
}

export const app: ReactNode = (
  <SwarmProvider swarm={swarm}>
    <TextsProvider texts={german}>
      <SwarmGate remember={false} storageKey="own" headingLevel={3}>
        <ConnectionPanel className="own" />
        <PeersPanel title="Everyone" />
        <BandwidthPanel />
        <OwnPanel />
        <MessageStatsPanel />
        <ActivityPanel />
        <SwarmDashboard />
      </SwarmGate>
    </TextsProvider>
  </SwarmProvider>
);

export const mocked: ReactNode = (
  <MockSwarmProvider peers={2} status="joined" onReady={({ swarm: inside }) => void inside.leave()}>
    <PeersPanel />
  </MockSwarmProvider>
);

export const own: ReactNode = (
  <SwarmProvider options={{ room: "lobby", name: "Ada", capabilities: ["draw"] }}>
    <PeersPanel />
  </SwarmProvider>
);

export const wrong: ReactNode = (
  <>
    {/* @ts-expect-error a provider provides a swarm */}
    <SwarmProvider />
    {/* @ts-expect-error of whom would the room be? */}
    <SwarmProvider swarm={swarm} options={{ room: "lobby" }} />
    {/* @ts-expect-error options are those of createSwarm */}
    <SwarmProvider options={{ rooms: "lobby" }} />
    {/* @ts-expect-error the title of a page is the page's */}
    <PeersPanel headingLevel={1} />
    {/* @ts-expect-error panels take their data from the swarm */}
    <BandwidthPanel peers={[]} />
  </>
);
