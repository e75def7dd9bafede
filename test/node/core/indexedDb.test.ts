import "fake-indexeddb/auto";
import { deleteDB } from "idb";
import { indexedDbStorage } from "peerswarm";
import { describe, expect, it } from "vitest";

describe("storage in IndexedDB", () => {
  it("goes on, empty, after somebody else has deleted its database", async () => {
    const storage = indexedDbStorage("deleted-meanwhile");
    await storage.write([{ collection: "a", key: "one", value: 1 }]);
    await deleteDB("deleted-meanwhile");
    expect(await storage.get("a", "one")).toBeUndefined();
    await storage.write([{ collection: "a", key: "two", value: 2 }]);
    expect(await storage.entries("a")).toEqual([["two", 2]]);
  });
});
