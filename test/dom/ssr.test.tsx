// @vitest-environment node

import { defineRequest, defineTask } from "peerswarm";
import * as components from "peerswarm/components";
import { ConsensusPanel, KnowledgePanel, SwarmDashboard, SwarmGate, TasksPanel } from "peerswarm/components";
import { SwarmDevtools } from "peerswarm/devtools";
import {
  SwarmProvider,
  useCapabilities,
  useConsensus,
  useRequest,
  useRequestQuery,
  useTask,
  useTaskHandler,
  useTaskQuery,
  useVoter,
} from "peerswarm/react";
import { createMockSwarm, memoryNetwork } from "peerswarm/testing";
import { type ComponentType, createElement, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { createStage } from "./hookStage.js";
import { hookTable } from "./hookTable.js";

it("renders every panel on a server, without side effects", () => {
  expect(typeof document).toBe("undefined");
  const network = memoryNetwork();
  const swarm = network.swarm({ room: "library" });
  const resources = process.getActiveResourcesInfo().length;
  const html = renderToString(
    <StrictMode>
      <SwarmProvider swarm={swarm}>
        <SwarmDashboard />
        <TasksPanel />
        <ConsensusPanel />
        <KnowledgePanel />
        <SwarmGate>not yet</SwarmGate>
      </SwarmProvider>
    </StrictMode>,
  );
  for (const title of [
    "Connection",
    "Peers",
    "Bandwidth",
    "Activity",
    "Message statistics",
    "Tasks",
    "Consensus",
    "Knowledge",
    "Join swarm",
    "library",
  ]) {
    expect(html).toContain(title);
  }
  expect(html).not.toContain("not yet");
  expect(swarm.store.getSnapshot().status).toBe("off");
  expect(swarm.store).toMatchObject({ listenerCount: 0 });
  expect([network.pendingTimers, network.server.rooms()]).toEqual([0, []]);
  expect(process.getActiveResourcesInfo()).toHaveLength(resources);
});

it("renders hooks that ask on a server, where they ask nothing", () => {
  const network = memoryNetwork();
  const swarm = network.swarm();
  const load = defineRequest("load", { input: v.null(), output: v.string() });
  const resources = process.getActiveResourcesInfo().length;
  function Asking() {
    const { status, fetchStatus } = useRequestQuery({ peerId: "somebody", request: load, payload: null });
    return `${useRequest(load).status} ${status} ${fetchStatus}`;
  }
  const html = renderToString(
    <SwarmProvider swarm={swarm}>
      <Asking />
    </SwarmProvider>,
  );
  expect(html).toContain("idle pending");
  expect(network.pendingTimers).toBe(0);
  expect(process.getActiveResourcesInfo()).toHaveLength(resources);
});

it("renders hooks of tasks and votes on a server, where nothing is delegated, done or voted on", () => {
  const network = memoryNetwork();
  const swarm = network.swarm({ capabilities: ["chat"] });
  const echo = defineTask("echo", { input: v.string(), output: v.string() });
  const resources = process.getActiveResourcesInfo().length;
  function Working() {
    useTaskHandler(echo, (text) => text);
    useVoter(() => "yes");
    const { status, task, output } = useTask(echo);
    const asked = useTaskQuery(echo, "hello").status;
    const { proposals, propose } = useConsensus();
    const capabilities = Object.keys(useCapabilities());
    return JSON.stringify([
      status,
      task ?? null,
      output.stdout,
      asked,
      proposals,
      propose.status,
      capabilities,
    ]);
  }
  const html = renderToString(
    <SwarmProvider swarm={swarm}>
      <Working />
    </SwarmProvider>,
  );
  expect(JSON.parse(html.replaceAll("&quot;", '"'))).toEqual(["idle", null, "", "pending", [], "idle", []]);
  expect(swarm.store.getSnapshot().self.profile.capabilities).toEqual(["chat"]);
  expect(network.pendingTimers).toBe(0);
  expect(process.getActiveResourcesInfo()).toHaveLength(resources);
});

describe("markup of a server has no inline style, which a strict content policy would block", async () => {
  const alone = memoryNetwork().swarm();
  // Enough members for long lists, and something to show in most panels.
  const busy = createMockSwarm({ peers: 2, crowd: 80, isRunning: false });
  await busy.start();
  busy.swarm.broadcast("chat", "hello");
  const proposal = {
    kind: "rename",
    subject: "Rename the room",
    risk: "low",
    rule: { kind: "majority" },
  } as const;
  void busy.swarm.consensus.propose(proposal);
  await busy.advance(3000);
  const swarms = { alone, "in a crowd": busy.swarm };
  const panels = Object.entries({ ...components, SwarmDevtools }).filter(([name]) =>
    /[a-z]Panel$|^Swarm/.test(name),
  );

  it.each(panels)("%s", (_, panel) => {
    for (const [where, swarm] of Object.entries(swarms)) {
      const html = renderToString(
        <SwarmProvider swarm={swarm}>{createElement(panel as ComponentType)}</SwarmProvider>,
      );
      expect([where, html.match(/<[^>]* style=[^>]*>|<style/g)]).toEqual([where, null]);
    }
  });

  it("of panels that have much to show", () => {
    const { peers, consensus, activity } = busy.swarm.store.getSnapshot();
    expect(peers).toHaveLength(82);
    expect(consensus.proposals).toHaveLength(1);
    expect(activity.length).toBeGreaterThan(0);
  });
});

it.each(hookTable)("renders on a server without a trace: $name", (row) => {
  const stage = createStage();
  const resources = process.getActiveResourcesInfo().length;
  const Caller = () => {
    row.use(stage);
    return "rendered";
  };
  const html = renderToString(
    <SwarmProvider swarm={stage.swarm}>
      <Caller />
    </SwarmProvider>,
  );
  expect(html).toBe("rendered");
  expect([stage.listenerCount, stage.network.pendingTimers]).toEqual([0, 0]);
  expect(stage.swarm.store.getSnapshot().status).toBe("off");
  expect(process.getActiveResourcesInfo()).toHaveLength(resources);
});
