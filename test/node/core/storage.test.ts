import { memoryStorage } from "peerswarm";
import { memoryNetwork, type StorageHarness, storageContract } from "peerswarm/testing";
import { describe, expect, it } from "vitest";

describe.each<[string, () => StorageHarness]>([
  ["storage in memory", () => sameOf(memoryStorage())],
  ["a simulated tab's storage", tabsOfOneOrigin],
])("%s keeps the storage's contract", (_, harness) => {
  for (const { name, run } of storageContract) it(name, () => run(harness()));
});

function sameOf(storage: ReturnType<typeof memoryStorage>): StorageHarness {
  return { open: () => storage };
}

function tabsOfOneOrigin(): StorageHarness {
  const network = memoryNetwork();
  const { storage } = network.host();
  return { open: () => network.host("tab", { storage }).runtime.storage };
}

describe("a simulated tab's storage", () => {
  it("outlives the tab, and frees its locks with it", async () => {
    const network = memoryNetwork();
    const tab = network.host("before");
    await tab.runtime.storage.write([{ collection: "a", key: "one", value: 1 }]);
    void tab.runtime.storage.exclusively("lock", () => new Promise(() => undefined));
    let hasAnswered = false;
    void tab.runtime.storage.get("a", "one").then(() => {
      hasAnswered = true;
    });
    tab.crash();
    const next = network.host("after", { storage: tab.storage });
    expect(await next.runtime.storage.get("a", "one")).toBe(1);
    expect(await next.runtime.storage.exclusively("lock", async () => "mine")).toBe("mine");
    expect(hasAnswered, "a tab that crashed hears no answer").toBe(false);
  });

  it("answers a sleeping tab when it wakes", async () => {
    const network = memoryNetwork();
    const tab = network.host();
    let answer: unknown = "none";
    tab.sleep();
    void tab.runtime.storage.get("a", "one").then((value) => {
      answer = value;
    });
    await network.settle();
    expect(answer).toBe("none");
    tab.wake();
    await network.settle();
    expect(answer).toBe(undefined);
  });
});
