import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bytes, fromHex, toHex } from "../../../../src/core/bytes.js";
import { sealingSecretOf } from "../../../../src/core/sealing/derivation.js";
import { type HpkeAead, hpkeOpen, hpkeSeal } from "../../../../src/core/sealing/hpke.js";
import { type X25519, x25519Implementations } from "../../../../src/core/sealing/x25519.js";

const hex = (text: string): Bytes => fromHex(text) as Bytes;
const bytes = (maxLength: number) => fc.uint8Array({ maxLength, size: "max" }) as fc.Arbitrary<Bytes>;
const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }) as fc.Arbitrary<Bytes>;

const implementations: [string, () => Promise<X25519>][] = [
  ["WebCrypto", async () => x25519Implementations.webCrypto],
  ["noble", x25519Implementations.loadPortable],
];

/** RFC 9180, appendix A.1.1, base mode, sequence number 0. */
const vector = {
  info: hex("4f6465206f6e2061204772656369616e2055726e"),
  skEm: hex("52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736"),
  skRm: hex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"),
  pkRm: "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
  enc: "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
  pt: hex("4265617574792069732074727574682c20747275746820626561757479"),
  aad: hex("436f756e742d30"),
  ct: "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a",
};
const AES_128_GCM: HpkeAead = { id: 1, keyBytes: 16 };

/** Encodings of points of small order (RFC 7748, section 6.1): agreeing with them gives zero. */
const REDUCED = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];
// X25519 ignores the highest bit of a public key.
const SMALL_ORDER = REDUCED.flatMap((point) => {
  const highest = (Number.parseInt(point.slice(-2), 16) | 0x80).toString(16);
  return [point, point.slice(0, -2) + highest];
});

describe.each(implementations)("with X25519 by %s", (_, load) => {
  it("the vector of RFC 9180, appendix A.1.1, is sealed and opened", async () => {
    const x25519 = await load();
    const recipient = await x25519.fromSecret(vector.skRm);
    expect(toHex(recipient.publicKey)).toBe(vector.pkRm);
    const ephemeral = await x25519.fromSecret(vector.skEm);
    const sealed = await hpkeSeal(recipient.publicKey, vector.pt, vector, ephemeral, AES_128_GCM);
    expect(toHex(sealed!.encapsulated)).toBe(vector.enc);
    expect(toHex(sealed!.ciphertext)).toBe(vector.ct);
    expect(await hpkeOpen(recipient, sealed!, vector, AES_128_GCM)).toEqual(vector.pt);
  });

  it("a key of small order is refused on either side", async () => {
    const x25519 = await load();
    const key = await x25519.generate();
    for (const point of SMALL_ORDER) {
      expect(await key.agree(hex(point)), point).toBeUndefined();
      expect(await hpkeSeal(hex(point), vector.pt, vector, key)).toBeUndefined();
      const sealed = { encapsulated: hex(point), ciphertext: new Uint8Array(48) };
      expect(await hpkeOpen(key, sealed, vector)).toBeUndefined();
    }
    for (const length of [0, 31, 33]) expect(await key.agree(new Uint8Array(length).fill(9))).toBeUndefined();
  });

  it("keys that were stored agree as before, also on the other implementation", async () => {
    const x25519 = await load();
    const other = await (await x25519Implementations.loadPortable()).generate();
    for (const key of [await x25519.generate(), await x25519.fromSecret(vector.skRm)]) {
      const before = await key.agree(other.publicKey);
      expect(await other.agree(key.publicKey)).toEqual(before);
      for (const [, loadOther] of implementations) {
        const again = await (await loadOther()).restore(structuredClone(key.stored));
        expect(again.publicKey).toEqual(key.publicKey);
        expect(await again.agree(other.publicKey)).toEqual(before);
      }
    }
  });
});

