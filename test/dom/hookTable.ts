import { act } from "@testing-library/react";
import { definePresence, defineRequest, defineShared, defineTask, type PeerId } from "peerswarm";
import * as hooks from "peerswarm/react";
import * as v from "valibot";
import { type Part, pass, type Stage } from "./hookStage.js";

/** What happens, while simulated time may pass; `value` is what the hook gave last. */
type Happening<Value> = (stage: Stage, value: () => Value) => unknown;

/** A hook, and for what its component renders. */
export interface HookRow<Value = unknown> {
  /** As it is exported, and for further rows of the same what is special about them. */
  readonly name: string;
  readonly use: (stage: Stage) => Value;
  /** What is there before the component. */
  readonly before?: (stage: Stage) => unknown;
  /** Parts of the snapshot whose change it shows, with one render each. It renders for no other part. */
  readonly shows?: readonly Part[];
  /** What else it shows, and where that takes more than one render, how many at most. */
  readonly happenings?: Readonly<Record<string, Happening<Value> | readonly [Happening<Value>, number]>>;
  /** Changes of parts that it shows, but not of what it is about. */
  readonly ignores?: Readonly<Record<string, Happening<Value>>>;
}

export const load = defineRequest("load", { input: v.null(), output: v.number() });
export const double = defineTask("double", { input: v.number(), output: v.number() });
const cursor = definePresence("cursor", v.object({ x: v.number() }));
const topic = defineShared("topic", v.string());

const bobId = ({ bob }: Stage): PeerId => bob.store.getSnapshot().self.peerId ?? "somebody";

const otherPeer: Happening<unknown> = ({ change }) =>
  change("peers", (peers) => [...peers, { ...peers[0]!, peerId: "other" }]);
const sameAgain =
  <P extends Part>(part: P): Happening<unknown> =>
  ({ change }) =>
    change(part, (value) => structuredClone(value));
function row<Value>(hook: HookRow<Value>): HookRow {
  return hook as HookRow<unknown>;
}

