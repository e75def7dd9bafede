import type { PeerId, PeerSnapshot, Swarm } from "peerswarm";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { Line, LineChart, XAxis, YAxis } from "recharts";

// A dashboard as one writes it at first: one state in a context, set anew with every message, and components that
// read what they show from it. It shows what the default panels show: who is here, totals, rates, the last messages.
const LAST_MESSAGES = 50;
const SHOWN_SECONDS = 60;

interface Entry {
  readonly id: number;
  readonly peerId: PeerId;
  readonly type: string;
  readonly atMs: number;
}

interface NaiveState {
  readonly received: number;
  readonly last: readonly Entry[];
  readonly byPeer: ReadonlyMap<PeerId, number>;
  /** Messages in each second. */
  readonly seconds: readonly { readonly second: number; readonly messages: number }[];
  readonly peers: readonly PeerSnapshot[];
}

const Context = createContext<NaiveState | undefined>(undefined);

function useNaive(): NaiveState {
  const state = useContext(Context);
  if (state === undefined) throw new Error("There is no NaiveProvider above this component.");
  return state;
}

function withMessage(state: NaiveState, peerId: PeerId, type: string): NaiveState {
  const atMs = Date.now();
  const entry = { id: state.received + 1, peerId, type, atMs };
  const second = Math.floor(atMs / 1000);
  const newest = state.seconds.at(-1);
  const isSame = newest?.second === second;
  return {
    ...state,
    received: state.received + 1,
    last: [...state.last, entry].slice(-LAST_MESSAGES),
    byPeer: new Map(state.byPeer).set(peerId, (state.byPeer.get(peerId) ?? 0) + 1),
    seconds: [
      ...(isSame ? state.seconds.slice(0, -1) : state.seconds),
      { second, messages: (isSame ? newest.messages : 0) + 1 },
    ].slice(-SHOWN_SECONDS),
  };
}

function NaiveProvider({ swarm, children }: { readonly swarm: Swarm; readonly children: ReactNode }) {
  const [state, setState] = useState<NaiveState>(() => ({
    received: 0,
    last: [],
    byPeer: new Map(),
    seconds: [],
    peers: swarm.store.getSnapshot().peers,
  }));
  useEffect(
    () =>
      swarm.on("bench", (_, { from, type }) => setState((before) => withMessage(before, from.peerId, type))),
    [swarm],
  );
  useEffect(
    () =>
      swarm.events.on("peer-updated", () =>
        setState((before) => ({ ...before, peers: swarm.store.getSnapshot().peers })),
      ),
    [swarm],
  );
  return <Context value={state}>{children}</Context>;
}

function Peers(): ReactNode {
  const { peers, byPeer } = useNaive();
  const [chosen, setChosen] = useState<PeerId>();
  return (
    <section>
      <h2>Peers ({peers.length})</h2>
      <ul style={{ height: 400, overflow: "auto" }}>
        {peers.map((peer) => (
          <li key={peer.peerId}>
            <button
              type="button"
              data-row-control
              onClick={() => setChosen((before) => (before === peer.peerId ? undefined : peer.peerId))}
            >
              {peer.profile.name}
            </button>{" "}
            {peer.state}, {peer.roundTripMs?.toFixed(0) ?? "–"} ms, {byPeer.get(peer.peerId) ?? 0} messages
            {chosen === peer.peerId && <p>{peer.agentId}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Messages(): ReactNode {
  const { last, received } = useNaive();
  return (
    <section>
      <h2>{received.toLocaleString()} messages</h2>
      <ol style={{ height: 400, overflow: "auto" }}>
        {last.toReversed().map(({ id, type, peerId, atMs }) => (
          <li key={id}>
            {type} {peerId} {new Date(atMs).toLocaleTimeString()}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Chart(): ReactNode {
  const { seconds } = useNaive();
  return (
    <LineChart width={400} height={172} data={[...seconds]}>
      <XAxis dataKey="second" />
      <YAxis />
      <Line dataKey="messages" dot={false} isAnimationActive={false} />
    </LineChart>
  );
}

/** The contestant: state set per message. */
export function NaiveDashboard({ swarm }: { readonly swarm: Swarm }): ReactNode {
  return (
    <NaiveProvider swarm={swarm}>
      <Peers />
      <Chart />
      <Messages />
    </NaiveProvider>
  );
}
