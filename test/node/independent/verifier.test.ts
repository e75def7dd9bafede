import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { verifySignedMessage, verifyWitness } from "peerswarm";
import { describe, expect, it, vi } from "vitest";
import { root } from "../../../scripts/entries.mjs";
import { hex, Refusal } from "../../independent/bytes.js";
import { readWelcome, verifyHello } from "../../independent/hello.js";
import { openSealedLetter, type SignedLetter, verifyLetter } from "../../independent/letters.js";
import { rootOf } from "../../independent/merkle.js";
import { unpackValue } from "../../independent/messagePack.js";
import {
  type Context,
  leavesOf,
  openFrame,
  type Proof,
  verifyFrame,
  verifyProof,
  writeFrame,
} from "../../independent/messages.js";
import { base32 } from "../../independent/names.js";
import { sealingKeyOf } from "../../independent/sealing.js";
import { verifyChunk } from "../../independent/transfers.js";
import { hashOf, type LogRecord, verifyLog } from "../../independent/witness.js";
import { readRecording } from "./fixture.js";
import { plain } from "./plain.js";
import {
  contentsOf,
  contextOf,
  heardFrom,
  helloContextOf,
  hellosOf,
  holdsMessages,
  kindOf,
  lettersOf,
  lettersRead,
  messagesOf,
  offersOf,
  sealedMessagesRead,
} from "./reading.js";
import type { RecordedFrame } from "./recorder.js";
import { type Recording, record } from "./scenario.js";

/** Frames up to so many bytes have every bit flipped; of longer ones, chance chooses. */
const EXHAUSTIVE_BYTES = 200;
vi.setConfig({ testTimeout: 60_000 });

const fixture = readRecording(readFileSync(join(root, "test/fixtures/wire/recording.jsonl"), "utf8"));
const fresh = await record();

const byId = (heard: readonly { id: string }[]): unknown[] =>
  [...heard].sort((a, b) => (a.id < b.id ? -1 : 1));

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}

/** Runs `check` with every bit of a short text flipped, or with a hundred bits of a long one. */
function withEachBitFlipped(bytes: Uint8Array, check: (changed: Uint8Array, bit: number) => void): void {
  const bits = bytes.length * 8;
  if (bytes.length <= EXHAUSTIVE_BYTES) {
    for (let bit = 0; bit < bits; bit++) check(flipped(bytes, bit), bit);
    return;
  }
  fc.assert(
    fc.property(fc.nat(bits - 1), (bit) => check(flipped(bytes, bit), bit)),
    { numRuns: 100 },
  );
}

function expectRefusal(verify: () => unknown): void {
  // `expect` for each of so many would take longer than the signatures.
  let outcome: unknown;
  try {
    outcome = verify();
  } catch (error) {
    if (error instanceof Refusal) return;
    throw error;
  }
  throw new Error(`Accepted: ${JSON.stringify(outcome)}`);
}

