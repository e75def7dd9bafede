import { act, render } from "@testing-library/react";
import { definePresence } from "peerswarm";
import { usePresence } from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { idOf } from "../node/core/support.js";
import { listeners, probe, renderStrict, settle, together, turn, within } from "./support.js";

const cursor = definePresence("cursor", v.object({ x: v.number() }));
const typing = definePresence("typing", v.boolean());

async function pair() {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm(), network.swarm()];
  await together(network, ada, bob);
  return { network, ada, bob };
}

describe("usePresence", () => {
  it("shows the others by peer, and them the own state", async () => {
    const { network, ada, bob } = await pair();
    const here = probe(ada, () => usePresence(cursor));
    const there = probe(bob, () => usePresence(cursor));
    await settle(network);
    const [others, setCursor] = here.last();
    expectTypeOf(others).toEqualTypeOf<Readonly<Record<string, { x: number }>>>();
    expect(others).toEqual({});
    await act(async () => setCursor({ x: 1 }));
    await settle(network);
    expect(there.last()[0]).toEqual({ [idOf(ada)]: { x: 1 } });
    expect(here.last()[0]).toBe(others);
    expect(here.last()[1]).toBe(setCursor);
  });

  it("renders for what was selected only, once per frame", async () => {
    const { network, ada, bob } = await pair();
    const all = probe(ada, () => usePresence(cursor)[0]);
    const count = probe(ada, () => usePresence(cursor, ({ peers }) => Object.keys(peers).length)[0]);
    const other = probe(ada, () => usePresence(typing)[0]);
    const own = probe(ada, () => usePresence(cursor, (view) => view.own)[0]);
    await settle(network);
    const before = all.values.length;
    for (let x = 0; x < 100; x++) {
      bob.presence(cursor).set({ x });
      await turn(network, 10);
    }
    await turn(network, 1000);
    expect(all.last()).toEqual({ [idOf(bob)]: { x: 99 } });
    // 20 datagrams a second and the last word.
    expect(all.values.length - before).toBeLessThanOrEqual(23);
    expect(all.values.length - before).toBeGreaterThan(10);
    expect(count.values).toEqual([0, 1]);
    expect(other.values).toHaveLength(1);
    expect(own.values).toEqual([undefined]);
  });

  it("takes back what it has shown when it is gone, and only that", async () => {
    const { network, ada, bob } = await pair();
    bob.presence(typing);
    let show = (_: boolean): void => undefined;
    function Typing() {
      show = usePresence(typing)[1];
      return null;
    }
    const { unmount } = renderStrict(ada, <Typing />);
    await act(async () => show(true));
    await settle(network);
    expect(bob.presence(typing).view.peers).toEqual({ [idOf(ada)]: true });
    unmount();
    await turn(network, 1000);
    expect(bob.presence(typing).view.peers).toEqual({});
    const second = renderStrict(ada, <Typing />);
    await act(async () => show(true));
    await act(async () => ada.presence(typing).set(false));
    second.unmount();
    await turn(network, 1000);
    expect(bob.presence(typing).view.peers).toEqual({ [idOf(ada)]: false });
    expect(listeners(ada)).toBe(0);
  });

  it("shows nobody on a server, and asks nobody", () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const Cursors = () => <p>{Object.keys(usePresence(cursor)[0]).length} cursors</p>;
    expect(renderToString(<StrictMode>{within(ada, <Cursors />)}</StrictMode>)).toContain("0");
    expect(ada.store.getSnapshot().presence).toEqual({});
    expect(network.pendingTimers).toBe(0);
    const { container } = render(within(ada, <Cursors />));
    expect(container.textContent).toBe("0 cursors");
  });
});
