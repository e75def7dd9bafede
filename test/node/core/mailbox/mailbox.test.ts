import { createIdentity, defineMessage, type ReliableOptions, type Swarm } from "peerswarm";
import { memoryNetwork } from "peerswarm/testing";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  connectedPeers,
  dropped,
  hear,
  inTime,
  leaveAll,
  leaveNothing,
  payloads,
  peersOf,
  until,
  watch,
} from "../support.js";
import { createDevice, type Device } from "./support.js";

const MINUTE_MS = 60_000;

/** Ada has met Bob, so she knows his key. */
async function acquainted(options: Parameters<typeof createDevice>[2] = {}) {
  const network = memoryNetwork();
  const ada = await createDevice(network, "ada");
  const bob = await createDevice(network, "bob", options);
  await ada.open();
  await bob.open();
  await until(network, () => areLinked(ada, bob));
  const note = (payload: unknown, sending: ReliableOptions = {}): Promise<void> =>
    ada.swarm.sendReliably(bob.agentId, "note", payload, sending);
  return { network, ada, bob, note };
}

function areLinked(a: Device, b: Device): boolean {
  const sees = (swarm: Swarm, agentId: string): boolean =>
    connectedPeers(swarm).some((peer) => peer.agentId === agentId);
  return sees(a.swarm, b.agentId) && sees(b.swarm, a.agentId);
}

const waiting = (device: Device): number => device.swarm.store.getSnapshot().mailbox.total;

