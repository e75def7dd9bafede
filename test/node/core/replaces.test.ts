import { memoryNetwork } from "peerswarm/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createIdentity } from "../../../src/core/identity/identity.js";
import { claimSession } from "../../../src/core/identity/previousSession.js";
import { gather, idOf, inTime, leaveNothing, peersOf, record, until } from "./support.js";

const [FIRST, SECOND] = ["aaaaaaaaaaaa-aaaaaaaaaa", "aaaaaaaaaaaa-bbbbbbbbbb"];

/** A tab's storage and the locks of its browser, as much of them as is used. */
function fakePage() {
  const items = new Map<string, string>();
  const held = new Set<string>();
  const locks = {
    async request(name: string, ...rest: unknown[]) {
      const run = rest.at(-1) as (lock: object | null) => unknown;
      if (held.has(name)) return run(null);
      held.add(name);
      try {
        return await run({});
      } finally {
        held.delete(name);
      }
    },
  };
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  return { items, held, locks, storage };
}

let page: ReturnType<typeof fakePage>;

beforeEach(() => {
  page = fakePage();
  vi.stubGlobal("document", {});
  vi.stubGlobal("sessionStorage", page.storage);
  vi.stubGlobal("navigator", { locks: page.locks });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the claim on a session", () => {
  it("finds the session before a reload, whose lock died with the page", async () => {
    await claimSession("room", FIRST);
    page.held.clear();
    expect((await claimSession("room", SECOND)).replaces).toBe(FIRST);
  });

  it("leaves a session alone that lives in another tab", async () => {
    await claimSession("room", FIRST);
    expect((await claimSession("room", SECOND)).replaces).toBeUndefined();
  });

  it("is per room, and gone once released", async () => {
    const claim = await claimSession("room", FIRST);
    page.held.clear();
    expect((await claimSession("elsewhere", SECOND)).replaces).toBeUndefined();
    claim.release();
    expect((await claimSession("room", SECOND)).replaces).toBeUndefined();
  });

  it("ignores a storage that holds anything else", async () => {
    page.items.set("peerswarm:session:room", "__proto__");
    expect((await claimSession("room", FIRST)).replaces).toBeUndefined();
  });

  it("makes do without storage or locks", async () => {
    vi.stubGlobal("sessionStorage", {
      getItem: () => {
        throw new Error("blocked");
      },
      setItem: () => {
        throw new Error("full");
      },
      removeItem: () => undefined,
    });
    expect((await claimSession("room", FIRST)).replaces).toBeUndefined();
    vi.stubGlobal("navigator", {});
    expect((await claimSession("room", SECOND)).replaces).toBeUndefined();
  });
});

describe("a reloaded tab", () => {
  it("takes the place of its old session at once, for everyone", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const identity = await createIdentity();
    const host = network.host();
    const old = host.swarm({ identity });
    await inTime(network, old.join());
    const oldId = idOf(old);
    // The other tab has a storage of its own.
    vi.stubGlobal("sessionStorage", fakePage().storage);
    const other = network.swarm();
    await gather(network, [old, other]);
    const left = record(other, "peer-left");
    vi.stubGlobal("sessionStorage", page.storage);
    page.held.delete(`peerswarm:session:${oldId}`);
    // The socket of the old page lingers on the server, as it does when a network swallows its end.
    host.sleep();
    const reloaded = network.swarm({ identity });
    await inTime(network, reloaded.join());
    const tookMs = await until(network, () => left.length > 0);
    expect(left).toMatchObject([{ peerId: oldId, reason: "replaced" }]);
    expect(tookMs).toBeLessThan(5000);
    expect(peersOf(other).map((peer) => peer.peerId)).toEqual([idOf(reloaded)]);
    await network.advance(60_000);
    expect(peersOf(other).map((peer) => peer.peerId)).toEqual([idOf(reloaded)]);
    host.crash();
    await network.advance(30_000);
    await leaveNothing(network, [reloaded, other]);
  });

  it("of another agent replaces nobody", async () => {
    const network = memoryNetwork({ latencyMs: 10 });
    const victim = network.swarm();
    await inTime(network, victim.join());
    vi.stubGlobal("sessionStorage", fakePage().storage);
    const other = network.swarm();
    await gather(network, [victim, other]);
    const left = record(other, "peer-left");
    const forged = fakePage();
    forged.items.set("peerswarm:session:peerswarm-default", idOf(victim));
    vi.stubGlobal("sessionStorage", forged.storage);
    page.held.clear();
    const liar = network.swarm();
    await inTime(network, liar.join());
    await until(network, () => peersOf(other).length === 2);
    await network.advance(10_000);
    expect(left).toEqual([]);
    expect(peersOf(other).map((peer) => peer.peerId)).toContain(idOf(victim));
    await leaveNothing(network, [victim, liar, other]);
  });
});
