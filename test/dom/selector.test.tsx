import { render } from "@testing-library/react";
import { SwarmError } from "peerswarm";
import { useSwarm, useSwarmSelector } from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { listeners, noise, probe, renderStrict, settle, together, turn, within } from "./support.js";

describe("useSwarmSelector", () => {
  it("renders when the selection changes, and for nothing else", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    await together(network, ada, bob);
    const room = probe(ada, () => useSwarmSelector((swarm) => swarm.signaling.room));
    const received = probe(ada, () => useSwarmSelector((swarm) => swarm.stats.total.bytesReceived));
    const before = received.values.length;

    bob.broadcast("noise", noise(1000));
    await turn(network, 1000);
    bob.announce({ name: "Bob" });
    await turn(network, 1000);

    expect(received.values.length).toBeGreaterThan(before);
    expect(room.values).toEqual(["peerswarm-default"]);
  });

  it("keeps the reference of an equal selection, from render to render too", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    await together(network, ada);
    const list = probe(ada, () => useSwarmSelector(({ status, signaling }) => [status, signaling.room]));
    const record = probe(ada, () => useSwarmSelector(({ status }) => ({ status })));
    await turn(network, 2000);
    expect(list.values).toHaveLength(1);
    expect(record.values).toHaveLength(1);
    list.again();
    record.again();
    expect(list.values).toHaveLength(2);
    expect(list.values[1]).toBe(list.values[0]);
    expect(record.values[1]).toBe(record.values[0]);
  });

  it("tells apart what has no entries to compare", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const status = probe(ada, () => useSwarmSelector((swarm) => new Set([swarm.status])));
    await together(network, ada);
    expect([...status.last()]).toEqual(["joined"]);
  });

  it("asks the given equality", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const isSameParity = (a: number, b: number): boolean => a % 2 === b % 2;
    const parity = probe(ada, () => useSwarmSelector((swarm) => swarm.peers.length, isSameParity));
    const [bob, cy] = [network.swarm(), network.swarm()];
    await together(network, ada, bob, cy);
    // It passed 1 on the way or jumped; either way the last equal value before 2 is kept.
    expect(parity.last() % 2).toBe(0);
    expect(ada.store.getSnapshot().peers).toHaveLength(2);
    bob.leave();
    await settle(network);
    await turn(network, 1000);
    expect(parity.last()).toBe(1);
  });

  it("selects anew when the selector does", () => {
    const network = memoryNetwork();
    const ada = network.swarm({ name: "Ada", room: "library" });
    const Line = ({ what }: { readonly what: "room" | "name" }) => (
      <p>{useSwarmSelector((swarm) => (what === "room" ? swarm.signaling.room : swarm.self.profile.name))}</p>
    );
    const { container, rerender } = render(within(ada, <Line what="room" />));
    expect(container.textContent).toBe("library");
    rerender(within(ada, <Line what="name" />));
    expect(container.textContent).toBe("Ada");
  });

  it("follows another swarm when the provider is given one", () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm({ room: "a" }), network.swarm({ room: "b" })];
    const Room = () => <p>{useSwarmSelector((swarm) => swarm.signaling.room)}</p>;
    const { container, rerender } = render(within(ada, <Room />));
    rerender(within(bob, <Room />));
    expect(container.textContent).toBe("b");
    expect([listeners(ada), listeners(bob)]).toEqual([0, 1]);
  });

  it("sees what changed between its render and its subscription", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const Name = () => {
      const swarm = useSwarm();
      const name = useSwarmSelector(({ self }) => self.profile.name);
      if (name !== "changed while rendering") swarm.announce({ name: "changed while rendering" });
      return <p>{name}</p>;
    };
    const { findByText } = render(within(ada, <Name />));
    await findByText("changed while rendering");
  });

  it("subscribes once in StrictMode and lets go when it is gone", () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const Room = () => <p>{useSwarmSelector((swarm) => swarm.signaling.room)}</p>;
    const { unmount } = renderStrict(ada, <Room />);
    expect(listeners(ada)).toBe(1);
    unmount();
    expect(listeners(ada)).toBe(0);
  });
});

describe("useSwarm", () => {
  it("gives the swarm itself and renders for nothing", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const self = probe(ada, useSwarm);
    await together(network, ada);
    await turn(network, 2000);
    expect(self.values).toEqual([ada]);
    expect(listeners(ada)).toBe(0);
  });

  it("says which provider is missing", () => {
    const Lost = () => <p>{useSwarmSelector((swarm) => swarm.status)}</p>;
    let thrown: unknown;
    try {
      renderToString(
        <StrictMode>
          <Lost />
        </StrictMode>,
      );
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SwarmError);
    expect((thrown as SwarmError).message).toContain("There is no <SwarmProvider> above it.");
    expect((thrown as SwarmError).fix).toContain("peerswarm/react");
  });
});