describe("sendReliably", () => {
  it("reaches an agent that is here, in order, and resolves when it keeps the letters", async () => {
    const { network, ada, bob, note } = await acquainted();
    await inTime(network, Promise.all([1, 2, 3, 4, 5].map((number) => note(number))));
    await network.settle();
    expect(bob.heard).toEqual([1, 2, 3, 4, 5]);
    expect(waiting(ada)).toBe(0);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("tells the handler that it came by mail, and from whom", async () => {
    const { network, ada, bob, note } = await acquainted();
    const heard = hear(bob.swarm, "note");
    const sentAtMs = network.clock.now();
    await inTime(network, note({ text: "hello" }, { expiresMs: MINUTE_MS }));
    await network.settle();
    const { info } = heard[0]!;
    expect(info).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      type: "note",
      from: { agentId: ada.agentId },
      sentAtMs,
      mail: { isSealed: true, expiresAtMs: sentAtMs + MINUTE_MS },
    });
    expect(info.signed().context.fromAgent).toBe(ada.agentId);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("waits for an agent that is away", async () => {
    const { network, ada, bob, note } = await acquainted();
    bob.crash();
    const sending = [note("one"), note("two")];
    await network.advance(10 * MINUTE_MS);
    expect(ada.swarm.store.getSnapshot().mailbox).toEqual({ waiting: { [bob.agentId]: 2 }, total: 2 });
    await bob.open();
    await inTime(network, Promise.all(sending));
    await network.settle();
    expect(bob.heard).toEqual(["one", "two"]);
    expect(ada.swarm.store.getSnapshot().mailbox).toEqual({ waiting: {}, total: 0 });
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("survives a reload of the sender while the receiver is away", async () => {
    const { network, ada, bob, note } = await acquainted();
    bob.crash();
    watch(note("one"));
    watch(note("two"));
    await network.settle();
    ada.crash();
    await ada.open();
    await inTime(network, Promise.all([bob.open(), network.advance(0)]));
    await until(network, () => bob.heard.length === 2);
    expect(bob.heard).toEqual(["one", "two"]);
    expect(waiting(ada)).toBe(0);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("reaches an agent that was never met, unsealed; and not at all where sealing is asked for", async () => {
    const network = memoryNetwork();
    const ada = await createDevice(network, "ada");
    const bob = await createDevice(network, "bob");
    await ada.open();
    const insisting = ada.swarm.sendReliably(bob.agentId, "note", 1, { sealed: true });
    await expect(inTime(network, insisting)).rejects.toMatchObject({ code: "sealing-unavailable" });
    const sending = ada.swarm.sendReliably(bob.agentId, "note", "open");
    await network.settle();
    const heard = hear(bob.swarm, "note");
    await bob.open();
    await inTime(network, sending);
    await until(network, () => heard.length === 1);
    expect(heard[0]?.info.mail).toMatchObject({ isSealed: false });
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("keeps nothing readable of a sealed letter, neither here nor there", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { network, ada, bob, note } = await acquainted({ onNote: () => held });
    const secret = "the well-known secret";
    const contains = async (device: Device): Promise<boolean> => {
      const names = ["mail-out", "mail-out-letters", "mail-in", "mail-out-heads", "mail-in-senders"];
      const all = await Promise.all(names.map((name) => device.host.storage.entries(name)));
      const bytes = all.flat().map(([, value]) => bytesIn(value));
      return bytes.join("").includes(secret);
    };
    bob.crash();
    const sending = note(secret);
    await network.settle();
    expect(await contains(ada)).toBe(false);
    await bob.open();
    await inTime(network, sending);
    expect(await contains(bob)).toBe(false);
    // The check can fail.
    ada.crash();
    await ada.open();
    bob.crash();
    watch(note(secret, { sealed: false }));
    await network.settle();
    expect(await contains(ada)).toBe(true);
    release();
    await leaveAll(network, [ada.swarm]);
  });

  it("reports a letter that expires before its receiver comes, and never delivers it", async () => {
    const { network, ada, bob, note } = await acquainted();
    bob.crash();
    await until(network, () => peersOf(ada.swarm).length === 0);
    const outcome = watch(note("late", { expiresMs: MINUTE_MS }));
    const good = note("in time");
    await network.advance(MINUTE_MS);
    expect(outcome()).toMatchObject({ error: { code: "message-expired" } });
    expect(ada.expired).toHaveLength(1);
    await bob.open();
    await inTime(network, good);
    await network.settle();
    expect(bob.heard).toEqual(["in time"]);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("does not say expired of a letter that may have been taken: it was", async () => {
    const { network, ada, bob, note } = await acquainted();
    network.behaviour.latencyMs = 1000;
    const outcome = watch(note("perhaps", { expiresMs: 5000 }));
    await network.advance(1500);
    expect(bob.heard).toEqual(["perhaps"]);
    // The acknowledgement is lost.
    network.partition([ada.host], [bob.host]);
    network.behaviour.latencyMs = 1;
    await network.advance(5000);
    expect(outcome()).toMatchObject({ error: { code: "message-unconfirmed" } });
    expect(waiting(ada)).toBe(1);
    network.heal();
    await until(network, () => waiting(ada) === 0, 5 * MINUTE_MS);
    expect(ada.expired).toEqual([]);
    expect(bob.heard).toEqual(["perhaps"]);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("does not say expired of a letter that may have been taken: it was not", async () => {
    const { network, ada, bob, note } = await acquainted();
    bob.host.sleep();
    const outcome = watch(note("perhaps", { expiresMs: 5000 }));
    await network.settle();
    bob.crash();
    await network.advance(5000);
    expect(outcome()).toMatchObject({ error: { code: "message-unconfirmed" } });
    expect(ada.expired).toEqual([]);
    await bob.open();
    await until(network, () => ada.expired.length === 1);
    expect(bob.heard).toEqual([]);
    expect(waiting(ada)).toBe(0);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("takes a letter back when it is aborted before it was sent", async () => {
    const { network, ada, bob, note } = await acquainted();
    bob.crash();
    await until(network, () => peersOf(ada.swarm).length === 0);
    const controller = new AbortController();
    const outcome = watch(note("never mind", { signal: controller.signal }));
    await network.settle();
    controller.abort();
    await network.settle();
    expect(outcome()).toMatchObject({ error: { code: "aborted" } });
    expect(waiting(ada)).toBe(0);
    const already = watch(note("never", { signal: controller.signal }));
    await network.settle();
    expect(already()).toMatchObject({ error: { code: "aborted" } });
    await bob.open();
    await network.advance(MINUTE_MS);
    expect(bob.heard).toEqual([]);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("rejects with left when the swarm leaves, and delivers after the next join", async () => {
    const { network, ada, bob, note } = await acquainted();
    await leaveAll(network, [bob.swarm]);
    const outcome = watch(note("later"));
    await network.settle();
    await leaveAll(network, [ada.swarm]);
    expect(outcome()).toMatchObject({ error: { code: "left" } });
    expect(network.pendingTimers).toBe(0);
    expect(waiting(ada)).toBe(0);
    await ada.open();
    await bob.open();
    await until(network, () => bob.heard.length === 1);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("refuses what cannot be sent so, at once", async () => {
    const { network, ada, bob, note } = await acquainted();
    const chat = defineMessage("note", v.object({ text: v.string() }));
    const { swarm } = ada;
    const strict = { text: 7 } as unknown as { text: string };
    const codes: [string, Promise<void>][] = [
      ["invalid-option", swarm.sendReliably("bob", "note", 1)],
      ["invalid-option", swarm.sendReliably(ada.agentId, "note", 1)],
      ["invalid-option", note(1, { expiresMs: 0 })],
      ["invalid-option", note(1, { expiresMs: 22 * 24 * 60 * MINUTE_MS })],
      ["invalid-option", swarm.sendReliably(bob.agentId, "swarm/goodbye", {})],
      ["invalid-payload", note(new Date())],
      ["invalid-payload", swarm.sendReliably(bob.agentId, chat, strict)],
      ["payload-too-large", note(new Uint8Array(200_000))],
    ];
    for (const [, sending] of codes) watch(sending);
    for (const [code, sending] of codes) {
      await expect(inTime(network, sending)).rejects.toMatchObject({ code });
    }
    await leaveNothing(network, [ada.swarm, bob.swarm]);
    await expect(note(1)).rejects.toMatchObject({ code: "not-joined" });
  });

  it("waits for room, or rejects with queue-full where it is told not to", async () => {
    const { network, ada, bob, note } = await acquainted();
    bob.crash();
    await until(network, () => peersOf(ada.swarm).length === 0);
    const large = new Uint8Array(180_000);
    const fitting = Math.floor((8 * 1024 * 1024) / 180_300);
    const sent = Array.from({ length: fitting }, () => note(large));
    await network.settle();
    expect(waiting(ada)).toBe(fitting);
    const full = watch(note(large, { waitForRoom: false }));
    const impatient = watch(note(large, { expiresMs: 5000 }));
    const patient = watch(note("last"));
    await network.advance(5000);
    expect(full()).toMatchObject({ error: { code: "queue-full" } });
    expect(impatient()).toMatchObject({ error: { code: "message-expired" } });
    await bob.open();
    await inTime(network, Promise.all(sent), 5 * MINUTE_MS);
    await until(network, () => patient() !== undefined);
    await until(network, () => bob.heard.length === fitting + 1);
    expect(bob.heard.at(-1)).toBe("last");
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("that another tab has brought is not waited for any longer, though its word of that was lost", async () => {
    const network = memoryNetwork();
    const bob = await createDevice(network, "bob");
    const ada = await createDevice(network, "ada");
    await ada.open();
    const other = network.host("ada-2", { storage: ada.host.storage });
    const otherSwarm = other.swarm({ identity: ada.identity });
    await inTime(network, otherSwarm.join());
    await network.advance(2000);
    const sent = watch(ada.swarm.sendReliably(bob.agentId, "note", 1));
    await network.advance(1000);
    network.partition([ada.host], [other, bob.host]);
    await bob.open();
    await until(network, () => bob.heard.length === 1);
    // Its word to the first tab goes down with it.
    other.crash();
    await network.advance(70_000);
    expect(sent()).toMatchObject({ error: { code: "message-unconfirmed" } });
    expect(bob.heard).toEqual([1]);
    network.heal();
    await leaveAll(network, [ada.swarm, bob.swarm]);
  });

  it("works between several tabs of both agents: each letter is handled in one tab, once", async () => {
    const network = memoryNetwork();
    const [adaKey, bobKey] = [await createIdentity(), await createIdentity()];
    const heard: unknown[] = [];
    const tab = (name: string, identity: typeof adaKey, storage?: never): [Swarm, never] => {
      const host = network.host(name, storage === undefined ? {} : { storage });
      const swarm = host.swarm({ identity });
      swarm.on("note", (payload) => void heard.push(payload));
      return [swarm, host.storage as never];
    };
    const [ada1, adaStorage] = tab("ada-1", adaKey);
    const [ada2] = tab("ada-2", adaKey, adaStorage);
    const [bob1, bobStorage] = tab("bob-1", bobKey);
    const [bob2] = tab("bob-2", bobKey, bobStorage);
    const all = [ada1, ada2, bob1, bob2];
    await inTime(network, Promise.all(all.map((swarm) => swarm.join())));
    await until(network, () => all.every((swarm) => connectedPeers(swarm).length === 3));
    const sending = Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? ada1 : ada2).sendReliably(bobKey.agentId, "note", index),
    );
    await inTime(network, Promise.all(sending));
    await network.settle();
    expect(heard.toSorted((a, b) => Number(a) - Number(b))).toEqual(sending.map((_, index) => index));
    await leaveNothing(network, all);
  });
});

/** Text in the bytes of any depth. */
function bytesIn(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value === "object" && value !== null) return Object.values(value).map(bytesIn).join("|");
  return String(value);
}

describe("the receiver", () => {
  it("hands a letter over again when it crashed before the handler was done", async () => {
    let isStuck = true;
    const { network, ada, bob, note } = await acquainted({
      onNote: () => (isStuck ? new Promise<void>(() => undefined) : undefined),
    });
    await inTime(network, note("one"));
    await inTime(network, note("two"));
    expect(bob.heard).toEqual(["one"]);
    bob.crash();
    isStuck = false;
    await bob.open();
    await until(network, () => bob.heard.length === 3);
    expect(bob.heard).toEqual(["one", "one", "two"]);
    bob.crash();
    await bob.open();
    await network.advance(MINUTE_MS);
    expect(bob.heard).toEqual(["one", "one", "two"]);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("waits for asynchronous handlers, one letter after the other", async () => {
    let release: (() => void)[] = [];
    const { network, ada, bob, note } = await acquainted({
      onNote: () => new Promise<void>((resolve) => void release.push(resolve)),
    });
    await inTime(network, Promise.all([note(1), note(2)]));
    await network.settle();
    expect(bob.heard).toEqual([1]);
    release[0]?.();
    await network.settle();
    expect(bob.heard).toEqual([1, 2]);
    release[1]?.();
    release = [];
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("goes on after a handler that throws, rejects or never ends", async () => {
    const { network, ada, bob, note } = await acquainted({
      onNote(payload) {
        if (payload === "throw") throw new Error("thrown");
        if (payload === "reject") return Promise.reject(new Error("rejected"));
        if (payload === "hang") return new Promise(() => undefined);
        return undefined;
      },
    });
    const errors: string[] = [];
    bob.swarm.events.on("error", ({ code, message }) => errors.push(`${code}: ${message}`));
    await inTime(network, Promise.all(["throw", "reject", "hang", "fine"].map((payload) => note(payload))));
    await network.advance(6 * MINUTE_MS);
    expect(bob.heard).toEqual(["throw", "reject", "hang", "fine"]);
    expect(errors).toHaveLength(3);
    for (const error of errors) expect(error).toMatch(/^handler-failed: The handler of "note"/);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("keeps a letter until somebody handles its type, and lets others pass", async () => {
    const { network, ada, bob, note } = await acquainted();
    await inTime(network, ada.swarm.sendReliably(bob.agentId, "poem", "ode", { expiresMs: 60 * MINUTE_MS }));
    await inTime(network, ada.swarm.sendReliably(bob.agentId, "song", "lied", { expiresMs: 60 * MINUTE_MS }));
    await inTime(network, note("prose"));
    await network.settle();
    expect(bob.heard).toEqual(["prose"]);
    const poems = hear(bob.swarm, "poem");
    await network.settle();
    expect(payloads(poems)).toEqual(["ode"]);
    await network.advance(61 * MINUTE_MS);
    expect(dropped(bob.swarm)).toMatchObject({ "unknown-type": 1 });
    const songs = hear(bob.swarm, "song");
    await network.advance(MINUTE_MS);
    expect(songs).toEqual([]);
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });

  it("checks payloads by the handler's schema, and drops mail of agents that are muted", async () => {
    const { network, ada, bob } = await acquainted();
    const strict = defineMessage("strict", v.object({ text: v.string() }));
    const texts: string[] = [];
    bob.swarm.on(strict, ({ text }) => void texts.push(text));
    const send = (payload: unknown): Promise<void> =>
      inTime(network, ada.swarm.sendReliably(bob.agentId, "strict", payload));
    await send({ text: 7 });
    await send({ text: "seven" });
    bob.swarm.mute(ada.agentId);
    await send({ text: "unheard" });
    await network.settle();
    expect(texts).toEqual(["seven"]);
    expect(dropped(bob.swarm)).toMatchObject({ "invalid-payload": 1, muted: 1 });
    await leaveNothing(network, [ada.swarm, bob.swarm]);
  });
});