export const hookTable: readonly HookRow[] = [
  row({ name: "useActivity", use: () => hooks.useActivity(), shows: ["activity"] }),
  row({ name: "useActivity, none of it", use: () => hooks.useActivity(0) }),
  row({ name: "useBandwidth", use: () => hooks.useBandwidth(), shows: ["bandwidth"] }),
  row({
    name: "useBandwidth, a selection",
    use: () => hooks.useBandwidth(({ up }) => up > 1_000_000),
    ignores: { "what was not selected": ({ change }) => change("bandwidth", (all) => ({ ...all, up: 7 })) },
  }),
  row({ name: "useBandwidthSeries", use: () => hooks.useBandwidthSeries(), shows: ["bandwidth"] }),
  row({
    name: "useCapabilities",
    use: () => hooks.useCapabilities(),
    shows: ["self", "peers"],
    happenings: {
      "a peer that announces one": ({ change }) =>
        change("peers", ([peer, ...rest]) => [
          { ...peer!, state: "connected", profile: { ...peer!.profile, capabilities: ["chat"] } },
          ...rest,
        ]),
    },
  }),
  row({ name: "useConnectingPeers", use: () => hooks.useConnectingPeers(), shows: ["connecting"] }),
  row({
    name: "useConnectionActions",
    use: () => hooks.useConnectionActions(),
    shows: ["status"],
    happenings: { leaving: ({ change }) => change("status", () => "off") },
    ignores: { "a server that is back": ({ change }) => change("status", () => "joined") },
  }),
  row({
    name: "useConsensus",
    use: () => hooks.useConsensus(),
    shows: ["consensus"],
    // Under way, open with two ballots, decided.
    happenings: {
      "a proposal of its own": [
        async (stage, value) => {
          const stop = stage.bob.consensus.onProposal(() => "yes");
          await act(async () => value().propose.mutate({ kind: "change", subject: "rename", risk: "low" }));
          await pass(stage, 1000);
          stop();
        },
        3,
      ],
    },
  }),
  row({
    name: "useDiagnosis",
    use: () => hooks.useDiagnosis().data?.verdict,
    happenings: {
      "a diagnosis": async (stage) => {
        const options = hooks.diagnosisQueryOptions(stage.swarm, { timeoutMs: 1000 });
        const diagnosing = stage.client.fetchQuery(options);
        await pass(stage, 2000);
        await act(() => diagnosing);
      },
    },
  }),
  row({
    name: "useDiagnosisProgress",
    use: () => hooks.useDiagnosisProgress(),
    happenings: {
      "a check": ({ client, swarm }) =>
        act(async () => void client.setQueryData(hooks.diagnosisProgressQueryOptions(swarm).queryKey, [])),
    },
  }),
  row({ name: "useEvents", use: () => hooks.useEvents(), shows: ["stats"] }),
  row({ name: "useEvents, of a type", use: () => hooks.useEvents({ direction: "sent", type: "other" }) }),
  row({ name: "useKnowledge", use: () => hooks.useKnowledge(), shows: ["knowledge"] }),
  row({
    name: "useKnowledge, a selection",
    use: () => hooks.useKnowledge(({ usedBytes }) => usedBytes),
  }),
  row({
    name: "useKnowledgeQuery",
    use: () => hooks.useKnowledgeQuery("sieve", { scope: "here" }).data,
    happenings: {
      "an artifact that fits": async (stage) => {
        await act(() => stage.swarm.knowledge.put("Marks multiples.", { title: "Prime sieve" }));
        await pass(stage, 1000);
      },
    },
  }),
  row({ name: "useLinkQuality", use: (stage) => hooks.useLinkQuality(bobId(stage)), shows: ["quality"] }),
  row({ name: "useLinkQuality, of another peer", use: () => hooks.useLinkQuality("other") }),
  row({ name: "useMailbox", use: () => hooks.useMailbox(), shows: ["mailbox"] }),
  row({
    name: "useMeshHealth",
    use: () => hooks.useMeshHealth(),
    shows: ["connecting", "attempts"],
    happenings: { "another link": otherPeer },
    ignores: {
      "what a peer says of itself": ({ change }) =>
        change("peers", (peers) => peers.map((peer) => ({ ...peer, roundTripMs: 7 }))),
    },
  }),
  row({ name: "useMessage", use: () => hooks.useMessage("chat", () => undefined) }),
  row({ name: "useNextTry", use: () => hooks.useNextTry(), shows: ["signaling"] }),
  row({ name: "useNow", use: () => hooks.useNow(), shows: ["bandwidth"] }),
  row({
    name: "usePeer",
    use: (stage) => hooks.usePeer(bobId(stage)),
    shows: ["peers"],
    ignores: { "another peer": otherPeer },
  }),
  row({ name: "usePeerBandwidth", use: () => hooks.usePeerBandwidth(), shows: ["bandwidth"] }),
  row({
    name: "usePeers",
    use: () => hooks.usePeers(),
    shows: ["peers"],
    happenings: { "another peer": otherPeer },
  }),
  row({
    name: "usePeers, a selection",
    use: () => hooks.usePeers((peers) => peers.map(({ peerId }) => peerId)),
    happenings: { "another peer": otherPeer },
    ignores: { "the same again": sameAgain("peers") },
  }),
  row({ name: "usePresence", use: () => hooks.usePresence(cursor), shows: ["presence"] }),
  row({
    name: "usePresence, a selection",
    use: () => hooks.usePresence(cursor, ({ peers }) => Object.keys(peers)),
    shows: ["presence"],
    ignores: {
      "what was not selected": ({ change }) =>
        change("presence", (all) => ({ ...all, cursor: { ...all.cursor!, peers: { bob: { x: 2 } } } })),
    },
  }),
  row({ name: "useProposal", use: () => hooks.useProposal("vote"), shows: ["consensus"] }),
  row({ name: "useProposal, another", use: () => hooks.useProposal("other") }),
  row({ name: "useProposals", use: () => hooks.useProposals(), shows: ["consensus"] }),
  row({ name: "useReflections", use: () => hooks.useReflections(), shows: ["knowledge"] }),
  row({
    name: "useRequest",
    use: () => hooks.useRequest(load),
    // Under way, and answered: a mutation tells both.
    happenings: {
      "an answer": [
        async (stage, value) => {
          const stop = stage.bob.handle(load, () => 7);
          await act(async () => value().mutate({ peerId: bobId(stage), payload: null }));
          await pass(stage, 100);
          stop();
        },
        2,
      ],
    },
  }),
  row({ name: "useRequestHandler", use: () => hooks.useRequestHandler(load, () => 7) }),
  row({
    name: "useRequestQuery",
    before: (stage) => stage.bob.handle(load, () => stage.answer),
    use: (stage) => hooks.useRequestQuery({ peerId: bobId(stage), request: load, payload: null }).data,
    happenings: {
      "another answer": async (stage) => {
        stage.answer++;
        act(() => void stage.client.invalidateQueries({ queryKey: hooks.swarmKeys.request("load") }));
        await pass(stage, 100);
      },
    },
  }),
  row({
    name: "useSettings",
    use: () => hooks.useSettings(),
    shows: ["settings"],
    ignores: {
      "another room": ({ change }) => change("signaling", (all) => ({ ...all, room: "library" })),
    },
  }),
  row({
    name: "useSettingsTest",
    use: () => hooks.useSettingsTest(),
    // Under way, and its end.
    happenings: {
      "a test": [
        async (stage, value) => {
          await act(async () => void value().start({ part: "server", change: {} }));
          await pass(stage, 1000);
        },
        2,
      ],
    },
  }),
  row({ name: "useSharedState", use: () => hooks.useSharedState(topic, "nothing"), shows: ["shared"] }),
  row({
    name: "useSharedState, another key",
    use: () => hooks.useSharedState(topic, "nothing", { key: "other" }),
  }),
  row({ name: "useSharedValues", use: () => hooks.useSharedValues(topic), shows: ["shared"] }),
  row({ name: "useSignaling", use: () => hooks.useSignaling(), shows: ["signaling"] }),
  row({ name: "useSignaling, a selection", use: () => hooks.useSignaling(({ room }) => room) }),
  row({ name: "useStats", use: () => hooks.useStats(), shows: ["stats"] }),
  row({ name: "useStats, a selection", use: () => hooks.useStats(({ dropped }) => dropped) }),
  row({ name: "useSwarm", use: () => hooks.useSwarm() }),
  row({ name: "useSwarmQueryClient", use: () => hooks.useSwarmQueryClient() }),
  row({
    name: "useSwarmSelector",
    use: () => hooks.useSwarmSelector(({ status, mailbox }) => ({ status, total: mailbox.total })),
    shows: ["status", "mailbox"],
  }),
  row({ name: "useSwarmStatus", use: () => hooks.useSwarmStatus(), shows: ["status"] }),
  row({
    name: "useTask",
    use: () => hooks.useTask(double),
    // Under way, running, done, and its output.
    happenings: {
      "a task of its own": [
        async (stage, value) => {
          const stop = stage.bob.tasks.handle(double, (number) => 2 * number);
          await pass(stage, 200);
          await act(async () => value().mutate({ input: 4 }));
          await pass(stage, 1000);
          stop();
        },
        4,
      ],
    },
  }),
  row({ name: "useTaskHandler", use: () => hooks.useTaskHandler(double, (number) => 2 * number) }),
  row({
    name: "useTaskQuery",
    before: async (stage) => {
      stage.bob.tasks.handle(double, () => stage.answer);
      await stage.network.advance(200);
    },
    use: () => hooks.useTaskQuery(double, 4).data,
    happenings: {
      "another output": async (stage) => {
        stage.answer++;
        act(() => void stage.client.invalidateQueries({ queryKey: hooks.swarmKeys.task("double") }));
        await pass(stage, 1000);
      },
    },
  }),
  row({ name: "useTasks", use: () => hooks.useTasks(), shows: ["tasks"] }),
  row({ name: "useTasks, a selection", use: () => hooks.useTasks(({ approvals }) => approvals) }),
  row({ name: "useTopology", use: () => hooks.useTopology(), shows: ["topology"] }),
  row({ name: "useTopology, a selection", use: () => hooks.useTopology(({ nodes }) => nodes.length) }),
  row({ name: "useTrafficRows", use: () => hooks.useTrafficRows("type"), shows: ["stats"] }),
  row({ name: "useTrafficRows, another table", use: () => hooks.useTrafficRows("lane") }),
  row({ name: "useTransfer", use: () => hooks.useTransfer("file"), shows: ["transfers"] }),
  row({ name: "useTransfer, another", use: () => hooks.useTransfer("other") }),
  row({ name: "useTransfers", use: () => hooks.useTransfers(), shows: ["transfers"] }),
  row({
    name: "useRoundTrips",
    use: (stage) => hooks.useRoundTrips(bobId(stage)),
    // Measured every two seconds.
    happenings: { "another round trip": (stage) => pass(stage, 2000) },
  }),
  row({ name: "useRoundTrips, of another peer", use: () => hooks.useRoundTrips("other") }),
  row({ name: "useUptime", use: () => hooks.useUptime(), shows: ["signaling"] }),
  row({ name: "useVoter", use: () => hooks.useVoter(() => "yes") }),
  row({
    name: "useWitness",
    use: () => hooks.useWitness(),
    shows: ["witness"],
    ignores: { "the same again": ({ change }) => change("witness", (witness) => ({ ...witness })) },
  }),
];
