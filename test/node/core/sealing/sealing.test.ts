import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import fc from "fast-check";
import { createIdentity, importIdentity, platformRuntime, SwarmError } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { beforeEach, describe, expect, it } from "vitest";
import type { Bytes } from "../../../../src/core/bytes.js";
import { ed25519Implementations, platformEd25519 } from "../../../../src/core/identity/ed25519.js";
import { resolveIdentity } from "../../../../src/core/identity/identity.js";
import { readStoredIdentity, storeIdentityOnce } from "../../../../src/core/identity/identityStore.js";
import { MAX_KEPT_KEYS, startKeyRing } from "../../../../src/core/sealing/keyRing.js";
import { SEALING_BYTES, type SealingContext, seal, unseal } from "../../../../src/core/sealing/seal.js";
import { agentOf, gather, leaveNothing, tabs } from "../support.js";

const [ada, bob] = [await createIdentity(), await createIdentity()];
const context: SealingContext = {
  purpose: "letter",
  room: "lobby",
  from: ada.agentId,
  to: bob.agentId,
  id: "7",
  openFields: ["note", 1],
};
const text = new TextEncoder().encode("for your eyes only") as Bytes;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe("a sealed text", () => {
  it("is opened by its receiver, and only by it", async () => {
    const sealed = await seal(text, bob.sealingKey.publicKey, context, platformRuntime);
    expect(sealed).toHaveLength(text.length + SEALING_BYTES);
    expect(await unseal(sealed, bob.sealingKey, context, platformRuntime)).toEqual(text);
    expect(await unseal(sealed, ada.sealingKey, context, platformRuntime)).toBeUndefined();
  });

  it("opens nowhere but where it belongs", async () => {
    const sealed = await seal(text, bob.sealingKey.publicKey, context, platformRuntime);
    const elsewhere: Partial<SealingContext>[] = [
      { purpose: "message" },
      { room: "hall" },
      { from: bob.agentId },
      { to: ada.agentId },
      { id: "8" },
      { openFields: ["note", 2] },
      { openFields: ["note"] },
    ];
    for (const change of elsewhere) {
      expect(
        await unseal(sealed, bob.sealingKey, { ...context, ...change }, platformRuntime),
      ).toBeUndefined();
    }
  });

  it("of which anything is missing opens to nothing", async () => {
    const sealed = await seal(text, bob.sealingKey.publicKey, context, platformRuntime);
    for (let length = 0; length < sealed.length; length++) {
      expect(await unseal(sealed.slice(0, length), bob.sealingKey, context, platformRuntime)).toBeUndefined();
    }
  });

  it("looks different each time", async () => {
    const seals = await Promise.all(
      Array.from({ length: 5 }, () => seal(text, bob.sealingKey.publicKey, context, platformRuntime)),
    );
    expect(new Set(seals.map(String)).size).toBe(5);
  });

  it("cannot be made for a key with which anybody could open it", async () => {
    const sealing = seal(text, new Uint8Array(32), context, platformRuntime);
    await expect(sealing).rejects.toMatchObject({ code: "sealing-failed", fix: expect.any(String) });
    await expect(sealing).rejects.toBeInstanceOf(SwarmError);
  });
});

describe("an agent's sealing key", () => {
  it("moves with the seed", async () => {
    for (const ed25519 of [ed25519Implementations.webCrypto, await ed25519Implementations.loadPortable()]) {
      const identity = await createIdentity({ exportable: true, ed25519 });
      const imported = await importIdentity(await identity.exportSeed());
      expect(imported.sealingKey.publicKey).toEqual(identity.sealingKey.publicKey);
      const sealed = await seal(text, identity.sealingKey.publicKey, context, platformRuntime);
      expect(await unseal(sealed, imported.sealingKey, context, platformRuntime)).toEqual(text);
    }
  });

  it("is kept with the persistent identity, non-extractable, the same for all tabs", async () => {
    const ed25519 = await platformEd25519();
    const identities = await Promise.all(
      Array.from({ length: 5 }, () => resolveIdentity("persistent", ed25519)),
    );
    const sealed = await seal(text, identities[0]!.sealingKey.publicKey, context, platformRuntime);
    for (const { sealingKey } of [...identities, await resolveIdentity("persistent", ed25519)]) {
      expect(await unseal(sealed, sealingKey, context, platformRuntime)).toEqual(text);
    }
    expect(await readStoredIdentity()).toMatchObject({ sealing: { privateKey: { extractable: false } } });
  });

  it("is made once for an identity that was stored before there were any", async () => {
    const ed25519 = await platformEd25519();
    const { stored } = await ed25519.generate({ exportable: false });
    await storeIdentityOnce(stored);
    const identities = await Promise.all(
      Array.from({ length: 5 }, () => resolveIdentity("persistent", ed25519)),
    );
    identities.push(await resolveIdentity("persistent", ed25519));
    for (const { publicKey } of identities) expect(publicKey).toEqual(stored.publicKey);
    expect(new Set(identities.map(({ sealingKey }) => String(sealingKey.publicKey))).size).toBe(1);
  });

  it("of a platform without Ed25519 is the same where there is one", async () => {
    const before = await resolveIdentity("persistent", await ed25519Implementations.loadPortable());
    const after = await resolveIdentity("persistent", ed25519Implementations.webCrypto);
    expect(after.sealingKey.publicKey).toEqual(before.sealingKey.publicKey);
  });
});

