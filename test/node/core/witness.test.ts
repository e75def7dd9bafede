import fc from "fast-check";
import {
  createIdentity,
  memoryStorage,
  type Storage,
  type Swarm,
  SwarmError,
  verifySignedMessage,
  verifyWitness,
  type WitnessRecord,
} from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { hashRecord } from "../../../src/core/witness/record.js";
import { longLog } from "./longLog.js";
import { agentOf, gather, hear, idOf, inTime, leaveNothing, record } from "./support.js";

const recordsOf = (text: string): WitnessRecord[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as WitnessRecord);

const witnessOf = (swarm: Swarm) => swarm.store.getSnapshot().witness;

/** A log with a bit of everything, from a swarm that is still joined. */
async function lifeOf(): Promise<{ text: string; agentId: string; peerId: string }> {
  const network = memoryNetwork();
  const [ada, bob] = [network.swarm({ name: "ada" }), network.swarm({ name: "bob" })];
  await gather(network, [ada, bob]);
  for (let round = 0; round < 5; round++) {
    ada.broadcast("chat", { round });
    bob.broadcast("nobody listens", {});
    await network.advance(4000);
  }
  await inTime(network, bob.leave());
  await network.advance(1000);
  const text = await inTime(network, ada.witness.export());
  const log = { text, agentId: agentOf(ada), peerId: idOf(ada) };
  await leaveNothing(network, [ada]);
  return log;
}

