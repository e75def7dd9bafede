import { createSwarm, defineMessage, type PeerSnapshot, type Swarm, type SwarmStatus } from "peerswarm";
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

export const wrong: ReactNode = (
  <>
    {/* @ts-expect-error a provider provides a swarm */}
    <SwarmProvider />
    {/* @ts-expect-error the title of a page is the page's */}
    <PeersPanel headingLevel={1} />
    {/* @ts-expect-error panels take their data from the swarm */}
    <BandwidthPanel peers={[]} />
  </>
);
