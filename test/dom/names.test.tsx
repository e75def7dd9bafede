import { act, within as inside, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { defineTask, type Swarm } from "peerswarm";
import { ActivityPanel, BandwidthPanel, TasksPanel, TopologyPanel } from "peerswarm/components";
import { memoryNetwork } from "peerswarm/testing";
import type { ReactNode } from "react";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { agentOf } from "../node/core/support.js";
import { renderStrict, together, turn } from "./support.js";

const echo = defineTask("echo", { input: v.string(), output: v.string() });

/** Ada among two who both call themselves Bob. */
async function twoBobs(panel: ReactNode) {
  const network = memoryNetwork({ latencyMs: 10 });
  const [ada, ...bobs] = [undefined, "Bob", "Bob"].map((name) => network.swarm({ name })) as [
    Swarm,
    Swarm,
    Swarm,
  ];
  renderStrict(ada, panel);
  await together(network, ada, ...bobs);
  await turn(network, 1000);
  return { network, ada, bobs };
}

const region = (): HTMLElement => screen.getByRole("region");
const named = (bob: Swarm): string => `Bob ${agentOf(bob).slice(0, 8)}`;
const textsOf = (selector: string): string =>
  [...region().querySelectorAll(selector)].map(({ textContent }) => textContent).join("\n");

describe("two peers with one name are told apart by the beginning of their identities", () => {
  it("in the rows of the activity, and in the choice of a peer", async () => {
    const { bobs } = await twoBobs(<ActivityPanel />);
    for (const bob of bobs) {
      expect(textsOf("li")).toContain(named(bob));
      expect(inside(region()).getByRole("option", { name: named(bob) })).toBeTruthy();
    }
  });

  it("in the rows of tasks, and among those that were not chosen", async () => {
    const { network, ada, bobs } = await twoBobs(<TasksPanel />);
    for (const bob of bobs) bob.tasks.handle(echo, (text) => text);
    await turn(network, 500);
    await act(() => Promise.all([ada.tasks.delegate(echo, "one"), network.settle()]));
    const chosen = bobs.filter((bob) => textsOf(".ps-task-peer").includes(named(bob)));
    expect(chosen).toHaveLength(1);
    await userEvent.click(inside(region()).getByRole("button", { name: "echo" }));
    const others = bobs.filter((bob) => textsOf("[data-fact=others]").includes(named(bob)));
    expect([...chosen, ...others]).toHaveLength(2);
  });

  it("in the list of who uses the bandwidth", async () => {
    const { network, ada, bobs } = await twoBobs(<BandwidthPanel />);
    ada.broadcast("chat", "hello");
    await userEvent.click(inside(region()).getByText("Who uses it now"));
    await turn(network, 500);
    for (const bob of bobs) expect(textsOf("tbody th")).toContain(named(bob));
  });

  it("in the table of links", async () => {
    const { bobs } = await twoBobs(<TopologyPanel />);
    await userEvent.click(inside(region()).getByRole("radio", { name: "Table" }));
    for (const bob of bobs) expect(textsOf("tbody th")).toContain(`You – ${named(bob)}`);
  });
});
