import type { Cancel } from "../core/clock.js";
import type { Swarm, SwarmOptions, SwarmStatus } from "../core/index.js";
import { manualClock } from "./manualClock.js";
import { type MemoryNetwork, type MemoryNetworkOptions, memoryNetwork } from "./memoryNetwork.js";
import type { MemoryHost } from "./networkCore.js";
import { type ScriptedPeer, scriptedPeer } from "./scriptedPeer.js";

/** What a swarm on a simulated network says of itself. */
export type MockMemberOptions = Omit<SwarmOptions, "transport" | "runtime">;

/** A remote member: a real swarm in a tab that can sleep, crash and lie. */
export interface MockMember {
  readonly host: MemoryHost;
  readonly swarm: Swarm;
}

/** Options of {@link createMockSwarm}. */
export interface MockSwarmOptions {
  /** Options of the swarm that is looked at. */
  readonly swarm?: MockMemberOptions;
  /** How many other members there are, or who they are. Default 3. */
  readonly peers?: number | readonly MockMemberOptions[];
  /**
   * Members beside `peers` that answer and do nothing by themselves; default 0. They cost so little that a
   * thousand fit.
   */
  readonly crowd?: number;
  /** Latency, bandwidth, loss and seed. */
  readonly network?: Omit<MemoryNetworkOptions, "clock">;
  /**
   * Where the swarm stands at the start; default `joined`. `joining` stands still, because the answer of the
   * server never comes; in `reconnecting` the server is down.
   */
  readonly status?: SwarmStatus;
  /** What happens on the network once the members have gathered: talk, sleep, faults. Returns how it ends. */
  readonly script?: (mock: MockSwarm) => Cancel | undefined;
  /** Simulated time that has passed at the start, after `script` began, so that charts are full. Default 0. */
  readonly historyMs?: number;
  /** `false` stops the time at the start; only `advance` turns it then. Default `true`: time runs as it does. */
  readonly isRunning?: boolean;
}

/** One real swarm on a simulated network, among other real swarms. */
export interface MockSwarm {
  /** The swarm that is looked at. */
  readonly swarm: Swarm;
  readonly host: MemoryHost;
  readonly network: MemoryNetwork;
  readonly peers: readonly MockMember[];
  /** Empty until `start()` is done. */
  readonly crowd: readonly ScriptedPeer[];
  /** Brings everyone to where the options say. */
  start(): Promise<void>;
  /** Turns the time by `ms`, letting everything happen that is due on the way. */
  advance(ms: number): Promise<void>;
  /** Everyone leaves, and the time stands still for good. */
  close(): Promise<void>;
}

const ROOM = "lobby";
const DEFAULT_PEERS = 3;
const NAMES = ["Ada", "Ben", "Chloe", "Dev", "Emeka", "Farah", "Grace", "Hana", "Ivo", "Juno"];
const CAPABILITIES = [["chat", "webgpu"], ["chat"], ["chat", "local-llm"], ["chat", "python-execution"]];

// Small enough for a countdown, and seldom enough that an idle swarm costs nothing.
const FRAME_MS = 100;
// A page that was in the background must not catch up with all it missed.
const MAX_FRAME_MS = 1000;
const TURNING_STEP_MS = 20;
// Only a failure takes so long in real time: members find each other in a few messages.
const TURNING_LIMIT_MS = 20_000;

/**
 * Makes a swarm on a simulated network for stories, demos and tests. Nothing happens before `start()`.
 * @example
 * const mock = createMockSwarm({ peers: 2, isRunning: false });
 * await mock.start();
 * mock.peers[0]?.swarm.broadcast("chat", "hello");
 * await mock.advance(10);
 */