describe.each([
  ["the recorded frames", fixture],
  ["frames made now", fresh],
] satisfies [string, Recording][])("a verifier written from docs/protocol.md, on %s", (_name, recording) => {
  const { tape, heard, proofs, contents, logs, agents, room, seeds } = recording;
  const frames = tape.frames.filter(holdsMessages);
  const messages = messagesOf(recording);
  const letters = lettersOf(messages);
  const offers = offersOf(messages);
  const [stranger] = Object.keys(seeds).map((agentId) =>
    agentId.replace(/^./, (first) => (first === "x" ? "y" : "x")),
  ) as [string];

  it("knows every frame, and finds each kind among them", () => {
    expect([...new Set(tape.frames.map(kindOf))].sort()).toEqual([1, 2, 3, 4, 6]);
    expect(frames.some(({ bytes }) => openFrame(bytes).messages.length > 4)).toBe(true);
    expect(new Set(frames.map(({ lane }) => lane)).size).toBe(3);
  });

  it("accepts hellos and welcomes", () => {
    const hellos = hellosOf(recording);
    expect(hellos.map(({ from }) => from).sort()).toEqual(Object.keys(agents).sort());
    for (const { key, sealing } of hellos) {
      const seed = seeds[Object.values(agents).find((agent) => base32(key) === agent) as string] as string;
      expect(sealing).toEqual(sealingKeyOf(Uint8Array.from(Buffer.from(seed, "hex"))).publicKey);
    }
    const welcomes = tape.frames.filter((frame) => kindOf(frame) === 2);
    expect(welcomes.map(({ bytes }) => readWelcome(bytes))).toEqual(
      hellos.map(() => ({ accepted: true, reason: null, confirmation: null })),
    );
  });

  it("reads from frames what the library delivered", () => {
    const whole = byId(heardFrom(messages));
    expect(whole.length).toBeGreaterThan(40);
    expect(whole).toEqual(byId(heard.filter(({ type }) => !["note", "big", "sealed"].includes(type))));
  });

  it("finds numbers and sequences without gaps", () => {
    for (const from of Object.keys(agents)) {
      for (const lane of ["control", "bulk", "datagram"]) {
        const own = messages.filter(({ context }) => context.fromPeer === from && context.lane === lane);
        expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, index) => index + 1));
      }
    }
  });

  it("verifies single messages by their proofs", () => {
    expect(proofs.length).toBeGreaterThan(40);
    const alone = proofs.map((proof) => ({ ...verifyProof(proof), context: proof.context }));
    expect(byId(heardFrom(alone))).toEqual(
      byId(heard.filter(({ type }) => type === "chat" || type === "über")),
    );
  });

  it("opens letters to an agent whose seed it has", () => {
    expect(letters.length).toBeGreaterThan(0);
    expect(
      lettersRead(recording, letters).map(({ from, type, payload }) => [from, type, plain(payload)]),
    ).toEqual(
      heard
        .filter(({ type }) => type === "note")
        .map(({ from, type, payload }) => [from.agentId, type, payload]),
    );
  });

  it("opens a sealed message to an agent whose seed it has", () => {
    expect(
      sealedMessagesRead(recording, messages).map((said) => ({
        type: said.type,
        payload: plain(said.payload),
        metadata: plain(said.metadata),
      })),
    ).toEqual(
      heard
        .filter(({ type }) => type === "sealed")
        .map(({ type, payload, metadata }) => ({ type, payload, metadata })),
    );
    expect(heard.some(({ type }) => type === "sealed")).toBe(true);
  });

  it("agrees with the library of today", async () => {
    for (const proof of proofs) {
      const { id: _, metadata, ...said } = verifyProof(proof);
      expect(await verifySignedMessage(proof)).toEqual({ ...said, metadata: metadata ?? undefined });
    }
    for (const log of Object.values(logs)) {
      const { records, signedThrough } = verifyLog(log);
      expect(await verifyWitness(log)).toMatchObject({
        isIntact: true,
        records: records.length,
        signedThrough,
      });
    }
  });

  it("puts transfers together from chunks that it verified", () => {
    const whole = contentsOf(recording, offers);
    expect(Object.keys(contents).length).toBe(2);
    expect(whole).toMatchObject(contents);
    const big = [...offers.values()].find(({ id }) => isMessage(id))!;
    const bytes = whole[Buffer.from(big.root).toString("hex")]!;
    expect([plain(unpackValue(bytes))]).toEqual(
      heard.filter(({ type }) => type === "big").map(({ payload }) => payload),
    );
  });

  function isMessage(id: string): boolean {
    return messages.some(
      ({ type, payload }) =>
        type === "swarm/transfer-offer" &&
        (payload as { id: string; kind: string }).id === id &&
        (payload as { kind: string }).kind === "message",
    );
  }

  const rootsIn = (records: readonly LogRecord[], kind: string): string[] =>
    records
      .filter((record) => record.kind === kind)
      .flatMap(({ detail }) => (detail.frames as unknown[][]).map((frame) => JSON.stringify(frame)));

  // Frames that were sent before the logs were exported; leaving says one more thing.
  const rootsOf = (isWanted: (frame: RecordedFrame) => boolean): string[] =>
    frames.filter(isWanted).flatMap((frame) => {
      const context = contextOf(recording, frame);
      const read = verifyFrame(frame.bytes, context);
      if (read.some(({ type }) => type === "swarm/goodbye")) return [];
      const merkle = hex(rootOf(leavesOf(context, openFrame(frame.bytes).messages)));
      return [JSON.stringify([merkle, read[0]!.number, read.at(-1)!.number, read.length])];
    });

  it("verifies witness logs, and holds frames against them", () => {
    for (const [peerId, log] of Object.entries(logs)) {
      const { records, signedThrough } = verifyLog(log);
      expect(signedThrough).toBe(records.length - 2);
      expect(records[0]).toMatchObject({ kind: "session_began", detail: { peer: peerId, room } });
      expect(rootsIn(records, "ifmessage_sent").sort()).toEqual(
        rootsOf(({ from }) => from === peerId).sort(),
      );
      expect(rootsIn(records, "ifmessage_received").sort()).toEqual(
        rootsOf(({ to }) => to === peerId).sort(),
      );
    }
  });

  describe("refuses", () => {
    it("a hello with any bit flipped, cut, or on another link", () => {
      for (const frame of tape.frames.filter((frame) => kindOf(frame) === 1)) {
        const context = helloContextOf(recording, frame);
        withEachBitFlipped(frame.bytes, (changed) => expectRefusal(() => verifyHello(changed, context)));
        for (let length = 0; length < frame.bytes.length; length++) {
          expectRefusal(() => verifyHello(frame.bytes.subarray(0, length), context));
        }
        for (const change of [
          { isInitiator: !context.isInitiator },
          { binding: flipped(context.binding, 0) },
          { room: "another" },
          { from: context.to },
          { to: context.from },
        ]) {
          expectRefusal(() => verifyHello(frame.bytes, { ...context, ...change }));
        }
      }
    });

    it("a frame with any bit flipped, unless it still says the same", () => {
      for (const frame of frames) {
        const context = contextOf(recording, frame);
        const said = verifyFrame(frame.bytes, context);
        withEachBitFlipped(frame.bytes, (changed) => {
          // How it was packed is not signed: another way to pack the same is no other frame.
          if (kindOf(frame) === 6 && isSame(() => verifyFrame(changed, context), said)) return;
          expectRefusal(() => verifyFrame(changed, context));
        });
      }
    });

    it("a frame that is cut, or has a byte more", () => {
      for (const frame of frames) {
        const context = contextOf(recording, frame);
        for (let length = 0; length < Math.min(frame.bytes.length, EXHAUSTIVE_BYTES); length++) {
          expectRefusal(() => verifyFrame(frame.bytes.subarray(0, length), context));
        }
        expectRefusal(() => verifyFrame(frame.bytes.subarray(0, -1), context));
        expectRefusal(() => verifyFrame(Uint8Array.of(...frame.bytes, 0), context));
      }
    });

    it("a frame in another room, from or to another, on another lane, by another key", () => {
      for (const frame of frames) {
        const context = contextOf(recording, frame);
        for (const change of changesOf(context)) {
          expectRefusal(() => verifyFrame(frame.bytes, { ...context, ...change }));
        }
      }
    });

    it("a frame with a message taken out, moved, doubled or of another frame", () => {
      const [other] = openFrame(frames[0]!.bytes).messages as [Uint8Array];
      let tried = 0;
      for (const frame of frames.slice(1)) {
        const { signature, messages } = openFrame(frame.bytes);
        if (messages.length < 2) continue;
        const context = contextOf(recording, frame);
        const [first, ...rest] = messages as [Uint8Array, ...Uint8Array[]];
        messages.forEach((message, index) => {
          const variants = [
            messages.toSpliced(index, 1),
            messages.toSpliced(index, 0, message),
            messages.toSpliced(index, 1, other),
            ...(index === 0 ? [] : [messages.toSpliced(index, 1, first).toSpliced(0, 1, message)]),
          ];
          for (const variant of variants) {
            // Some first messages of both sides are the same bytes.
            if (plainly(variant) === plainly(messages)) continue;
            tried++;
            expectRefusal(() => verifyFrame(writeFrame(variant, signature), context));
          }
        });
        expectRefusal(() => verifyFrame(writeFrame([...rest, first], signature), context));
      }
      expect(tried).toBeGreaterThan(50);
    });

    it("a proof with any bit flipped, a step less or more, or another context", () => {
      fc.assert(
        fc.property(fc.constantFrom(...proofs), fc.nat(), (proof, position) => {
          const { message, signature, proof: steps, context } = proof as Proof;
          const flip = (bytes: Uint8Array): Uint8Array => flipped(bytes, position % (bytes.length * 8));
          expectRefusal(() => verifyProof({ ...proof, message: flip(message) }));
          expectRefusal(() => verifyProof({ ...proof, signature: flip(signature) }));
          steps.forEach((step, index) => {
            const other = { ...step, hash: flip(step.hash) };
            const turned = { ...step, isLeft: !step.isLeft };
            for (const changed of [
              steps.with(index, other),
              steps.with(index, turned),
              steps.toSpliced(index, 1),
            ]) {
              expectRefusal(() => verifyProof({ ...proof, proof: changed }));
            }
          });
          const more = [...steps, { hash: new Uint8Array(32), isLeft: false }];
          expectRefusal(() => verifyProof({ ...proof, proof: more }));
          for (const change of changesOf(context)) {
            expectRefusal(() => verifyProof({ ...proof, context: { ...context, ...change } }));
          }
        }),
      );
    });

    it("a letter with any bit flipped, and a sealed one for another", () => {
      for (const letter of letters) {
        for (const part of ["body", "signature"] as const) {
          withEachBitFlipped(letter[part], (changed) =>
            expectRefusal(() => verifyLetter({ ...letter, [part]: changed } as SignedLetter)),
          );
        }
        const opened = verifyLetter(letter);
        const key = sealingKeyOf(Uint8Array.from(Buffer.from(seeds[opened.to as string] as string, "hex")));
        withEachBitFlipped(opened.payload as Uint8Array, (payload) => {
          // X25519 ignores the highest bit of a key, but the encapsulated key itself is hashed.
          expectRefusal(() => openSealedLetter({ ...opened, payload }, key));
        });
        for (const change of [
          { room: "another" },
          { from: opened.to as string },
          { id: "0".repeat(32) },
          { sequence: opened.sequence + 1 },
          { expiresAtMs: opened.expiresAtMs + 1 },
        ]) {
          expectRefusal(() => openSealedLetter({ ...opened, ...change }, key));
        }
        expectRefusal(() => openSealedLetter(opened, sealingKeyOf(new Uint8Array(32))));
      }
    });

    it("a chunk with any bit flipped, cut, or of another transfer", () => {
      const chunks = tape.frames.filter((frame) => kindOf(frame) === 4);
      expect(chunks.length).toBeGreaterThan(6);
      for (const { bytes } of chunks) {
        const offer = offers.get(Buffer.from(bytes.subarray(1, 17)).toString("hex"))!;
        expect(verifyChunk(bytes, offer).content.length).toBeGreaterThan(0);
        // Kind, transfer, index and the beginning of the proof, then the rest by chance.
        for (let bit = 0; bit < 40 * 8; bit++) expectRefusal(() => verifyChunk(flipped(bytes, bit), offer));
        withEachBitFlipped(bytes, (changed) => expectRefusal(() => verifyChunk(changed, offer)));
        expectRefusal(() => verifyChunk(bytes.subarray(0, -1), offer));
        expectRefusal(() => verifyChunk(bytes.subarray(0, 20), offer));
        for (const other of offers.values())
          if (other !== offer) expectRefusal(() => verifyChunk(bytes, other));
      }
    });

    it("a log with any bit flipped, a record taken out or moved", () => {
      for (const log of Object.values(logs)) {
        const lines = log.trimEnd().split("\n");
        const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
        withEachBitFlipped(new TextEncoder().encode(log), (changed) =>
          expectRefusal(() => verifyLog(decode(changed))),
        );
        for (let index = 1; index < lines.length - 1; index++) {
          expectRefusal(() => verifyLog(lines.toSpliced(index, 1).join("\n")));
          const { hash: _, ...others } = JSON.parse(lines[index]!) as LogRecord;
          const rewritten = { ...others, atMs: others.atMs + 1 };
          const line = JSON.stringify({ ...rewritten, hash: hashOf(rewritten) });
          expectRefusal(() => verifyLog(lines.with(index, line).join("\n")));
          const moved = lines.with(index, lines[index + 1]!).with(index + 1, lines[index]!);
          expectRefusal(() => verifyLog(moved.join("\n")));
        }
        expectRefusal(() => verifyLog(log.slice(0, -2)));
      }
    });
  });

  function changesOf(context: Context): Partial<Context>[] {
    const others = Object.entries(agents).filter(([peerId]) => peerId !== context.fromPeer);
    const [otherPeer, otherAgent] = others[0] as [string, string];
    const lanes = (["control", "bulk", "datagram"] as const).filter((lane) => lane !== context.lane);
    return [
      { room: `${room} ` },
      { fromAgent: otherAgent, fromPeer: otherPeer },
      { fromAgent: stranger },
      { fromPeer: `${context.fromPeer.slice(0, -1)}${context.fromPeer.endsWith("a") ? "b" : "a"}` },
      { toPeer: context.fromPeer },
      ...lanes.map((lane) => ({ lane })),
    ];
  }
});

function plainly(messages: readonly Uint8Array[]): string {
  return messages.map((message) => Buffer.from(message).toString("hex")).join();
}

function isSame(read: () => unknown, said: unknown): boolean {
  try {
    expect(read()).toEqual(said);
    return true;
  } catch {
    return false;
  }
}
