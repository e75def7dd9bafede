import { act, render } from "@testing-library/react";
import { defineShared } from "peerswarm";
import { useSharedState, useSharedValues } from "peerswarm/react";
import { memoryNetwork } from "peerswarm/testing";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import * as v from "valibot";
import { describe, expect, expectTypeOf, it } from "vitest";
import { agentOf } from "../node/core/support.js";
import { listeners, probe, renderStrict, settle, together, turn, within } from "./support.js";

const topic = defineShared("topic", v.string());
const counts = defineShared("counts", v.number(), { persist: true });

async function pair() {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm(), network.swarm()];
  await together(network, ada, bob);
  return { network, ada, bob };
}

describe("useSharedState", () => {
  it("is like useState, for everyone", async () => {
    const { network, ada, bob } = await pair();
    const here = probe(ada, () => useSharedState(topic, "none yet"));
    const there = probe(bob, () => useSharedState(topic, "none yet"));
    await settle(network);
    const [value, set, meta] = here.last();
    expectTypeOf(value).toEqualTypeOf<string>();
    expect([value, meta.author, meta.writtenAtMs]).toEqual(["none yet", undefined, undefined]);
    // Nobody has written it: what is shown first is not written.
    expect(ada.share(topic).get()).toBeUndefined();
    await act(async () => set("tea"));
    expect(here.last()[0]).toBe("tea");
    await settle(network);
    // Once at once, and once when it was signed.
    expect(here.values.map(([shown, , { isPending }]) => [shown, isPending])).toEqual([
      ["none yet", false],
      ["tea", true],
      ["tea", false],
    ]);
    expect(there.last()[0]).toBe("tea");
    expect(there.last()[2]).toMatchObject({ author: agentOf(ada), isPending: false, isLoaded: true });
    expect(here.last()[2]).toMatchObject({ author: agentOf(ada), isPending: false });
    expect(here.last()[1]).toBe(set);
    await act(async () => there.last()[2].remove());
    await turn(network, 200);
    expect(here.last()[0]).toBe("none yet");
  });

  it("updates from the present value, the initial one included, twice in one event too", async () => {
    const { network, ada, bob } = await pair();
    bob.share(counts);
    const apples = probe(ada, () => useSharedState(counts, 10, { key: "apples" }));
    const pears = probe(ada, () => useSharedState(counts, undefined, { key: "pears" }));
    await settle(network);
    expectTypeOf(pears.last()[0]).toEqualTypeOf<number | undefined>();
    await act(async () => {
      const [, set] = apples.last();
      set((count) => count + 1);
      set((count) => count + 1);
    });
    await turn(network, 200);
    expect([apples.last()[0], pears.last()[0]]).toEqual([12, undefined]);
    expect(bob.share(counts).get("apples")).toBe(12);
  });

  it("renders when its own value changes, and for nothing else", async () => {
    const { network, ada, bob } = await pair();
    const apples = probe(ada, () => useSharedState(counts, 0, { key: "apples" }));
    const title = probe(ada, () => useSharedState(topic, ""));
    await settle(network);
    // Once for having loaded what was kept.
    expect([apples.values.length, title.values.length]).toEqual([2, 1]);
    for (let index = 0; index < 20; index++) {
      bob.share(counts).set(index, "pears");
      await turn(network, 100);
    }
    await turn(network, 2000);
    expect([apples.values.length, title.values.length]).toEqual([2, 1]);
    bob.share(counts).set(1, "apples");
    await turn(network, 100);
    expect([apples.values.length, title.values.length]).toEqual([3, 1]);
    const [value, set, meta] = apples.last();
    apples.again();
    expect(apples.last()).toEqual([value, set, meta]);
    expect(apples.last()[2]).toBe(meta);
  });

  it("works in StrictMode, lets go when it is gone, and the value stays", async () => {
    const { network, ada } = await pair();
    function Topic() {
      const [text, setText] = useSharedState(topic, "none");
      return (
        <button type="button" onClick={() => setText("tea")}>
          {text}
        </button>
      );
    }
    const { container, unmount } = renderStrict(ada, <Topic />);
    await act(async () => container.querySelector("button")?.click());
    expect(container.textContent).toBe("tea");
    await settle(network);
    unmount();
    expect(listeners(ada)).toBe(0);
    expect(ada.share(topic).get()).toBe("tea");
    const again = render(within(ada, <Topic />));
    expect(again.container.textContent).toBe("tea");
  });

  it("shows the initial value on a server, and reads nothing there", () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    function Line() {
      const [count, , { isLoaded }] = useSharedState(counts, 3);
      return <p>{`${count} ${isLoaded}`}</p>;
    }
    expect(renderToString(<StrictMode>{within(ada, <Line />)}</StrictMode>)).toContain("3 false");
    expect(ada.store.getSnapshot().shared).toEqual({});
  });
});

describe("useSharedValues", () => {
  it("shows all values by key, or what is selected, and renders for that alone", async () => {
    const { network, ada, bob } = await pair();
    const all = probe(ada, () => useSharedValues(counts));
    const size = probe(ada, () => useSharedValues(counts, (values) => Object.keys(values).length));
    await settle(network);
    bob.share(counts).set(1, "a");
    await turn(network, 100);
    bob.share(counts).set(2, "a");
    await turn(network, 100);
    expect(all.last()).toMatchObject({ a: { value: 2, author: agentOf(bob) } });
    expect(size.values).toEqual([0, 1]);
    const before = all.values.length;
    await turn(network, 60_000);
    expect(all.values.length).toBe(before);
  });
});