export function createMockSwarm(options: MockSwarmOptions = {}): MockSwarm {
  const { status = "joined", script, historyMs = 0, isRunning = true } = options;
  const network = memoryNetwork({ latencyMs: 20, ...options.network, clock: manualClock() });
  const host = network.host("you");
  const room = options.swarm?.room ?? ROOM;
  // A tab lends its name to its swarm, but whether a member has one is the options' to say.
  const swarm = host.swarm({ name: undefined, ...options.swarm, room });
  const peers = membersOf(options.peers).map((member, index): MockMember => {
    const own = network.host(member.name ?? `peer-${index + 1}`);
    return { host: own, swarm: own.swarm({ name: undefined, room, ...member }) };
  });

  let crowd: readonly ScriptedPeer[] = [];
  let endScript: Cancel | undefined;
  let stopRunning: Cancel | undefined;
  let isClosed = false;

  // Time is turned by the frames, by tests and by close(): one at a time.
  let turns: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = turns.then(work);
    turns = turn.catch(() => undefined);
    return turn;
  };
  const advance = (ms: number): Promise<void> => inTurn(() => network.advance(ms));

  const until = async (isSo: () => boolean, what: "gather" | "leave"): Promise<void> => {
    const startedAtMs = performance.now();
    while (!isSo()) {
      if (performance.now() - startedAtMs > TURNING_LIMIT_MS) {
        throw new Error(`The members of the simulated swarm did not ${what}.`);
      }
      await advance(TURNING_STEP_MS);
      // What the platform does on its own, such as Web Locks, takes real time.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };

  // Simulated time must not run ahead of a join: it takes real time to begin.
  const untilBegun = async (): Promise<void> => {
    for (;;) {
      const { status: at, self } = swarm.store.getSnapshot();
      if (isClosed || at !== "joining" || self.peerId !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };

  const enterCrowd = async (count: number): Promise<void> => {
    let hasEntered = false;
    const entering = Promise.all(
      Array.from({ length: count }, (_, index) => {
        const profile = profileOf(peers.length + index);
        return scriptedPeer(network.host(profile.name), {
          room,
          profile: { ...profile, goals: [], region: null, knowledgeHeads: [] },
        });
      }),
    ).finally(() => {
      hasEntered = true;
    });
    await until(() => hasEntered, "gather");
    crowd = await entering;
    // It was closed meanwhile, when there was no crowd to leave.
    if (isClosed) for (const peer of crowd) peer.leave();
  };

  const enter = async (): Promise<void> => {
    await enterCrowd(options.crowd ?? 0);
    if (isClosed) return;
    const members = peers.map((peer) => peer.swarm);
    if (status === "joined" || status === "reconnecting") members.push(swarm);
    // What goes wrong is in the swarm's store as the reason.
    for (const member of members) member.join().catch(() => undefined);
    await until(
      () => isClosed || members.every((member) => hasGathered(member, members.length - 1 + crowd.length)),
      "gather",
    );
    if (isClosed) return;
    // Proven members still tell each other who they are.
    await inTurn(network.settle);
    if (status === "joining") swarm.join().catch(() => undefined);
    if (status === "reconnecting") {
      network.server.stop();
      await until(() => isClosed || swarm.store.getSnapshot().status === status, "gather");
    }
  };

  return {
    swarm,
    host,
    network,
    peers,
    get crowd() {
      return crowd;
    },
    advance,
    async start() {
      await enter();
      if (isClosed) return;
      endScript = script?.(this);
      await untilBegun();
      if (historyMs > 0) await advance(historyMs);
      if (isRunning && status !== "joining" && !isClosed) stopRunning = run(advance);
    },
    async close() {
      isClosed = true;
      endScript?.();
      stopRunning?.();
      host.wake();
      for (const peer of peers) peer.host.wake();
      // A crashed tab has left without a word, and never answers.
      const running: readonly MockMember[] = [{ host, swarm }, ...peers].filter(
        (member) => !member.host.isCrashed,
      );
      let hasLeft = false;
      const leaving = Promise.all(running.map((member) => member.swarm.leave())).then(() => {
        hasLeft = true;
      });
      await until(() => hasLeft, "leave");
      await leaving;
      for (const peer of crowd) peer.leave();
      await inTurn(network.settle);
    },
  };
}

function membersOf(peers: MockSwarmOptions["peers"] = DEFAULT_PEERS): readonly MockMemberOptions[] {
  if (typeof peers !== "number") return peers;
  return Array.from({ length: peers }, (_, index) => profileOf(index));
}

function profileOf(index: number): { readonly name: string; readonly capabilities: readonly string[] } {
  return {
    name: NAMES[index] ?? `Peer ${index + 1}`,
    capabilities: CAPABILITIES[index % CAPABILITIES.length] ?? [],
  };
}

function hasGathered(swarm: Swarm, others: number): boolean {
  const { status, peers } = swarm.store.getSnapshot();
  return status === "joined" && peers.length >= others;
}

/** Turns simulated time as real time goes by. */
function run(advance: (ms: number) => Promise<void>): Cancel {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turnedAtMs = performance.now();
  let isStopped = false;
  const frame = async (): Promise<void> => {
    const nowMs = performance.now();
    const passedMs = Math.min(Math.floor(nowMs - turnedAtMs), MAX_FRAME_MS);
    turnedAtMs = nowMs;
    await advance(passedMs);
    if (!isStopped) timer = setTimeout(frame, FRAME_MS);
  };
  timer = setTimeout(frame, FRAME_MS);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
