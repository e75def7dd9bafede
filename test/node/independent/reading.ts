import { verifyHello } from "../../independent/hello.js";
import { openSealedLetter, type SignedLetter, verifyLetter } from "../../independent/letters.js";
import { type Context, type Message, verifyFrame } from "../../independent/messages.js";
import { openSealedMessage, sealingKeyOf } from "../../independent/sealing.js";
import { type Offer, transferOf, verifyChunk } from "../../independent/transfers.js";
import { plain } from "./plain.js";
import type { RecordedFrame } from "./recorder.js";
import type { Recording } from "./scenario.js";

export const kindOf = ({ bytes }: RecordedFrame): number => bytes[0] as number;
export const holdsMessages = (frame: RecordedFrame): boolean => [3, 6].includes(kindOf(frame));

/** Who speaks to whom in a recorded frame. */
export function contextOf({ room, agents }: Recording, { from, to, lane }: RecordedFrame): Context {
  return { room, fromAgent: agents[from] as string, fromPeer: from, toPeer: to, lane };
}

/** What is known of the link of a recorded hello. */
export function helloContextOf({ room, tape }: Recording, { link, from, to }: RecordedFrame) {
  const { binding, dialler } = tape.links.get(link)!;
  return { binding, isInitiator: from === dialler, room, from, to };
}

export interface ReadMessage extends Message {
  readonly context: Context;
}

/** Every message of a recording, by the independent verifier. */
export function messagesOf(recording: Recording): ReadMessage[] {
  return recording.tape.frames.filter(holdsMessages).flatMap((frame) => {
    const context = contextOf(recording, frame);
    return verifyFrame(frame.bytes, context).map((message) => ({ ...message, context }));
  });
}

/** The same as the library's `Heard`, of what the app sent as messages. */
export function heardFrom(messages: readonly ReadMessage[]) {
  return messages
    .filter(({ type }) => !type.startsWith("swarm/"))
    .map(({ id, type, sentAtMs, metadata, payload, context: { fromAgent, fromPeer, toPeer, lane } }) => ({
      by: toPeer,
      id,
      type,
      from: { peerId: fromPeer, agentId: fromAgent },
      lane,
      sentAtMs,
      metadata: plain(metadata),
      payload: plain(payload),
    }));
}

/** Every letter that was on its way. */
export function lettersOf(messages: readonly ReadMessage[]): SignedLetter[] {
  return messages
    .filter(({ type }) => type === "swarm/mail")
    .map(({ payload }) => (payload as { letter: SignedLetter }).letter);
}

/** What the letters say to those whose seeds are known. */
export function lettersRead({ seeds }: Recording, letters: readonly SignedLetter[]) {
  return letters.map((signed) => {
    const letter = verifyLetter(signed);
    const seed = Uint8Array.from(Buffer.from(seeds[letter.to as string] as string, "hex"));
    return { from: letter.from, ...openSealedLetter(letter, sealingKeyOf(seed)) };
  });
}

/** What sealed messages say to those whose seeds are known. */
export function sealedMessagesRead({ seeds, agents, room }: Recording, messages: readonly ReadMessage[]) {
  return messages
    .filter(({ type }) => type === "swarm/sealed")
    .map(({ payload, context: { fromAgent: from, toPeer } }) => {
      const to = agents[toPeer] as string;
      const seed = Uint8Array.from(Buffer.from(seeds[to] as string, "hex"));
      return openSealedMessage(payload, { room, from, to }, sealingKeyOf(seed));
    });
}

/** Every transfer that was offered. */
export function offersOf(messages: readonly ReadMessage[]): Map<string, Offer> {
  const offers = messages
    .filter(({ type }) => type === "swarm/transfer-offer")
    .map(({ payload }) => payload as Offer);
  return new Map(offers.map((offer) => [offer.id, offer]));
}

/** Contents by their root, put together from verified chunks. */
export function contentsOf(recording: Recording, offers: ReadonlyMap<string, Offer>) {
  const contents: Record<string, Uint8Array> = {};
  for (const [id, offer] of offers) {
    const whole = new Uint8Array(offer.size);
    const seen = new Set<number>();
    for (const { bytes } of recording.tape.frames.filter((frame) => kindOf(frame) === 4)) {
      if (transferOf(bytes) !== id) continue;
      const { index, content } = verifyChunk(bytes, offer);
      whole.set(content, index * offer.chunkBytes);
      seen.add(index);
    }
    if (seen.size !== Math.ceil(offer.size / offer.chunkBytes)) throw new Error("A chunk is missing.");
    contents[Buffer.from(offer.root).toString("hex")] = whole;
  }
  return contents;
}

/** Every hello of a recording. */
export function hellosOf(recording: Recording) {
  return recording.tape.frames
    .filter((frame) => kindOf(frame) === 1)
    .map((frame) => verifyHello(frame.bytes, helloContextOf(recording, frame)));
}
