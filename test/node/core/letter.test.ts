import fc from "fast-check";
import { createIdentity, platformRuntime } from "peerswarm";
import { describe, expect, it } from "vitest";
import { type LetterContent, openLetter, peekLetter, writeLetter } from "../../../src/core/wire/letter.js";
import { createLetterId } from "../../../src/core/wire/letterShape.js";

const ada = await createIdentity();
const bob = await createIdentity();

function contentOf(change: Partial<LetterContent> = {}): LetterContent {
  return {
    id: createLetterId(platformRuntime.randomBytes),
    type: "note",
    room: "lobby",
    from: ada.agentId,
    to: bob.agentId,
    sequence: 1,
    writtenAtMs: 1000,
    expiresAtMs: 2000,
    payload: { text: "for later", bytes: Uint8Array.of(1, 2, 3) },
    ...change,
  };
}

describe("a letter", () => {
  it("says after opening what was written", async () => {
    for (const content of [contentOf(), contentOf({ to: undefined, sequence: 0, payload: null })]) {
      expect(await openLetter(await writeLetter(content, ada), platformRuntime)).toEqual(content);
    }
  });

  it("of one agent cannot be signed by another", async () => {
    const forged = await writeLetter(contentOf(), bob);
    expect(peekLetter(forged)).toBeDefined();
    expect(await openLetter(forged, platformRuntime)).toBeUndefined();
  });

  it("is refused with any bit changed", async () => {
    const letter = await writeLetter(contentOf(), ada);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("body" as const, "signature" as const),
        fc.nat(),
        fc.integer({ min: 0, max: 7 }),
        async (part, position, bit) => {
          const changed = { body: letter.body.slice(), signature: letter.signature.slice() };
          const index = position % changed[part].length;
          changed[part][index] = (changed[part][index] ?? 0) ^ (1 << bit);
          expect(await openLetter(changed, platformRuntime)).toBeUndefined();
        },
      ),
    );
  });

  it("is refused where it is anything else, without an exception", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300, size: "max" }), async (random) => {
        const body = new Uint8Array(random);
        expect(await openLetter({ body, signature: new Uint8Array(64) }, platformRuntime)).toBeUndefined();
      }),
    );
    const { body, signature } = await writeLetter(contentOf(), ada);
    for (let length = 0; length < body.length; length++) {
      expect(await openLetter({ body: body.slice(0, length), signature }, platformRuntime)).toBeUndefined();
    }
  });

  it("that is too large is refused where it is written", async () => {
    const payload = new Uint8Array(192 * 1024);
    await expect(writeLetter(contentOf({ payload }), ada)).rejects.toMatchObject({
      code: "payload-too-large",
    });
  });
});
