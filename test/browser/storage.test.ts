import { indexedDbStorage } from "peerswarm";
import { storageContract } from "peerswarm/testing";
import { describe, expect, it } from "vitest";

let databases = 0;
const freshName = (): string => `storage-test-${++databases}`;

describe("storage in IndexedDB keeps the storage's contract", () => {
  for (const { name, run } of storageContract) {
    it(name, async () => {
      const database = freshName();
      // Web Locks are the origin's, whatever the database.
      await run({ open: () => indexedDbStorage(database) });
    });
  }

  it("keeps keys that cannot be exported usable", async () => {
    const storage = indexedDbStorage(freshName());
    const pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
    await storage.write([{ collection: "keys", key: "mine", value: pair.privateKey }]);
    const kept = (await storage.get("keys", "mine")) as CryptoKey;
    expect(kept.extractable).toBe(false);
    const message = Uint8Array.of(1, 2, 3);
    const signature = await crypto.subtle.sign("Ed25519", kept, message);
    expect(await crypto.subtle.verify("Ed25519", pair.publicKey, signature, message)).toBe(true);
  });
});
