import { defineMessage, type FileOffer, MAX_MESSAGE_BYTES, type Swarm, type SwarmError } from "peerswarm";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { dropped, gather, hear, idOf, inTime, leaveNothing, until } from "../support.js";
import {
  bytesOf,
  content,
  countChunkBytes,
  member,
  pair,
  receiveAll,
  transferOf,
  transfers,
} from "./support.js";

const MIB = 1024 * 1024;

// A matcher would look at every byte by itself, and takes seconds for a megabyte.
function expectSame(got: Uint8Array, wanted: Uint8Array): void {
  expect(got.length).toBe(wanted.length);
  expect(Buffer.compare(got, wanted)).toBe(0);
}

const codeOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "fulfilled",
    (error: SwarmError) => error.code,
  );

describe("a file", () => {
  it.each([0, 1, 65_535, 65_536, 65_537, 3_000_000])("of %i bytes arrives whole", async (size) => {
    const { network, ada, bob } = await pair();
    const received = receiveAll(bob.swarm);
    const bytes = content(size);
    const file = new File([bytes], "../Läb\u202Eor/x.txt", { type: "Text/Plain;charset=utf-8" });
    const sending = ada.swarm.sendFile(idOf(bob.swarm), file, { metadata: { page: 7 } });
    const receipt = await inTime(network, sending);
    expect(receipt).toMatchObject({ bytes: size, peerId: idOf(bob.swarm) });
    expect(received.files).toMatchObject([
      {
        name: "_Läb_or_x.txt",
        mediaType: "text/plain",
        bytes: size,
        metadata: { page: 7 },
        contentId: receipt.contentId,
        from: { peerId: idOf(ada.swarm) },
      },
    ]);
    expectSame(await bytesOf(received.files[0]!), bytes);
    await network.advance(1000);
    expect(transferOf(ada.swarm, sending.id)).toMatchObject({
      direction: "sent",
      state: "done",
      doneBytes: size,
      totalBytes: size,
      bytesPerSecond: 0,
    });
    expect(transferOf(bob.swarm)).toMatchObject({ direction: "received", state: "done", doneBytes: size });
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("shows its progress on both sides, in order, with a rate, at the pace of the statistics", async () => {
    const { network, ada, bob } = await pair({ bytesPerSecond: 1_000_000 });
    receiveAll(bob.swarm);
    const states: string[] = [];
    const seen: number[] = [];
    const sending = ada.swarm.sendFile(idOf(bob.swarm), content(4_000_000), {
      onProgress({ state, doneBytes }) {
        if (states.at(-1) !== state) states.push(state);
        if (state === "active") seen.push(doneBytes);
      },
    });
    let publications = 0;
    let last = transfers(bob.swarm);
    bob.swarm.store.subscribe(() => {
      if (transfers(bob.swarm) !== last) publications++;
      last = transfers(bob.swarm);
    });
    const startedAtMs = network.clock.now();
    await until(network, () => transferOf(ada.swarm).doneBytes > 2_000_000);
    for (const { swarm } of [ada, bob]) {
      const { bytesPerSecond } = transferOf(swarm);
      expect(bytesPerSecond).toBeGreaterThan(700_000);
      expect(bytesPerSecond).toBeLessThan(1_300_000);
    }
    await inTime(network, sending);
    expect(states.at(-1)).toBe("done");
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.length).toBeGreaterThan(5);
    expect(publications).toBeLessThanOrEqual((network.clock.now() - startedAtMs) / 250 + 2);
  });

  it.each(["memory", "blob", "files"] as const)("is received into %s", async (into) => {
    const { network, ada, bob } = await pair();
    const received = receiveAll(bob.swarm, () => into);
    const bytes = content(5 * MIB + 7);
    await inTime(network, ada.swarm.sendFile(idOf(bob.swarm), bytes));
    const [file] = received.files;
    expect(file?.content).toBeInstanceOf(into === "memory" ? Uint8Array : Blob);
    expectSame(await bytesOf(file!), bytes);
    await file!.discard();
    expect(await bob.host.storage.entries("transfer-bytes")).toEqual([]);
    expect(await bob.host.storage.entries("transfer-hashes")).toEqual([]);
  });

  it("into a slow stream stops the sender: no more than the window is under way", async () => {
    const { network, ada, bob } = await pair({ bytesPerSecond: Number.POSITIVE_INFINITY });
    const written: Uint8Array[] = [];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const stream = new WritableStream<Uint8Array<ArrayBuffer>>({
      async write(chunk) {
        await gate;
        written.push(chunk);
      },
    });
    receiveAll(bob.swarm, () => stream);
    const sentBytes = countChunkBytes(ada.host);
    const bytes = content(8 * MIB);
    const sending = ada.swarm.sendFile(idOf(bob.swarm), bytes);
    await network.advance(10_000);
    expect(sentBytes()).toBeGreaterThan(MIB / 2);
    expect(sentBytes()).toBeLessThan(1.1 * MIB);
    expect(written).toEqual([]);
    open();
    await inTime(network, sending);
    expectSame(Buffer.concat(written), bytes);
  });

  it("that a stream does not take fails on both sides, with the reason here", async () => {
    const { network, ada, bob } = await pair();
    const stream = new WritableStream<Uint8Array<ArrayBuffer>>({
      write() {
        throw new Error("disk full");
      },
    });
    const received = receiveAll(bob.swarm, () => stream);
    const sending = codeOf(ada.swarm.sendFile(idOf(bob.swarm), content(300_000)));
    expect(await inTime(network, sending)).toBe("transfer-failed");
    expect(received.errors[0]?.message).toContain("disk full");
    await network.advance(500);
    expect(transferOf(bob.swarm).state).toBe("failed");
  });

  it("shares the lane with others to the same peer, and with messages", async () => {
    const { network, ada, bob } = await pair({ bytesPerSecond: 2_000_000 });
    const received = receiveAll(bob.swarm);
    const heard = hear(bob.swarm, "note");
    const sizes = [4 * MIB, 4 * MIB, 4 * MIB];
    const sendings = sizes.map((size, index) => ada.swarm.sendFile(idOf(bob.swarm), content(size, index)));
    await until(network, () => transfers(bob.swarm).some(({ doneBytes }) => doneBytes > 2 * MIB));
    const done = transfers(bob.swarm).map(({ doneBytes }) => doneBytes);
    expect(Math.max(...done) - Math.min(...done)).toBeLessThan(MIB);
    const sentAtMs = network.clock.now();
    ada.swarm.send(idOf(bob.swarm), "note", 1, { lane: "bulk" });
    await until(network, () => heard.length === 1, 10_000, 5);
    expect(
      network.clock.now() - sentAtMs,
      "a message waits for what is queued, not for the files",
    ).toBeLessThan(250);
    await inTime(network, Promise.all(sendings));
    for (const file of received.files) expect(await bytesOf(file)).toHaveLength(4 * MIB);
  });

  it("waits for its turn behind many others to the same agent", async () => {
    const { network, ada, bob } = await pair();
    const received = receiveAll(bob.swarm);
    const sendings = Array.from({ length: 20 }, (_, index) =>
      ada.swarm.sendFile(idOf(bob.swarm), content(100_000, index)),
    );
    await inTime(network, Promise.all(sendings));
    expect(received.files).toHaveLength(20);
    expect(dropped(bob.swarm)).toEqual({});
  });

  it("is kept in the store for as long as fifty others have not ended after it", async () => {
    const { network, ada, bob } = await pair();
    receiveAll(bob.swarm);
    for (let count = 0; count < 55; count++)
      await inTime(network, ada.swarm.sendFile(idOf(bob.swarm), content(10)), 1000, 1);
    await network.advance(1000);
    expect(transfers(ada.swarm)).toHaveLength(50);
    expect(transfers(bob.swarm)).toHaveLength(50);
  });
});

describe("an offer", () => {
  it("is refused where nobody takes files, by an app that says why, and after a minute without an answer", async () => {
    const { network, ada, bob } = await pair();
    const refusal = (): Promise<SwarmError> =>
      ada.swarm.sendFile(idOf(bob.swarm), content(10)).then(
        () => Promise.reject(new Error("accepted")),
        (error: SwarmError) => error,
      );
    const nobody = await inTime(network, refusal());
    expect(nobody.code).toBe("transfer-refused");
    expect(nobody.message).toContain("Nobody takes files here.");

    const stop = bob.swarm.onFile((offer) => offer.refuse("No room."));
    expect((await inTime(network, refusal())).message).toContain("No room.");
    stop();

    bob.swarm.onFile(() => undefined);
    const startedAtMs = network.clock.now();
    expect((await inTime(network, refusal(), 100_000)).code).toBe("transfer-refused");
    expect(network.clock.now() - startedAtMs).toBeLessThanOrEqual(61_000);
    expect(transferOf(bob.swarm).state).toBe("refused");
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("can be decided by hand, by its id, once", async () => {
    const { network, ada, bob } = await pair();
    const offers: FileOffer[] = [];
    bob.swarm.onFile((offer) => void offers.push(offer));
    const bytes = content(200_000);
    const sending = ada.swarm.sendFile(idOf(bob.swarm), bytes);
    await until(network, () => transfers(bob.swarm)[0]?.state === "offered");
    const { id } = transferOf(bob.swarm);
    const accepting = bob.swarm.transfers.accept(id, { into: "memory" });
    await network.settle();
    expect(await codeOf(offers[0]!.accept())).toBe("transfer-cancelled");
    offers[0]!.refuse("too late");
    await inTime(network, sending);
    expectSame((await accepting).content, bytes);
    expect(offers[0]!.signal.aborted).toBe(true);
    expect(await codeOf(bob.swarm.transfers.accept(id))).toBe("transfer-cancelled");
  });

  it("of a muted agent is refused unseen", async () => {
    const { network, ada, bob } = await pair();
    const received = receiveAll(bob.swarm);
    bob.swarm.mute(ada.swarm.store.getSnapshot().self.agentId!);
    const sending = codeOf(ada.swarm.sendFile(idOf(bob.swarm), content(10)));
    expect(await inTime(network, sending)).toBe("transfer-refused");
    expect(received.offers).toEqual([]);
  });

  it("that cannot be sent rejects at once, and says why", async () => {
    const { ada, bob } = await pair();
    const [to, file] = [idOf(bob.swarm), content(1)];
    expect(await codeOf(ada.swarm.sendFile("nobody", file))).toBe("peer-gone");
    expect(await codeOf(ada.swarm.sendFile(to, file, { metadata: "x".repeat(5000) }))).toBe(
      "payload-too-large",
    );
    expect(await codeOf(ada.swarm.sendFile(to, file, { metadata: () => 1 }))).toBe("invalid-payload");
    expect(await codeOf(ada.swarm.sendFile(to, file, { chunkBytes: 1000 }))).toBe("invalid-option");
    expect(await codeOf(ada.swarm.sendFile(to, file, { signal: AbortSignal.abort() }))).toBe("aborted");
  });
});

describe("ending a transfer", () => {
  type End = (sides: { ada: Swarm; bob: Swarm; sender: AbortController; receiver: AbortController }) => void;
  const last = (swarm: Swarm): string => transfers(swarm).at(-1)?.id ?? "";
  const ends: [string, End, sender: string, receiver: string][] = [
    ["the sender's signal", ({ sender }) => sender.abort(), "aborted", "transfer-cancelled"],
    ["the receiver's signal", ({ receiver }) => receiver.abort(), "transfer-cancelled", "aborted"],
    [
      "the sender by hand",
      ({ ada }) => ada.transfers.cancel(last(ada)),
      "transfer-cancelled",
      "transfer-cancelled",
    ],
    [
      "the receiver by hand",
      ({ bob }) => bob.transfers.cancel(last(bob)),
      "transfer-cancelled",
      "transfer-cancelled",
    ],
  ];

  it.each(ends)("by %s at any moment ends it on both sides", async (_, end, senderCode, receiverCode) => {
    let endedInTheMiddle = 0;
    for (let atMs = 0; atMs <= 600; atMs += 30) {
      const { network, ada, bob } = await pair({ bytesPerSecond: 2_000_000 });
      const [sender, receiver] = [new AbortController(), new AbortController()];
      const outcomes: string[] = [];
      bob.swarm.onFile(async (offer) => {
        await new Promise<void>((resolve) => network.clock.setTimer(60, resolve));
        outcomes.push(await codeOf(offer.accept({ into: "files", signal: receiver.signal })));
      });
      const sending = codeOf(
        ada.swarm.sendFile(idOf(bob.swarm), content(800_000), { signal: sender.signal }),
      );
      await network.advance(atMs);
      end({ ada: ada.swarm, bob: bob.swarm, sender, receiver });
      const code = await inTime(network, sending, 5000);
      await network.advance(2000);
      const kept = await bob.host.storage.entries("transfer-bytes");
      if (code === senderCode && outcomes[0] === receiverCode) {
        endedInTheMiddle++;
        expect(kept, "what nobody wants is removed").toEqual([]);
      } else if (code === "fulfilled") {
        expect(outcomes).toEqual(["fulfilled"]);
      } else {
        // Before it was accepted, or the receiver had all of it and its word was on its way.
        expect(["transfer-refused", senderCode]).toContain(code);
        expect([[], ["fulfilled"], ["transfer-cancelled"], ["aborted"]]).toContainEqual(outcomes);
      }
      await leaveNothing(network, [ada.swarm, bob.swarm]);
    }
    expect(endedInTheMiddle).toBeGreaterThan(5);
  });
});

describe("a big payload", () => {
  const report = defineMessage("report", v.object({ rows: v.instance(Float64Array), title: v.string() }));

  it("arrives at the ordinary handlers, typed and checked, with what was signed", async () => {
    const { network, ada, bob } = await pair();
    const heard: unknown[] = [];
    bob.swarm.on(report, (payload, info) =>
      heard.push([payload, info.from.peerId, info.metadata, info.lane]),
    );
    const rows = Float64Array.from({ length: 100_000 }, (_, index) => index / 3);
    expect(() => ada.swarm.send(idOf(bob.swarm), report, { rows, title: "x" })).toThrow(/sendLarge\(\)/);
    const sending = ada.swarm.sendLarge(idOf(bob.swarm), report, { rows, title: "x" }, { conversation: "c" });
    await inTime(network, sending);
    await network.advance(500);
    expect(heard).toEqual([[{ rows, title: "x" }, idOf(ada.swarm), { conversation: "c" }, "bulk"]]);
    expect(bob.swarm.getStats().byType.report).toMatchObject({ messagesReceived: 1 });
    expect(transferOf(bob.swarm)).toMatchObject({ kind: "message", name: "report", state: "done" });
  });

  it("is refused by whoever does not listen, or where the schema does not fit, and delivered nowhere", async () => {
    const { network, ada, bob } = await pair();
    const to = idOf(bob.swarm);
    const big = "x".repeat(MAX_MESSAGE_BYTES + 1);
    expect(await inTime(network, codeOf(ada.swarm.sendLarge(to, "unknown", big)))).toBe("transfer-refused");
    const heard: unknown[] = [];
    bob.swarm.on(report, (payload) => heard.push(payload));
    expect(await inTime(network, codeOf(ada.swarm.sendLarge(to, "report", big)))).toBe("transfer-failed");
    expect(await codeOf(ada.swarm.sendLarge(to, "swarm/goodbye", {}))).toBe("invalid-option");
    expect(await codeOf(ada.swarm.sendLarge(to, report, { rows: 1 } as never))).toBe("invalid-payload");
    expect(heard).toEqual([]);
    expect(dropped(bob.swarm)).toMatchObject({ "invalid-payload": 1, "transfer-refused": 1 });
  });
});

describe("a receiver that comes back", () => {
  it("under another key gets what its files lack, when it is sent again", async () => {
    const { network, ada, bob } = await pair({ bytesPerSecond: 4_000_000 });
    receiveAll(bob.swarm, () => "files");
    const sentBytes = countChunkBytes(ada.host);
    const bytes = content(20 * MIB);
    const sending = ada.swarm.sendFile(idOf(bob.swarm), bytes);
    await until(network, () => transferOf(ada.swarm).doneBytes > 13 * MIB);
    bob.host.crash();
    const again = member(network.host("bob again", { storage: bob.host.storage }));
    // Another identity is another agent: this one gets nothing of it.
    await inTime(network, again.swarm.join());
    expect(await inTime(network, codeOf(sending), 120_000)).toBe("peer-gone");
    await gather(network, [ada.swarm, again.swarm]);
    const received = receiveAll(again.swarm, () => "files");
    const before = sentBytes();
    await inTime(network, ada.swarm.sendFile(idOf(again.swarm), bytes));
    expectSame(await bytesOf(received.files[0]!), bytes);
    expect(sentBytes() - before, "at most what did not fill a part is sent again").toBeLessThan(12.2 * MIB);
  });

  it("does not believe files that were changed meanwhile", async () => {
    const { network, ada, bob } = await pair({ bytesPerSecond: 8_000_000 });
    const received = receiveAll(bob.swarm, () => "files");
    const bytes = content(9 * MIB);
    await inTime(network, ada.swarm.sendFile(idOf(bob.swarm), bytes));
    const [, second] = await bob.host.storage.entries("transfer-bytes");
    const spoilt = new Uint8Array(await (second![1] as Blob).arrayBuffer());
    spoilt[1000]! ^= 1;
    await bob.host.storage.write([
      { collection: "transfer-bytes", key: second![0], value: new Blob([spoilt]) },
    ]);
    const sentBytes = countChunkBytes(ada.host);
    await inTime(network, ada.swarm.sendFile(idOf(bob.swarm), bytes));
    expectSame(await bytesOf(received.files[1]!), bytes);
    expect(sentBytes()).toBeGreaterThan(5 * MIB);
    expect(sentBytes()).toBeLessThan(5.1 * MIB);
  });
});
