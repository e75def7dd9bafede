import { render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { Swarm, SwarmOptions } from "peerswarm";
import { createSwarm, defineTask, SwarmError, type Transport } from "peerswarm";
import { ConnectionPanel, SwarmGate } from "peerswarm/components";
import { useTaskQuery } from "peerswarm/react";
import { type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import type { ReactNode } from "react";
import * as v from "valibot";
import { beforeEach, describe, expect, it } from "vitest";
import { statusOf } from "../node/core/support.js";
import { renderStrict, together, turn, within } from "./support.js";

beforeEach(() => localStorage.clear());

const double = defineTask("double", { input: v.number(), output: v.number() });
const inner = <p>inside</p>;
const press = (name: string): Promise<void> => userEvent.click(screen.getByRole("button", { name }));
const isInside = (): boolean => screen.queryByText("inside") !== null;

/** A swarm whose every stay in a room is counted, and whose entering can be made to fail. */
function counted(network: MemoryNetwork, options: SwarmOptions = {}) {
  const host = network.host();
  const log = { stays: 0, failure: undefined as SwarmError | undefined };
  const transport: Transport = {
    name: "counted",
    enter(context) {
      log.stays++;
      const room = host.transport.enter(context);
      return {
        server: room.server,
        connect: (how) => (log.failure === undefined ? room.connect(how) : Promise.reject<void>(log.failure)),
        dial: (peerId, how) => room.dial(peerId, how),
        check: () => room.check(),
        close: () => room.close(),
      };
    },
  };
  const swarm = createSwarm({ identity: "session", ...options, transport, runtime: host.runtime });
  return { swarm, log };
}

function membersOf(network: MemoryNetwork, viewer: Swarm): number {
  expect(network.server.rooms()).toEqual(["peerswarm-default"]);
  return viewer.store.getSnapshot().peers.length + viewer.store.getSnapshot().connecting.length;
}

describe("SwarmGate", () => {
  it("is off by default and says what joining exposes", async () => {
    const network = memoryNetwork();
    const { swarm, log } = counted(network, { capabilities: ["js-sandbox", "local-llm"], room: "library" });
    renderStrict(swarm, <SwarmGate>{inner}</SwarmGate>);
    await turn(network, 60_000);
    expect(isInside()).toBe(false);
    expect(screen.getByText(/“library”/)).toBeTruthy();
    expect(screen.getByText(/Your IP address/)).toBeTruthy();
    expect(screen.getByText(/js-sandbox and local-llm/)).toBeTruthy();
    expect([log.stays, network.server.rooms(), localStorage.length]).toEqual([0, [], 0]);
  });

  it("has called join() before its children ask for what only a member can do", async () => {
    localStorage.setItem("peerswarm-gate", "joined");
    const network = memoryNetwork();
    const bob = network.swarm();
    bob.tasks.handle(double, (number) => number * 2);
    await together(network, bob);
    function Work(): ReactNode {
      const { data, error } = useTaskQuery(double, 21);
      return <output>{error?.code ?? data}</output>;
    }
    const ada = network.swarm();
    const gate = (
      <SwarmGate>
        <Work />
      </SwarmGate>
    );
    // StrictMode would ask a second time.
    render(within(ada, gate));
    await turn(network, 5000);
    expect(document.querySelector("output")?.textContent).toBe("42");
  });

  it("joins once in StrictMode, and leaves no zombie", async () => {
    const network = memoryNetwork();
    const bob = network.swarm();
    const { swarm, log } = counted(network);
    renderStrict(swarm, <SwarmGate>{inner}</SwarmGate>);
    await together(network, bob);
    await press("Join swarm");
    await turn(network, 1000);
    expect(isInside()).toBe(true);
    expect(log.stays).toBe(1);
    expect(membersOf(network, bob)).toBe(1);
    await press("Leave");
    await turn(network, 1000);
    expect(isInside()).toBe(false);
    expect(screen.getByRole("button", { name: "Join swarm" })).toBeTruthy();
    expect(membersOf(network, bob)).toBe(0);
  });

  it("remembers the choice, joins once by itself the next time, and forgets it on Leave", async () => {
    const network = memoryNetwork();
    const first = counted(network);
    const visit = renderStrict(first.swarm, <SwarmGate>{inner}</SwarmGate>);
    await press("Join swarm");
    await turn(network, 1000);
    visit.unmount();

    const left = first.swarm.leave();
    await turn(network, 1000);
    await left;

    const bob = network.swarm();
    const joined = bob.join();
    const second = counted(network);
    const nextVisit = renderStrict(second.swarm, <SwarmGate>{inner}</SwarmGate>);
    await turn(network, 1000);
    await joined;
    expect(isInside()).toBe(true);
    expect(second.log.stays).toBe(1);
    expect(membersOf(network, bob)).toBe(1);
    await press("Leave");
    await turn(network, 1000);
    nextVisit.unmount();

    const third = counted(network);
    renderStrict(third.swarm, <SwarmGate>{inner}</SwarmGate>);
    await turn(network, 1000);
    expect([isInside(), third.log.stays]).toEqual([false, 0]);
  });

  it("keeps apart what is remembered under other keys, and remembers nothing when told so", async () => {
    const network = memoryNetwork();
    const one = counted(network);
    const visit = renderStrict(one.swarm, <SwarmGate storageKey="mine">{inner}</SwarmGate>);
    await press("Join swarm");
    await turn(network, 1000);
    expect(Object.keys(localStorage)).toEqual(["mine"]);
    visit.unmount();

    const two = counted(network);
    const otherVisit = renderStrict(two.swarm, <SwarmGate remember={false}>{inner}</SwarmGate>);
    await press("Join swarm");
    await turn(network, 1000);
    expect([isInside(), two.log.stays, Object.keys(localStorage)]).toEqual([true, 1, ["mine"]]);
    otherVisit.unmount();

    const three = counted(network);
    renderStrict(three.swarm, <SwarmGate remember={false}>{inner}</SwarmGate>);
    expect(isInside()).toBe(false);
  });

  it("stays usable where storage is forbidden", async () => {
    const network = memoryNetwork();
    const { swarm } = counted(network);
    const forbid = (): never => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
    const storage = Object.getOwnPropertyDescriptor(globalThis, "localStorage") as PropertyDescriptor;
    Object.defineProperty(globalThis, "localStorage", { get: forbid, configurable: true });
    try {
      renderStrict(swarm, <SwarmGate>{inner}</SwarmGate>);
      await press("Join swarm");
      await turn(network, 1000);
      expect(isInside()).toBe(true);
    } finally {
      Object.defineProperty(globalThis, "localStorage", storage);
    }
  });

  it("shows why joining failed with the fix, and lets one try again", async () => {
    const network = memoryNetwork();
    const { swarm, log } = counted(network);
    log.failure = new SwarmError("unauthorized", {
      what: "The server refused the token.",
      fix: "Ask for a new one.",
    });
    renderStrict(swarm, <SwarmGate>{inner}</SwarmGate>);
    await press("Join swarm");
    await turn(network, 1000);
    expect(isInside()).toBe(false);
    const alert = screen.getByRole("alert");
    expect(alert.textContent).toContain("The server refused the token.");
    expect(alert.textContent).toContain("Ask for a new one.");
    log.failure = undefined;
    await press("Try again");
    await turn(network, 1000);
    expect([isInside(), statusOf(swarm)]).toEqual([true, "joined"]);
  });

  it("lets a join that failed be taken back", async () => {
    const network = memoryNetwork();
    const { swarm, log } = counted(network);
    log.failure = new SwarmError("room-full", { what: "The room is full." });
    renderStrict(swarm, <SwarmGate>{inner}</SwarmGate>);
    await press("Join swarm");
    await turn(network, 1000);
    await press("Leave");
    await turn(network, 1000);
    expect(screen.getByRole("button", { name: "Join swarm" })).toBeTruthy();
    expect(screen.queryByText("The room is full.")).toBeNull();
    expect(localStorage.length).toBe(0);
  });

  it("keeps its children through a change of the room and after Disconnect", async () => {
    const network = memoryNetwork();
    const { swarm } = counted(network);
    renderStrict(
      swarm,
      <SwarmGate>
        <ConnectionPanel />
        <input aria-label="Draft" />
      </SwarmGate>,
    );
    await press("Join swarm");
    await turn(network, 1000);
    await userEvent.type(screen.getByLabelText("Draft"), "half a sentence");
    const switched = swarm.configureSignaling({ room: "library" });
    await turn(network, 1000);
    await switched;
    expect(screen.getByText("You are in “library”")).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>("Draft").value).toBe("half a sentence");
    await press("Disconnect");
    await turn(network, 1000);
    expect(screen.getByText("Disconnected from “library”")).toBeTruthy();
    await press("Reconnect");
    await turn(network, 1000);
    expect(screen.getByText("You are in “library”")).toBeTruthy();
  });

  it("does not hide what an app has joined by itself", async () => {
    const network = memoryNetwork();
    const { swarm, log } = counted(network);
    await together(network, swarm);
    renderStrict(swarm, <SwarmGate>{inner}</SwarmGate>);
    expect([isInside(), log.stays]).toEqual([true, 1]);
  });
});
