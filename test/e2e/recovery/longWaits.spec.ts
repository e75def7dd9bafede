import { expect, test } from "../support/lab.js";
import { cutFor } from "./scenarios/cut.js";
import { unansweredDial } from "./scenarios/deadDial.js";
import { freshIceServers } from "./scenarios/freshIceServers.js";
import { frozenTab } from "./scenarios/frozenTab.js";
import { killedPeer } from "./scenarios/killedPeer.js";
import { stockHolderGone } from "./scenarios/stockHolder.js";

// Each of these mostly waits for a time-out of the real world. One after the other they would take minutes,
// so they share one test; each has its own pages, room and server.
test("recoveries that take their time, side by side", async ({ lab }) => {
  test.setTimeout(300_000);
  // Its browser is spoken to from its first moment on, which it does not take well among a dozen others that start.
  const freezable = await lab.openPage({ canFreeze: true });
  const scenarios: Record<string, () => Promise<void>> = {
    "a link cut for 30 s": () => cutFor(lab, { cutMs: 30_000 }),
    "a link cut for 5 s": () => cutFor(lab, { cutMs: 5000 }),
    "a link cut for 30 s, signalling back before it": () =>
      cutFor(lab, { cutMs: 30_000, signalingReturns: "before" }),
    "a link cut for 30 s, signalling back after it": () =>
      cutFor(lab, { cutMs: 30_000, signalingReturns: "after" }),
    "a link cut when its ICE servers have expired": () => freshIceServers(lab),
    "a tab frozen for 20 s": () => frozenTab(lab, freezable),
    "a peer killed": () => killedPeer(lab),
    "a peer that never answers": () => unansweredDial(lab),
    "the first member of a stock server's room leaves": () => stockHolderGone(lab, "leaves"),
    "the first member of a stock server's room is killed": () => stockHolderGone(lab, "is killed"),
  };
  const failures: string[] = [];
  await Promise.all(
    Object.entries(scenarios).map(([name, run]) =>
      test
        .step(name, run)
        .catch((error: unknown) => failures.push(`${name}: ${error instanceof Error ? error.stack : error}`)),
    ),
  );
  expect(failures.join("\n\n")).toBe("");
});
