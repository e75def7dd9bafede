import type { QueryClient } from "@tanstack/react-query";
import type {
  AgentId,
  ArtifactId,
  Certificate,
  Identity,
  MessageDefinition,
  PeerId,
  PresenceDefinition,
  ProposalSnapshot,
  Reflection,
  RequestDefinition,
  SharedDefinition,
  Swarm,
  TaskDefinition,
  TopologyView,
} from "peerswarm";
import type { TransportHarness } from "peerswarm/testing";
import type { FunctionComponent, ReactNode } from "react";

/*
 * What the examples of docstrings leave to their reader.
 */

interface Range {
  readonly from: number;
  readonly to: number;
}
interface Point {
  readonly x: number;
  readonly y: number;
}

export declare const swarm: Swarm;
export declare const identity: Identity;
export declare const agentId: AgentId;
export declare const destination: AgentId;
export declare const maintainers: readonly AgentId[];
export declare const peerId: PeerId;
export declare const id: ArtifactId;
export declare const certificate: Certificate;
export declare const proposal: ProposalSnapshot;
export declare const reflection: Reflection;
export declare const response: Response;
export declare const queryClient: QueryClient;
export declare const harness: TransportHarness;

export declare const chat: MessageDefinition<{ text: string }, { text: string }>;
export declare const drawing: MessageDefinition<{ strokes: readonly Point[] }, unknown>;
export declare const sum: RequestDefinition<number[], number[], number, number>;
export declare const load: RequestDefinition<null, null, number, number>;
export declare const rename: RequestDefinition<string, string, null, null> & ((name: string) => void);
export declare const primes: TaskDefinition<Range, Range, number[], number[]>;
export declare const cursor: PresenceDefinition<Point, Point>;
export declare const counts: SharedDefinition<number, number>;
export declare const todos: SharedDefinition<{ isDone: boolean }, { isDone: boolean }>;

export declare const text: string;
export declare const file: File;
export declare const input: { readonly files: readonly [File] };
export declare const strokes: readonly Point[];
export declare const readings: readonly number[];
export declare const isPointerInside: boolean;

export declare const Arrow: FunctionComponent<Point>;
export declare const Chat: FunctionComponent;
export declare const App: FunctionComponent;

export declare function draw(topology: TopologyView): void;
export declare function show(...what: unknown[]): void;
export declare function handle(what: unknown): void;
export declare function release(subject: string): void;
export declare function download(what: Blob | string): void;
export declare function addLine(peerId: PeerId, text: string): void;
export declare function writeFile(path: string, text: string): Promise<void>;
export declare function search(
  from: number,
  to: number,
  signal: AbortSignal,
  progress: (fraction: number) => void,
): Promise<number[]>;
export declare function it(name: string, test: () => Promise<void>): void;
export declare function render(ui: ReactNode): void;
export declare const root: { render(ui: ReactNode): void };
export declare const screen: { findByText(text: string): Promise<HTMLElement> };
