import "peerswarm/styles.css";
import { SwarmDashboard } from "peerswarm/components";
import { SwarmProvider } from "peerswarm/react";
import { createMockSwarm, type MockSwarm } from "peerswarm/testing";
import { Profiler } from "react";
import { createRoot } from "react-dom/client";

const PEERS = 1000;
const MESSAGES_PER_SECOND = 10_000;
// A hundred peers speak at a time, so that messages come evenly over the second.
const TURNS_PER_SECOND = 10;

export interface PanelsResult {
  readonly messagesPerSecond: number;
  readonly framesPerSecond: number;
  readonly longestFrameMs: number;
  /** Time that React worked, in each second. */
  readonly reactMsPerSecond: number;
  readonly rendersPerSecond: number;
}

let mock: MockSwarm | undefined;
let received = 0;
let reactMs = 0;
let renders = 0;

/** A thousand scripted peers of real keys and signatures, in this very page. */
async function gather(): Promise<void> {
  mock = createMockSwarm({ peers: 0, crowd: PEERS, network: { latencyMs: 1 } });
  await mock.start();
  mock.swarm.on("bench", () => {
    received++;
  });
}

function mount(): void {
  const container = document.getElementById("root");
  if (container === null || mock === undefined) throw new Error("There is no swarm to look at.");
  createRoot(container).render(
    <Profiler
      id="dashboard"
      onRender={(_, __, actualDuration) => {
        reactMs += actualDuration;
        renders++;
      }}
    >
      <SwarmProvider swarm={mock.swarm}>
        <SwarmDashboard />
      </SwarmProvider>
    </Profiler>,
  );
}

/** Lets everyone speak for `seconds`, and counts what comes and what is drawn meanwhile. */
async function measure(seconds: number): Promise<PanelsResult> {
  const crowd = mock?.crowd ?? [];
  const perTurn = PEERS / TURNS_PER_SECOND;
  const perPeer = MESSAGES_PER_SECOND / TURNS_PER_SECOND / perTurn;
  let turn = 0;
  const timer = setInterval(() => {
    for (const peer of crowd.slice(turn * perTurn, (turn + 1) * perTurn))
      for (let n = 0; n < perPeer; n++) peer.broadcast("bench", { n, text: "as small as they are" });
    turn = (turn + 1) % TURNS_PER_SECOND;
  }, 1000 / TURNS_PER_SECOND);
  // What is under way at the beginning and at the end evens out.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  received = 0;
  reactMs = 0;
  renders = 0;
  const startedAt = performance.now();
  let frames = 0;
  let last = startedAt;
  let longestFrameMs = 0;
  await new Promise<void>((resolve) => {
    const frame = (): void => {
      const now = performance.now();
      frames++;
      longestFrameMs = Math.max(longestFrameMs, now - last);
      last = now;
      if (now - startedAt > seconds * 1000) resolve();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  clearInterval(timer);
  const elapsed = (performance.now() - startedAt) / 1000;
  return {
    messagesPerSecond: received / elapsed,
    framesPerSecond: frames / elapsed,
    longestFrameMs,
    reactMsPerSecond: reactMs / elapsed,
    rendersPerSecond: renders / elapsed,
  };
}

const panels = { gather, mount, measure };

declare global {
  interface Window {
    panels: typeof panels;
  }
}

window.panels = panels;
Object.assign(window, { bench: panels });