describe("the two implementations of X25519", () => {
  it("make the same keys and the same secrets", async () => {
    const [web, noble] = [x25519Implementations.webCrypto, await x25519Implementations.loadPortable()];
    await fc.assert(
      fc.asyncProperty(secret, secret, async (a, b) => {
        const ours = await web.fromSecret(a);
        const theirs = await noble.fromSecret(b);
        expect((await noble.fromSecret(a)).publicKey).toEqual(ours.publicKey);
        const agreed = await ours.agree(theirs.publicKey);
        expect(agreed).toHaveLength(32);
        expect(await theirs.agree(ours.publicKey)).toEqual(agreed);
      }),
      { numRuns: 30 },
    );
  });

  it("keep a key of WebCrypto non-extractable", async () => {
    const { webCrypto } = x25519Implementations;
    for (const { stored } of [await webCrypto.generate(), await webCrypto.fromSecret(vector.skRm)]) {
      expect(stored).toMatchObject({ kind: "webcrypto", privateKey: { extractable: false } });
    }
  });

  it("derive the secret of a seed as the protocol says: HKDF-SHA256, no salt", async () => {
    const ikm = await crypto.subtle.importKey("raw", vector.skRm, "HKDF", false, ["deriveBits"]);
    const info = new TextEncoder().encode("peerswarm/1 sealing key");
    const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
    expect(sealingSecretOf(vector.skRm)).toEqual(
      new Uint8Array(await crypto.subtle.deriveBits(algorithm, ikm, 256)),
    );
  });
});

describe("HPKE with AES-256-GCM", () => {
  const suite = new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
  const { webCrypto } = x25519Implementations;
  const buffer = (data: Bytes): ArrayBuffer => data.slice().buffer;

  it("opens what another implementation sealed, and the other way about", async () => {
    await fc.assert(
      fc.asyncProperty(secret, bytes(300), bytes(40), bytes(40), async (skR, plaintext, info, aad) => {
        const key = await webCrypto.fromSecret(skR);
        const theirPublic = await suite.kem.deserializePublicKey(buffer(key.publicKey));
        const theirPrivate = await suite.kem.deserializePrivateKey(buffer(skR));

        const sender = await suite.createSenderContext({
          recipientPublicKey: theirPublic,
          info: buffer(info),
        });
        const theirs = {
          encapsulated: new Uint8Array(sender.enc),
          ciphertext: new Uint8Array(await sender.seal(buffer(plaintext), buffer(aad))),
        };
        expect(await hpkeOpen(key, theirs, { info, aad })).toEqual(plaintext);

        const ours = await hpkeSeal(key.publicKey, plaintext, { info, aad }, await webCrypto.generate());
        const recipient = await suite.createRecipientContext({
          recipientKey: theirPrivate,
          enc: buffer(ours!.encapsulated),
          info: buffer(info),
        });
        const opened = await recipient.open(buffer(ours!.ciphertext), buffer(aad));
        expect(new Uint8Array(opened)).toEqual(plaintext);
      }),
      { numRuns: 30 },
    );
  });

  it("opens nothing of which a bit was changed", async () => {
    const key = await webCrypto.generate();
    const binding = { info: Uint8Array.of(1, 2), aad: Uint8Array.of(3, 4) };
    const sealed = (await hpkeSeal(key.publicKey, vector.pt, binding, await webCrypto.generate()))!;
    const whole = { ...sealed, ...binding };
    const part = fc.constantFrom(
      "encapsulated" as const,
      "ciphertext" as const,
      "info" as const,
      "aad" as const,
    );
    await fc.assert(
      fc.asyncProperty(part, fc.nat(), fc.nat(7), async (name, at, bit) => {
        const changed = { ...whole, [name]: whole[name].slice() };
        const bytes = changed[name] as Bytes;
        const index = at % bytes.length;
        // RFC 7748, section 5: the highest bit of a public key means nothing to X25519; HPKE hashes it.
        bytes[index] = (bytes[index] as number) ^ (1 << bit);
        expect(await hpkeOpen(key, changed, changed)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
    expect(await hpkeOpen(await webCrypto.generate(), whole, whole)).toBeUndefined();
    expect(await hpkeOpen(key, whole, whole)).toEqual(vector.pt);
  });
});