describe("the key ring", () => {
  it("knows the key of everyone met, also when they are away and after a reload", async () => {
    const network = memoryNetwork();
    const { hosts, swarms } = tabs(network, 1);
    const friend = await createIdentity();
    const visitor = network.host("visitor").swarm({ identity: friend });
    const host = hosts[0]!;
    // The same wiring as the swarm's own ring.
    await gather(network, [swarms[0]!, visitor]);
    expect(agentOf(visitor)).toBe(friend.agentId);
    await leaveNothing(network, [...swarms, visitor]);
    const { runtime } = network.host("again", { storage: host.storage });
    const ring = startKeyRing({ runtime, watch: () => () => undefined, dropped: () => undefined });
    expect(await ring.keyOf(friend.agentId)).toEqual(friend.sealingKey.publicKey);
    expect(await ring.keyOf(ada.agentId)).toBeUndefined();
  });

  it("keeps the last key, forgets those seen longest ago, and takes no record for a key that is none", async () => {
    const network = memoryNetwork();
    const { runtime, storage } = network.host();
    const collection = "sealing-keys";
    await storage.write(
      Array.from({ length: MAX_KEPT_KEYS + 10 }, (_, index) => ({
        collection,
        key: `agent-${index}`,
        value: { key: new Uint8Array(32), seenAtMs: index },
      })),
    );
    await storage.write([{ collection, key: "broken", value: { key: "text", seenAtMs: 1e15 } }]);
    let meet = (_: { peerId: string; agentId: string; sealingKey: Bytes | undefined }): void => undefined;
    const ring = startKeyRing({
      runtime,
      watch: (_, watcher) => {
        meet = watcher as never;
        return () => undefined;
      },
      dropped: () => undefined,
    });
    for (const key of [ada.sealingKey, bob.sealingKey]) {
      meet({ peerId: "", agentId: ada.agentId, sealingKey: key.publicKey });
      await network.settle();
    }
    meet({ peerId: "", agentId: bob.agentId, sealingKey: undefined });
    await network.settle();
    expect(await ring.keyOf(ada.agentId)).toEqual(bob.sealingKey.publicKey);
    expect(await ring.keyOf(bob.agentId)).toBeUndefined();
    expect(await ring.keyOf("agent-0")).toBeUndefined();
    expect(await ring.keyOf("agent-5000")).toBeDefined();
    expect(await ring.keyOf("broken")).toBeUndefined();
    expect((await storage.entries(collection)).length).toBeLessThanOrEqual(MAX_KEPT_KEYS + 1);
  });
});

describe("the binding of a sealed text", () => {
  it("holds for any text and any context", async () => {
    const anyContext = fc.record({
      purpose: fc.constantFrom("message" as const, "letter" as const),
      room: fc.string(),
      from: fc.string(),
      to: fc.string(),
      id: fc.string(),
      openFields: fc.array(fc.oneof(fc.string(), fc.integer())),
    });
    const anyField = fc.constantFrom(...(Object.keys(context) as (keyof SealingContext)[]));
    const anyText = fc.uint8Array({ maxLength: 200, size: "max" }) as fc.Arbitrary<Bytes>;
    await fc.assert(
      fc.asyncProperty(anyText, anyContext, anyContext, anyField, async (plain, mine, others, field) => {
        const other = { ...mine, [field]: others[field] };
        const sealed = await seal(plain, bob.sealingKey.publicKey, mine, platformRuntime);
        expect(await unseal(sealed, bob.sealingKey, mine, platformRuntime)).toEqual(plain);
        if (JSON.stringify(mine) === JSON.stringify(other)) return;
        expect(await unseal(sealed, bob.sealingKey, other, platformRuntime)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });
});