describe("verifying a long log", () => {
  /** Each look at the clock takes a millisecond. */
  const slowClock = () => {
    let nowMs = 0;
    vi.spyOn(performance, "now").mockImplementation(() => nowMs++);
    onTestFinished(() => void vi.restoreAllMocks());
  };

  it("lets the page have its turn, and says how far it is ten times a second at most", async () => {
    slowClock();
    let turns = 0;
    let isOver = false;
    const page = (): void => {
      turns++;
      if (!isOver) setImmediate(page);
    };
    setImmediate(page);
    const told: number[] = [];
    const verdict = await verifyWitness(longLog(1000), {
      onProgress: ({ lines, totalLines }) => told.push(lines / totalLines),
    });
    isOver = true;
    expect(verdict).toMatchObject({ isIntact: true, records: 1000 });
    expect(turns).toBeGreaterThan(50);
    expect(told.length).toBeGreaterThan(3);
    expect(told.length).toBeLessThan(20);
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
    expect(told.every((share) => share > 0 && share < 1)).toBe(true);
  });

  it("ends where nobody waits for it any more", async () => {
    slowClock();
    const controller = new AbortController();
    const verifying = verifyWitness(longLog(1000), {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(verifying).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("the witness log", () => {
  it("tells what the swarm did and saw, in order, linked and signed", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm({ name: "ada" }), network.swarm({ name: "bob" })];
    const heard = hear(bob);
    await gather(network, [ada, bob]);
    const [adaId, bobId] = [idOf(ada), idOf(bob)];
    ada.send(bobId, "chat", "one");
    await network.advance(300);
    ada.broadcast("unheard of", {});
    await network.advance(300);
    await inTime(network, ada.leave());
    await network.advance(300);
    const text = await inTime(network, bob.witness.export());

    const records = recordsOf(text);
    expect(records[0]).toMatchObject({ index: 0, kind: "session_began", detail: { peer: bobId } });
    const kinds = records.map(({ kind }) => kind);
    expect(kinds).toEqual(
      expect.arrayContaining([
        "signaling_connected",
        "peer_connected",
        "ifmessage_sent",
        "ifmessage_received",
        "dropped",
        "peer_disconnected",
        "checkpoint",
      ]),
    );
    expect(records.find(({ kind }) => kind === "dropped")?.detail).toEqual({
      code: "unknown-type",
      count: 1,
      peer: adaId,
    });
    expect(records.find(({ kind }) => kind === "peer_disconnected")?.detail).toEqual({
      peer: adaId,
      reason: "left",
    });
    // The message that was heard is in a frame that was witnessed: its root is the one that its proof leads to.
    const number = Number(heard[0]?.info.id.split(":")[1]);
    const frames = records
      .filter(({ kind }) => kind === "ifmessage_received")
      .flatMap(({ detail }) => detail.frames as [string, number, number, number][]);
    expect(frames.some(([, first, last]) => first <= number && number <= last)).toBe(true);
    expect(await verifySignedMessage(heard[0]?.info.signed() as never)).toMatchObject({ payload: "one" });

    expect(await verifyWitness(text, { agentId: agentOf(bob) })).toEqual({
      isIntact: true,
      records: records.length,
      firstIndex: 0,
      signedThrough: records.length - 2,
      agentId: agentOf(bob),
      peerId: bobId,
    });
    await leaveNothing(network, [bob]);
  });

  it("signs by itself, and shows how far", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    await gather(network, [ada, bob]);
    await network.advance(11_000);
    const { records, signedThrough, head, recent } = witnessOf(ada);
    expect(signedThrough).toBeGreaterThan(3);
    expect(head).toEqual({ index: records - 1, hash: recent.at(-1)?.hash });
    await leaveNothing(network, [ada, bob]);
    expect(
      witnessOf(ada)
        .recent.map(({ kind }) => kind)
        .slice(-2),
    ).toEqual(["session_ended", "checkpoint"]);
  });

  it("keeps its bounds, whatever comes, and still verifies", async () => {
    const network = memoryNetwork();
    const maxBytes = 200_000;
    const [ada, bob] = [network.swarm({ witness: { maxBytes } }), network.swarm()];
    hear(ada);
    await gather(network, [ada, bob]);
    for (let round = 0; round < 600; round++) {
      bob.broadcast("chat", round);
      await network.advance(300);
    }
    const text = await inTime(network, ada.witness.export());
    expect(text.length).toBeLessThan(maxBytes + 1000);
    const { trimmedRecords, recent } = witnessOf(ada);
    expect(recent).toHaveLength(50);
    expect(trimmedRecords).toBeGreaterThan(100);
    expect(await verifyWitness(text)).toMatchObject({ isIntact: true, firstIndex: trimmedRecords });
    await leaveNothing(network, [ada, bob]);
  });

  it("tells of a flood of frames in few records", async () => {
    const network = memoryNetwork();
    const [ada, bob] = [network.swarm(), network.swarm()];
    hear(bob);
    await gather(network, [ada, bob]);
    await network.advance(300);
    const before = witnessOf(bob).records;
    for (let round = 0; round < 200; round++) {
      ada.broadcast("chat", round);
      await network.advance(1);
    }
    await network.advance(300);
    expect(witnessOf(bob).records - before).toBeLessThan(10);
    const received = witnessOf(bob).recent.flatMap(({ kind, detail }) =>
      kind === "ifmessage_received" ? (detail.frames as [string, number, number, number][]) : [],
    );
    expect(received.reduce((sum, [, , , messages]) => sum + messages, 0)).toBeGreaterThanOrEqual(200);
    await leaveNothing(network, [ada, bob]);
  });

  it("outlives a crash, and is read by the next session", async () => {
    const network = memoryNetwork();
    const identity = await createIdentity();
    const tab = network.host("before");
    const [ada, bob] = [tab.swarm({ identity }), network.swarm()];
    await gather(network, [ada, bob]);
    await network.advance(12_000);
    const peerId = idOf(ada);
    const { records } = witnessOf(ada);
    tab.crash();
    const again = network.host("after", { storage: tab.storage }).swarm({ identity });
    await inTime(network, again.join());
    const sessions = await inTime(network, again.witness.sessions());
    expect(sessions.map((session) => session.peerId)).toContain(peerId);
    const text = await inTime(network, again.witness.export({ peerId }));
    const verdict = await verifyWitness(text, { agentId: identity.agentId });
    expect(verdict).toMatchObject({ isIntact: true, firstIndex: 0, peerId });
    // What the last second held may be lost with the page.
    expect(recordsOf(text).length).toBeGreaterThanOrEqual(records - 2);
    await network.advance(60_000);
    await leaveNothing(network, [again, bob]);
  });

  it("of each stay is whole, through a storage that fails for a while, and the swarm goes on", async () => {
    const network = memoryNetwork();
    const kept = memoryStorage();
    let isBroken = false;
    const storage: Storage = {
      ...kept,
      write: (changes) =>
        isBroken
          ? Promise.reject(new SwarmError("storage-failed", { what: "No space." }))
          : kept.write(changes),
    };
    const [ada, bob] = [network.host("ada", { storage }).swarm(), network.swarm()];
    const heard = hear(bob);
    await gather(network, [ada, bob]);
    const first = idOf(ada);
    const errors = record(ada, "error");
    isBroken = true;
    // Enough frames for whole segments, which nothing changes any more.
    for (let round = 0; round < 1500; round++) {
      ada.broadcast("chat", round);
      await network.advance(1);
    }
    await network.advance(60_000);
    expect(heard).toHaveLength(1500);
    expect(errors.map(({ code }) => code)).toEqual(Array(errors.length).fill("handler-failed"));
    expect(errors.length).toBeGreaterThan(0);
    expect(errors.length).toBeLessThan(6);
    isBroken = false;
    await inTime(network, ada.leave());
    await inTime(network, ada.join());
    await network.advance(15_000);

    const earlier = await inTime(network, ada.witness.export({ peerId: first }));
    expect(await verifyWitness(earlier)).toMatchObject({ isIntact: true, firstIndex: 0, peerId: first });
    expect(
      recordsOf(earlier)
        .slice(-2)
        .map(({ kind }) => kind),
    ).toEqual(["session_ended", "checkpoint"]);
    const present = await inTime(network, ada.witness.export());
    expect(await verifyWitness(present)).toMatchObject({ isIntact: true, firstIndex: 0, peerId: idOf(ada) });
    expect(recordsOf(present)[0]).toMatchObject({ kind: "session_began", detail: { peer: idOf(ada) } });
    const sessions = await inTime(network, ada.witness.sessions());
    expect(sessions.map(({ peerId }) => peerId)).toEqual([first, idOf(ada)]);
    await leaveNothing(network, [ada, bob]);
  });

  it("bounds what all sessions of an origin keep", async () => {
    const network = memoryNetwork();
    const maxBytes = 20_000;
    let tab = network.host();
    const { storage } = tab;
    for (let session = 0; session < 20; session++) {
      tab = network.host(`session ${session}`, { storage });
      const swarm = tab.swarm({ witness: { maxBytes } });
      await gather(network, [swarm]);
      for (let i = 0; i < 10; i++) {
        swarm.reconnect();
        await network.advance(2000);
      }
      await leaveNothing(network, [swarm]);
    }
    const kept = await storage.entries("witness");
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.reduce((sum, [, text]) => sum + String(text).length, 0)).toBeLessThan(maxBytes * 2);
  });
});

describe("verifyWitness finds", () => {
  let log: Awaited<ReturnType<typeof lifeOf>>;
  let lines: string[];
  beforeAll(async () => {
    log = await lifeOf();
    lines = log.text.trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(12);
  });
  const verify = (changed: readonly string[]) => verifyWitness(changed.map((line) => `${line}\n`).join(""));
  const anyLine = () => fc.nat({ max: lines.length - 1 });

  it("nothing in a log that nobody touched", async () => {
    expect(await verify(lines)).toMatchObject({
      isIntact: true,
      records: lines.length,
      agentId: log.agentId,
    });
    expect(await verifyWitness("")).toMatchObject({ isIntact: true, records: 0, signedThrough: undefined });
  });

  it("a changed record, by any character, at its line or the one that names it", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyLine(),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (at, place, letter) => {
          const line = lines[at] as string;
          const index = place % line.length;
          fc.pre(line[index] !== letter);
          const changed = lines.with(at, line.slice(0, index) + letter + line.slice(index + 1));
          const verdict = await verify(changed);
          expect(verdict).toMatchObject({ isIntact: false });
          if (!verdict.isIntact) expect(verdict.line - 1 - at).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("a removed record", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: lines.length - 2 }), async (at) => {
        expect(await verify(lines.toSpliced(at, 1))).toEqual({
          isIntact: false,
          line: at + 1,
          fault: "chain-broken",
        });
      }),
    );
  });

  it("records that changed places", async () => {
    await fc.assert(
      fc.asyncProperty(anyLine(), anyLine(), async (a, b) => {
        fc.pre(a !== b);
        const moved = lines.with(a, lines[b] as string).with(b, lines[a] as string);
        expect(await verify(moved)).toMatchObject({ isIntact: false });
      }),
    );
  });

  it("an inserted or doubled record", async () => {
    await fc.assert(
      fc.asyncProperty(anyLine(), anyLine(), async (what, where) => {
        const verdict = await verify(lines.toSpliced(where, 0, lines[what] as string));
        expect(verdict).toMatchObject({ isIntact: false });
      }),
    );
  });

  /** The log with one record changed, and every hash that is asked for made anew without the key. */
  const forge = (at: number, { through, checkpoints }: { through: number; checkpoints: boolean }) => {
    const hashes = new Map<number, string>();
    return recordsOf(log.text).map((record) => {
      const { index } = record;
      const changed = { ...record, detail: { ...record.detail } as Record<string, unknown> };
      if (index === at) changed.detail.server = "another";
      if (index <= through && hashes.has(index - 1)) changed.previous = hashes.get(index - 1) as string;
      const signed = hashes.get(record.detail.index as number);
      if (checkpoints && signed !== undefined) changed.detail.hash = signed;
      if (index >= at && index <= through) {
        changed.hash = hashRecord(changed as WitnessRecord);
        hashes.set(index, changed.hash);
      }
      return JSON.stringify(changed);
    });
  };

  it("a record that was rewritten with a hash of its own", async () => {
    for (let at = 1; at < lines.length - 1; at++) {
      if (recordsOf(log.text)[at]?.kind === "checkpoint") continue;
      expect(await verify(forge(at, { through: at, checkpoints: false }))).toMatchObject({
        isIntact: false,
        line: at + 2,
        fault: "chain-broken",
      });
    }
  });

  it("a chain that was rewritten from some record on, by its checkpoints", async () => {
    const isCheckpoint = ({ kind }: WitnessRecord): boolean => kind === "checkpoint";
    expect(recordsOf(log.text).filter(isCheckpoint).length).toBeGreaterThan(1);
    expect(await verify(forge(1, { through: Infinity, checkpoints: false }))).toMatchObject({
      isIntact: false,
      fault: "checkpoint-broken",
    });
    expect(await verify(forge(1, { through: Infinity, checkpoints: true }))).toMatchObject({
      isIntact: false,
      line: recordsOf(log.text).findIndex(isCheckpoint) + 1,
      fault: "signature-invalid",
    });
  });

  it("the log of another agent", async () => {
    const stranger = await createIdentity();
    expect(await verifyWitness(log.text, { agentId: stranger.agentId })).toMatchObject({
      isIntact: false,
      fault: "other-session",
    });
  });

  it("what is no log, without an exception", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string(), fc.json(), fc.constant("null"), fc.constant("[]")),
        async (text) => {
          fc.pre(text.replaceAll("\n", "") !== "");
          expect(await verifyWitness(text)).toMatchObject({ isIntact: false });
        },
      ),
    );
  });
});
