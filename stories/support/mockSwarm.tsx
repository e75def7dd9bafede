import type { Decorator, Preview } from "@storybook/react-vite";
import type { MockSwarm, MockSwarmOptions } from "peerswarm/testing";
import { MockSwarmProvider } from "peerswarm/testing/react";
import { type ReactNode, useEffect, useState } from "react";
import { waitFor } from "storybook/test";
import { type Lie, lie } from "./liar.js";

/**
 * What the toolbar changes about a story's network; `story` leaves it as the story made it. Numbers have a unit,
 * because a bare one comes back from Storybook's address as a number, which the toolbar does not know.
 */
interface NetworkGlobals {
  readonly peers: string;
  readonly latency: string;
  readonly loss: string;
  readonly partition: string;
  readonly liar: Lie;
}

export const mockInitialGlobals: NetworkGlobals = {
  peers: "story",
  latency: "story",
  loss: "story",
  partition: "none",
  liar: "none",
};

export const mockGlobals: NonNullable<Preview["globalTypes"]> = {
  peers: toolbar("Peers", "users", "Number of remote members; a change begins the story anew", [
    ["story", "as the story has it"],
    ...["0", "1", "5", "20", "200", "1000"].map((count): [string, string] => [`${count}-peers`, count]),
  ]),
  latency: toolbar("Latency", "timer", "One-way delay of signalling and data", [
    ["story", "as the story has it"],
    ...["1", "50", "300", "1500"].map((ms): [string, string] => [`${ms}-ms`, `${ms} ms`]),
  ]),
  loss: toolbar("Loss", "lightningoff", "Share of datagrams that never arrive", [
    ["story", "as the story has it"],
    ...["0", "10", "50"].map((percent): [string, string] => [`${percent}-percent`, `${percent} %`]),
  ]),
  partition: toolbar("Partition", "unlink", "Cuts the data paths to some of the members", [
    ["none", "none"],
    ["half", "half of the members"],
    ["all", "all members"],
  ]),
  liar: toolbar("First member", "alert", "Whether the first member is honest", [
    ["none", "honest"],
    ["forges", "changes what it signed"],
    ["floods", "sends too much"],
    ["nonsense", "says what nobody asked for"],
  ]),
};

type ToolbarIcon = "users" | "timer" | "lightningoff" | "unlink" | "alert";

function toolbar(
  title: string,
  icon: ToolbarIcon,
  description: string,
  items: readonly (readonly [value: string, text: string])[],
) {
  return {
    description,
    toolbar: {
      icon,
      dynamicTitle: true,
      items: items.map(([value, text]) => ({ value, title: `${title}: ${text}` })),
    },
  };
}

/**
 * Parameters of a story that say on which network its swarm lives. In a file's meta spread them into a literal,
 * `parameters: { ...onNetwork(…) }`: Storybook adds the description there, and replaces anything else.
 */
export function onNetwork(options: MockSwarmOptions): { readonly mock: MockSwarmOptions } {
  return { mock: options };
}

/** Parameters of a story that has no simulated swarm around it. */
export const withoutNetwork = { mock: false } as const;

const mocks = new WeakMap<HTMLElement, MockSwarm>();

/** The simulated network of a story, once its members have gathered. */
export function mockOf(canvasElement: HTMLElement): Promise<MockSwarm> {
  return waitFor(() => {
    const mock = mocks.get(canvasElement);
    if (mock === undefined) throw new Error("The members of the simulated swarm have not gathered.");
    return mock;
  });
}

/** Puts a real swarm on a simulated network around every story; it ends when the story is unmounted. */
export const withMockSwarm: Decorator = (Story, { parameters, globals, canvasElement }) => {
  if (parameters.mock === withoutNetwork.mock) return <Story />;
  const network = globals as unknown as NetworkGlobals;
  const options: MockSwarmOptions = parameters.mock ?? {};
  return (
    <Scene
      key={network.peers}
      options={network.peers === "story" ? options : withPeers(options, Number.parseInt(network.peers, 10))}
      network={network}
      onReady={(mock) => mocks.set(canvasElement, mock)}
    >
      <Story />
    </Scene>
  );
};

// Real swarms are all linked with one another: more of them than this would keep a page busy with themselves.
const MOST_SWARMS = 20;

/** The same story among so many members. */
export function withPeers(options: MockSwarmOptions, count: number): MockSwarmOptions {
  if (count <= MOST_SWARMS) return { ...options, peers: count, crowd: 0 };
  return { ...options, peers: 0, crowd: count };
}

interface SceneProps {
  readonly options: MockSwarmOptions;
  readonly network: NetworkGlobals;
  readonly onReady: (mock: MockSwarm) => void;
  readonly children: ReactNode;
}

function Scene({ options, network, onReady, children }: SceneProps): ReactNode {
  const [mock, setMock] = useState<MockSwarm>();
  useBehaviour(mock, "latencyMs", network.latency);
  useBehaviour(mock, "datagramLoss", network.loss);
  usePartition(mock, network.partition);
  useLiar(mock, network.liar);
  const ready = (made: MockSwarm): void => {
    setMock(made);
    onReady(made);
  };
  return (
    <MockSwarmProvider {...options} onReady={ready}>
      {children}
    </MockSwarmProvider>
  );
}

function useBehaviour(mock: MockSwarm | undefined, name: "latencyMs" | "datagramLoss", chosen: string): void {
  useEffect(() => {
    if (mock === undefined || chosen === "story") return;
    const { behaviour } = mock.network;
    const before = behaviour[name];
    const number = Number.parseInt(chosen, 10);
    behaviour[name] = name === "datagramLoss" ? number / 100 : number;
    return () => {
      behaviour[name] = before;
    };
  }, [mock, name, chosen]);
}

function usePartition(mock: MockSwarm | undefined, chosen: string): void {
  useEffect(() => {
    if (mock === undefined || chosen === "none") return;
    const hosts = [...mock.peers, ...mock.crowd].map((peer) => peer.host);
    const reachable = chosen === "half" ? hosts.slice(0, Math.floor(hosts.length / 2)) : [];
    mock.network.partition([mock.host, ...reachable], hosts.slice(reachable.length));
    return () => mock.network.heal();
  }, [mock, chosen]);
}

function useLiar(mock: MockSwarm | undefined, how: Lie): void {
  useEffect(() => (mock === undefined ? undefined : lie(mock, how)), [mock, how]);
}
