import { memoryNetwork } from "peerswarm/testing";
import { beforeEach, expect, it, vi } from "vitest";
import { gather, leaveNothing, tabs } from "./support.js";

// A page that is offline for a moment: its first try to load the code fails.
const failures = vi.hoisted(() => ({ of: "" }));
const failOnce = (name: string): void => {
  if (failures.of !== name) return;
  failures.of = "";
  throw new Error("offline");
};
vi.mock("../../../src/core/stay.js", async (original) => {
  const stay = await original<typeof import("../../../src/core/stay.js")>();
  return {
    get startStay() {
      failOnce("stay");
      return stay.startStay;
    },
  };
});
vi.mock("../../../src/core/witness/witnessLog.js", async (original) => {
  const log = await original<typeof import("../../../src/core/witness/witnessLog.js")>();
  return {
    get createWitnessLog() {
      failOnce("log");
      return log.createWitnessLog;
    },
  };
});

beforeEach(() => {
  failures.of = "";
});

it.each(["stay", "log"])(
  "a join that lacks its code (%s) says so, and the next one tries again",
  async (part) => {
    const network = memoryNetwork();
    const { swarms } = tabs(network, 2);
    const [ada] = swarms;
    failures.of = part;
    const joining = ada?.join();
    joining?.catch(() => undefined);
    await network.settle();
    await expect(joining).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("offline"),
    });
    expect(ada?.store.getSnapshot().status).toBe("off");
    await gather(network, swarms);
    expect(ada?.store.getSnapshot().peers).toHaveLength(1);
    await leaveNothing(network, swarms);
  },
);

it("a log that was never begun is empty, and says so without a join", async () => {
  const { swarms } = tabs(memoryNetwork(), 1);
  expect(await swarms[0]?.witness.export()).toBe("");
  expect(await swarms[0]?.witness.sessions()).toEqual([]);
});
