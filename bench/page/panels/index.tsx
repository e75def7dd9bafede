import "peerswarm/styles.css";
import { createSwarm, type Swarm } from "peerswarm";
import { PANEL_NAMES, SwarmDashboard } from "peerswarm/components";
import { SwarmProvider } from "peerswarm/react";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { type Crowd, gatherCrowd } from "./crowd.js";
import type { Load } from "./crowdProtocol.js";
import { type Gauges, startGauges } from "./gauges.js";
import { NaiveDashboard } from "./Naive.js";

const ROOM = "bench";
/** What is on the page. `nothing`: a button to click and no swarm; `bare`: the same button beside a swarm. */
export type Surface = "nothing" | "bare" | "five" | "all" | "naive";

export interface PanelsResult extends Gauges {
  readonly messagesPerSecond: number;
}

export interface JoinResult extends Gauges {
  readonly joinSeconds: number;
}

let swarm: Swarm | undefined;
let crowd: Crowd | undefined;
let received = 0;

/** Makes the simulated peers and a swarm that has not met them yet. */
async function prepare(peers: number): Promise<void> {
  crowd = await gatherCrowd(peers, ROOM);
  swarm = createSwarm({ room: ROOM, identity: "session", transport: crowd.transport });
  swarm.on("bench", () => {
    received++;
  });
}

/** Joins; resolves once all peers have proved themselves and said who they are. */
async function join(): Promise<JoinResult> {
  const { store, join: enter } = swarm as Swarm;
  const isThere = (): boolean => {
    const known = store.getSnapshot().peers.filter(({ profile }) => profile.name !== undefined);
    return known.length === crowd?.size;
  };
  const startedAtMs = performance.now();
  const stop = startGauges();
  await enter();
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 50));
  return { ...stop(), joinSeconds: (performance.now() - startedAtMs) / 1000 };
}

function contentOf(surface: Surface): ReactNode {
  if (swarm === undefined || surface === "bare")
    return (
      <button type="button" data-row-control>
        A button
      </button>
    );
  if (surface === "naive") return <NaiveDashboard swarm={swarm} />;
  return (
    <SwarmProvider swarm={swarm}>
      <SwarmDashboard panels={surface === "all" ? PANEL_NAMES : undefined} />
    </SwarmProvider>
  );
}

function mount(surface: Surface): void {
  const container = document.getElementById("root");
  if (container === null) throw new Error("The page has no place for its content.");
  createRoot(container).render(contentOf(surface));
}

/** Where the first row's control is, to be clicked. */
function target(): { x: number; y: number } {
  const control = document.querySelector("[data-row-control]");
  if (control === null) throw new Error("There is nothing to click.");
  control.scrollIntoView({ block: "center" });
  const { x, y, width, height } = control.getBoundingClientRect();
  return { x: x + width / 2, y: y + height / 2 };
}

async function measure(seconds: number): Promise<PanelsResult> {
  const [before, startedAtMs] = [received, performance.now()];
  const stop = startGauges();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const messagesPerSecond = ((received - before) / (performance.now() - startedAtMs)) * 1000;
  return { ...stop(), messagesPerSecond };
}

const panels = {
  prepare,
  join,
  mount,
  target,
  measure,
  speak: (load: Load) => crowd?.speak(load),
  hush: () => crowd?.hush(),
};

declare global {
  interface Window {
    panels: typeof panels;
  }
}

window.panels = panels;
Object.assign(window, { bench: panels });
