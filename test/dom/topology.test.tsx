import { render } from "@testing-library/react";
import type { Swarm, TopologyLink, TopologyView } from "peerswarm";
import { useTopology } from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, expectTypeOf, it } from "vitest";
import { idOf } from "../node/core/support.js";
import { listeners, probe, renderStrict, settle, together, turn, within } from "./support.js";

async function trio() {
  const network = memoryNetwork();
  const swarms = [network.swarm({ name: "Ada" }), network.swarm({ name: "Bob" }), network.swarm()];
  const [ada, bob, cyn] = swarms as [Swarm, Swarm, Swarm];
  await together(network, ada, bob, cyn);
  return { network, ada, bob, cyn };
}

const sentBy = (swarm: Swarm): number => swarm.getStats().byType["swarm/topology-watch"]?.messagesSent ?? 0;

describe("useTopology", () => {
  it("shows the mesh, links between others included", async () => {
    const { network, ada, bob, cyn } = await trio();
    const mesh = probe(ada, () => useTopology());
    expectTypeOf(mesh.last()).toEqualTypeOf<TopologyView>();
    await turn(network, 5000);
    expect(mesh.last().nodes).toHaveLength(3);
    const between = mesh
      .last()
      .links.find(({ a, b }) => [a, b].sort().join() === [idOf(bob), idOf(cyn)].sort().join());
    expect(between?.standing).toBe("confirmed");
  });

  it("renders for what was selected only", async () => {
    const { network, ada, bob } = await trio();
    const count = probe(ada, () => useTopology(({ nodes }) => nodes.length));
    const all = probe(ada, () => useTopology(({ links }) => links));
    const names = probe(ada, () => useTopology(({ nodes }) => nodes.map(({ name }) => name)));
    expectTypeOf(count.last()).toEqualTypeOf<number>();
    expectTypeOf(all.last()).toEqualTypeOf<readonly TopologyLink[]>();
    await turn(network, 5000);
    expect(count.values).toEqual([0, 3]);
    const [rendered, named] = [all.values.length, names.values.length];
    await turn(network, 20_000);
    bob.announce({ name: "Bobby" });
    await turn(network, 2000);
    expect(all.values.length).toBe(rendered);
    expect(names.values.length).toBe(named + 1);
    expect(count.values).toEqual([0, 3]);
  });

  it("asks while it is mounted, once though mounted twice, and lets go", async () => {
    const { network, ada } = await trio();
    const Count = () => <p>{useTopology(({ nodes }) => nodes.length)} members</p>;
    const { container, unmount } = renderStrict(
      ada,
      <>
        <Count />
        <Count />
      </>,
    );
    await turn(network, 2000);
    expect(container.textContent).toBe("3 members3 members");
    expect(sentBy(ada)).toBe(2);
    unmount();
    await settle(network);
    expect(sentBy(ada)).toBe(4);
    expect(ada.store.getSnapshot().topology.nodes).toEqual([]);
    expect(listeners(ada)).toBe(0);
  });

  it("shows nothing on a server, and asks nobody", () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const Count = () => <p>{useTopology(({ nodes }) => nodes.length)} members</p>;
    expect(renderToString(<StrictMode>{within(ada, <Count />)}</StrictMode>)).toContain("0");
    expect(network.pendingTimers).toBe(0);
    const { container } = render(within(ada, <Count />));
    expect(container.textContent).toBe("0 members");
  });
});
