import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import fc from "fast-check";
import { createIdentity, importIdentity } from "peerswarm";
import { beforeEach, describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/core/bytes.js";
import { toHex } from "../../../src/core/bytes.js";
import { type Ed25519, ed25519Implementations, platformEd25519 } from "../../../src/core/identity/ed25519.js";
import { resolveIdentity } from "../../../src/core/identity/identity.js";
import { readStoredIdentity, storeIdentityOnce } from "../../../src/core/identity/identityStore.js";
import { publicKeyOf } from "../../../src/core/identity/ids.js";

const implementations: [string, () => Promise<Ed25519>][] = [
  ["WebCrypto", async () => ed25519Implementations.webCrypto],
  ["noble", ed25519Implementations.loadPortable],
];

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 }) as fc.Arbitrary<Bytes>;
const message = fc.uint8Array({ maxLength: 100, size: "max" }) as fc.Arbitrary<Bytes>;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe("the two implementations of Ed25519", () => {
  it("make the same keys and the same signatures, and accept each other's", async () => {
    const [web, noble] = [ed25519Implementations.webCrypto, await ed25519Implementations.loadPortable()];
    await fc.assert(
      fc.asyncProperty(seed, message, async (from, text) => {
        const [ours, theirs] = [await web.fromSeed(from), await noble.fromSeed(from)];
        expect(toHex(ours.publicKey)).toBe(toHex(theirs.publicKey));
        const signatures = [await ours.sign(text), await theirs.sign(text)] as [Bytes, Bytes];
        expect(toHex(signatures[0])).toBe(toHex(signatures[1]));
        for (const each of [web, noble]) {
          const verify = await each.verifier(ours.publicKey);
          for (const signature of signatures) expect(await verify(signature, text)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("know the first test vector of RFC 8032", async () => {
    const hex = (text: string): Bytes => new Uint8Array(Buffer.from(text, "hex"));
    for (const [, load] of implementations) {
      const key = await (await load()).fromSeed(
        hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
      );
      expect(toHex(key.publicKey)).toBe("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
      expect(toHex(await key.sign(new Uint8Array()))).toBe(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
      );
    }
  });

  it.each(implementations)(
    "%s says no to a changed signature or message, and never throws",
    async (_, load) => {
      const ed25519 = await load();
      const key = await ed25519.generate({ exportable: false });
      const verify = await ed25519.verifier(key.publicKey);
      const text = Uint8Array.from([1, 2, 3]);
      const signature = await key.sign(text);
      for (let bit = 0; bit < 512; bit += 7) {
        const flipped = signature.slice();
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        expect(await verify(flipped, text)).toBe(false);
      }
      expect(await verify(signature, Uint8Array.from([1, 2, 4]))).toBe(false);
      for (const length of [0, 1, 63, 65]) expect(await verify(new Uint8Array(length), text)).toBe(false);
      expect(await verify(new Uint8Array(64), text)).toBe(false);
      expect(await verify(new Uint8Array(64).fill(255), text)).toBe(false);
    },
  );

  it.each(implementations)("%s takes no key of small order for proof", async (_, load) => {
    const { ed25519 } = await import("@noble/curves/ed25519.js");
    const ed = await load();
    const order8 = ed25519.Point.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
    const encodings = Array.from(
      { length: 8 },
      (_, times) =>
        new Uint8Array((times === 0 ? ed25519.Point.ZERO : order8.multiplyUnsafe(BigInt(times))).toBytes()),
    );
    // Encodings that are not reduced, of the same points.
    for (const first of [0xed, 0xee]) {
      const bytes = new Uint8Array(32).fill(255);
      bytes[0] = first;
      encodings.push(bytes.slice(0, 32));
      bytes[31] = 0x7f;
      encodings.push(bytes);
    }
    expect(new Set(encodings.slice(0, 8).map(toHex)).size).toBe(8);
    // R the neutral element and S zero: under a small key this holds for many messages, for ZERO for all.
    const signature = new Uint8Array(64);
    signature[0] = 1;
    for (const encoding of encodings) {
      const verify = await ed.verifier(encoding);
      for (let text = 0; text < 32; text++) expect(await verify(signature, Uint8Array.of(text))).toBe(false);
    }
  });
});

describe("an identity", () => {
  it("keeps its key to itself unless it was made exportable", async () => {
    await expect((await createIdentity()).exportSeed()).rejects.toMatchObject({
      code: "identity-not-exportable",
      fix: expect.stringContaining("exportable: true"),
    });
    for (const [, load] of implementations) {
      const ed25519 = await load();
      const kept = await createIdentity({ ed25519 });
      await expect(kept.exportSeed()).rejects.toMatchObject({ code: "identity-not-exportable" });
      const exportable = await createIdentity({ ed25519, exportable: true });
      const imported = await importIdentity(await exportable.exportSeed());
      expect(imported.agentId).toBe(exportable.agentId);
      expect(toHex(await imported.exportSeed())).toBe(toHex(await exportable.exportSeed()));
    }
  });

  it("is named by its public key", async () => {
    const identity = await createIdentity();
    expect(publicKeyOf(identity.agentId)).toEqual(identity.publicKey);
  });

  it("cannot be imported from anything but 32 bytes", async () => {
    for (const length of [0, 31, 33, 64])
      await expect(importIdentity(new Uint8Array(length))).rejects.toMatchObject({
        code: "identity-invalid",
      });
  });

  it("without WebCrypto fails with insecure-context, and says how to mend it", async () => {
    const real = Object.getOwnPropertyDescriptor(globalThis, "crypto") as PropertyDescriptor;
    Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
    try {
      await expect(createIdentity()).rejects.toMatchObject({
        code: "insecure-context",
        fix: expect.stringContaining("https"),
      });
    } finally {
      Object.defineProperty(globalThis, "crypto", real);
    }
  });
});

describe("the persistent identity", () => {
  it("is created once and found again, non-extractable", async () => {
    const ed25519 = await platformEd25519();
    const first = await resolveIdentity("persistent", ed25519);
    const second = await resolveIdentity("persistent", ed25519);
    expect(second.agentId).toBe(first.agentId);
    await expect(second.exportSeed()).rejects.toMatchObject({ code: "identity-not-exportable" });
    const verify = await ed25519.verifier(first.publicKey);
    const text = Uint8Array.of(1);
    expect(await verify(await second.sign(text), text)).toBe(true);
    const stored = await readStoredIdentity();
    expect(stored).toMatchObject({ kind: "webcrypto", privateKey: { extractable: false } });
  });

  it("created in many tabs at once ends in one key", async () => {
    const ed25519 = await platformEd25519();
    const identities = await Promise.all(
      Array.from({ length: 8 }, () => resolveIdentity("persistent", ed25519)),
    );
    expect(new Set(identities.map(({ agentId }) => agentId)).size).toBe(1);
    const verify = await ed25519.verifier((identities[0] as (typeof identities)[0]).publicKey);
    for (const identity of identities) {
      const text = Uint8Array.of(7);
      expect(await verify(await identity.sign(text), text)).toBe(true);
    }
  });

  it("of a platform without Ed25519 works on where there is one, and back", async () => {
    const noble = await ed25519Implementations.loadPortable();
    const before = await resolveIdentity("persistent", noble);
    const after = await resolveIdentity("persistent", ed25519Implementations.webCrypto);
    expect(after.agentId).toBe(before.agentId);
    await expect(before.exportSeed()).rejects.toMatchObject({ code: "identity-not-exportable" });
    await expect(after.exportSeed()).rejects.toMatchObject({ code: "identity-not-exportable" });
    expect((await resolveIdentity("persistent", noble)).agentId).toBe(before.agentId);
  });

  it("of another origin is another one", async () => {
    const ed25519 = await platformEd25519();
    const here = await resolveIdentity("persistent", ed25519);
    globalThis.indexedDB = new IDBFactory();
    expect((await resolveIdentity("persistent", ed25519)).agentId).not.toBe(here.agentId);
  });

  it("keeps the first key that was stored", async () => {
    const ed25519 = await platformEd25519();
    const [first, second] = [
      await ed25519.generate({ exportable: false }),
      await ed25519.generate({ exportable: false }),
    ];
    expect((await storeIdentityOnce(first.stored)).publicKey).toEqual(first.publicKey);
    expect((await storeIdentityOnce(second.stored)).publicKey).toEqual(first.publicKey);
  });

  it("lives as long as the process where there is no IndexedDB, or it is blocked", async () => {
    const ed25519 = await platformEd25519();
    globalThis.indexedDB = {
      open: () => {
        throw new Error("blocked");
      },
    } as unknown as IDBFactory;
    const first = await resolveIdentity("persistent", ed25519);
    expect((await resolveIdentity("persistent", ed25519)).agentId).toBe(first.agentId);
  });
});
