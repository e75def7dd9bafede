import { act, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { type Swarm, SwarmError, type SwarmOptions } from "peerswarm";
import { SwarmGate } from "peerswarm/components";
import { SwarmProvider, usePeers, useSwarm, useSwarmSelector } from "peerswarm/react";
import { type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import { Component, type ReactNode, StrictMode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { expectNothingLeft, statusOf } from "../node/core/support.js";
import { settle, together, turn } from "./support.js";

beforeEach(() => localStorage.clear());

let seen: Set<Swarm>;
beforeEach(() => {
  seen = new Set();
});

function Inside(): ReactNode {
  seen.add(useSwarm());
  const room = useSwarmSelector(({ signaling }) => signaling.room);
  return <p>{`${usePeers((peers) => peers.length)} others in ${room}`}</p>;
}

/** What the options of an app hold besides the test's network. */
function stage(network: MemoryNetwork) {
  const { transport, runtime } = network.host();
  const base: SwarmOptions = { transport, runtime, identity: "session" };
  const app = (options: SwarmOptions = {}): ReactNode => (
    <StrictMode>
      <SwarmProvider options={{ ...base, ...options }}>
        <SwarmGate>
          <Inside />
        </SwarmGate>
      </SwarmProvider>
    </StrictMode>
  );
  return { app, swarm: () => [...seen].at(-1) as Swarm };
}

const join = (): Promise<void> => userEvent.click(screen.getByRole("button", { name: "Join swarm" }));

/** A room's members as one who was there before sees them. */
const othersOf = (bob: Swarm): number =>
  bob.store.getSnapshot().peers.length + bob.store.getSnapshot().connecting.length;

describe("SwarmProvider with options", () => {
  it("makes one swarm, in StrictMode too, that opens nothing before somebody joins", async () => {
    const network = memoryNetwork();
    const bob = network.swarm();
    await together(network, bob);
    const { app, swarm } = stage(network);
    const { rerender } = render(app());
    await turn(network, 60_000);
    expect(othersOf(bob)).toBe(0);

    await join();
    await turn(network, 5000);
    expect(screen.getByText("1 others in peerswarm-default")).toBeTruthy();
    rerender(app());
    await turn(network, 5000);
    expect([othersOf(bob), seen.size, statusOf(swarm())]).toEqual([1, 1, "joined"]);
  });

  it("stays where StrictMode mounts twice and the visitor is remembered", async () => {
    localStorage.setItem("peerswarm-gate", "joined");
    const network = memoryNetwork();
    const bob = network.swarm();
    await together(network, bob);
    const { app, swarm } = stage(network);
    render(app());
    await turn(network, 5000);
    expect([othersOf(bob), statusOf(swarm())]).toEqual([1, "joined"]);
  });

  it("leaves when it is gone", async () => {
    const network = memoryNetwork();
    const bob = network.swarm();
    await together(network, bob);
    const { app, swarm } = stage(network);
    const { unmount } = render(app());
    await join();
    await turn(network, 5000);
    expect(othersOf(bob)).toBe(1);

    unmount();
    await turn(network, 5000);
    expect([othersOf(bob), statusOf(swarm())]).toEqual([0, "off"]);
    await act(() => bob.leave());
    await settle(network);
    expectNothingLeft(network);
  });

  it("leaves when it is gone while it still joins", async () => {
    const network = memoryNetwork();
    const { app } = stage(network);
    const { unmount } = render(app());
    await join();
    unmount();
    await turn(network, 60_000);
    expectNothingLeft(network);
  });

  it("moves to another room and back, one member all the while", async () => {
    const network = memoryNetwork();
    const [bob, eve] = [network.swarm(), network.swarm({ room: "library" })];
    await together(network, bob);
    await together(network, eve);
    const { app } = stage(network);
    const { rerender } = render(app());
    await join();
    await turn(network, 5000);
    rerender(app({ room: "library" }));
    await turn(network, 5000);
    expect([othersOf(bob), othersOf(eve), seen.size]).toEqual([0, 1, 1]);
    expect(screen.getByText("1 others in library")).toBeTruthy();
    rerender(app());
    await turn(network, 5000);
    expect([othersOf(bob), othersOf(eve), seen.size]).toEqual([1, 0, 1]);
  });

  it("moves with the secret, and away from it", async () => {
    const network = memoryNetwork();
    const bob = network.swarm({ secret: "sesame" });
    await together(network, bob);
    const { app } = stage(network);
    const { rerender } = render(app({ secret: "sesame" }));
    await join();
    await turn(network, 5000);
    expect(bob.store.getSnapshot().peers).toHaveLength(1);
    rerender(app());
    await turn(network, 30_000);
    expect(bob.store.getSnapshot().peers).toHaveLength(0);
  });

  it("announces another name and other capabilities, and nothing for equal ones", async () => {
    const network = memoryNetwork();
    const bob = network.swarm();
    await together(network, bob);
    const { app, swarm } = stage(network);
    const { rerender } = render(app({ name: "Ada", capabilities: ["draw"] }));
    await join();
    await turn(network, 5000);
    const announce = vi.spyOn(swarm(), "announce");
    rerender(app({ name: "Ada", capabilities: ["draw"] }));
    expect(announce).not.toHaveBeenCalled();

    rerender(app({ name: "Countess", capabilities: ["draw", "count"] }));
    await turn(network, 5000);
    const profile = () => bob.store.getSnapshot().peers[0]?.profile;
    expect([profile()?.name, profile()?.capabilities]).toEqual(["Countess", ["draw", "count"]]);
    rerender(app());
    await turn(network, 5000);
    expect([profile()?.name, profile()?.capabilities]).toEqual([undefined, []]);
  });

  it("brings options that cannot be used to the error boundary, at first and later", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const network = memoryNetwork();
    const { app } = stage(network);
    const first = render(<Boundary>{app({ room: "" })}</Boundary>);
    expect(screen.getByText("invalid-option")).toBeTruthy();
    first.unmount();

    for (const wrong of [{ room: "" }, { secret: "" }, { name: "x".repeat(65) }]) {
      const { rerender, unmount } = render(<Boundary>{app()}</Boundary>);
      rerender(<Boundary>{app(wrong)}</Boundary>);
      await settle(network);
      expect(screen.getByText("invalid-option")).toBeTruthy();
      unmount();
    }
  });

  it("begins anew with another key, and leaves with the old one", async () => {
    const network = memoryNetwork();
    const bob = network.swarm();
    await together(network, bob);
    const { transport, runtime } = network.host();
    const app = (heartbeatMs: number): ReactNode => (
      <SwarmProvider key={heartbeatMs} options={{ transport, runtime, identity: "session", heartbeatMs }}>
        <SwarmGate>
          <Inside />
        </SwarmGate>
      </SwarmProvider>
    );
    const { rerender } = render(app(30_000));
    await join();
    await turn(network, 5000);
    rerender(app(10_000));
    await turn(network, 5000);
    expect([othersOf(bob), seen.size]).toEqual([1, 2]);
    expect(screen.getByText("1 others in peerswarm-default")).toBeTruthy();
  });
});

class Boundary extends Component<{ readonly children: ReactNode }> {
  override state: { readonly error?: unknown } = {};
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <p>{error instanceof SwarmError ? error.code : "another"}</p>;
  }
}
