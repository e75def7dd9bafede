import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CheckResult,
  createSwarm,
  type DiagnoseOptions,
  type Diagnosis,
  type Finding,
  type FindingCode,
  memoryStorage,
  type Storage,
  type Swarm,
  SwarmError,
  type Transport,
} from "peerswarm";
import { type MemoryHost, type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { root } from "../../../scripts/entries.mjs";
import {
  agentOf,
  expectNothingLeft,
  gather,
  idOf,
  inTime,
  leaveNothing,
  tabs,
  until,
  view,
} from "./support.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

async function pair(options: Parameters<MemoryNetwork["swarm"]>[0] = {}) {
  const network = memoryNetwork();
  const { hosts, swarms } = tabs(network, 2, options);
  await gather(network, swarms);
  const [ada, bob] = swarms as [Swarm, Swarm];
  return { network, hosts: hosts as [MemoryHost, MemoryHost], swarms, ada, bob };
}

const diagnose = (network: MemoryNetwork, swarm: Swarm, options?: DiagnoseOptions): Promise<Diagnosis> =>
  inTime(network, swarm.diagnose(options));

const codesOf = ({ findings }: Diagnosis): FindingCode[] => findings.map(({ code }) => code);
const statesOf = (checks: readonly CheckResult[]) =>
  Object.fromEntries(checks.map(({ name, state }) => [name, state]));

/** The one finding that there is, complete. */
function only({ findings }: Diagnosis): Finding {
  expect(findings).toHaveLength(1);
  const [finding] = findings as [Finding];
  for (const text of [finding.what, finding.fix]) expect(text).toMatch(/^[A-Z].+[.]$|^[a-z].+[.]$/s);
  return finding;
}

/** What came of a join that fails or hangs: not what the test is about. */
function joinAnyhow(swarm: Swarm): void {
  swarm.join().catch(() => undefined);
}

/** The tab's own transport, of which something is different. */
function tabWith(host: MemoryHost, change: Partial<Transport>): MemoryHost["swarm"] {
  const transport = { ...host.transport, ...change };
  return (options) => createSwarm({ ...options, identity: "session", transport, runtime: host.runtime });
}

describe("diagnose()", () => {
  it("finds nothing in a healthy swarm", async () => {
    const { network, swarms, ada, bob } = await pair();
    for (const swarm of [ada, bob]) {
      const diagnosis = await diagnose(network, swarm);
      expect(diagnosis).toMatchObject({ verdict: "well", findings: [] });
      expect(new Set(diagnosis.checks.map(({ state }) => state))).toEqual(new Set(["passed"]));
      expect(diagnosis.checks.find(({ name }) => name === "peers")?.evidence).toEqual([
        expect.objectContaining({ kind: "peer", state: "connected" }),
      ]);
    }
    await leaveNothing(network, swarms);
  });

  it("opens and writes nothing while the swarm is off, unless told to", async () => {
    const network = memoryNetwork();
    const storage = memoryStorage();
    const write = vi.spyOn(storage, "write");
    const host = network.host("ada", { storage });
    const examine = vi.fn(host.transport.examine);
    const swarm = tabWith(host, { examine })();
    const off = await diagnose(network, swarm);
    expect(only(off)).toMatchObject({ code: "not-joined", severity: "info" });
    expect(off.verdict).toBe("well");
    expect(statesOf(off.checks)).toMatchObject({ storage: "skipped", paths: "skipped", peers: "skipped" });
    expect(examine.mock.calls.map(([{ part }]) => part)).toEqual(["platform"]);
    expect(write).not.toHaveBeenCalled();

    network.server.stop();
    const probed = await diagnose(network, swarm, { probe: true });
    expect(codesOf(probed)).toEqual(["server-unreachable", "not-joined"]);
    expect(write).toHaveBeenCalledTimes(2);
    expect(await storage.entries("diagnosis")).toEqual([]);
    expectNothingLeft(network);
  });

  it("tells its progress, and is not disturbed by a listener that throws", async () => {
    const { network, swarms, ada } = await pair();
    const seen: Record<string, string>[] = [];
    ada.events.on("error", ({ code }) => expect(code).toBe("handler-failed"));
    await diagnose(network, ada, {
      onProgress(checks) {
        seen.push(statesOf(checks));
        throw new Error("broken listener");
      },
    });
    expect(seen[0]).toMatchObject({ platform: "running", tab: "waiting", peers: "waiting" });
    expect(new Set(Object.values(seen.at(-1) ?? {}))).toEqual(new Set(["passed"]));
    await leaveNothing(network, swarms);
  });

  it("ends in time when a check hangs, and leaves nothing behind", async () => {
    const network = memoryNetwork();
    const swarm = tabWith(network.host(), { examine: () => new Promise(() => undefined) })();
    await gather(network, [swarm]);
    const startedAtMs = network.clock.now();
    const diagnosis = await diagnose(network, swarm, { timeoutMs: 2000 });
    expect(network.clock.now() - startedAtMs).toBeLessThanOrEqual(2100);
    expect(statesOf(diagnosis.checks)).toMatchObject({
      platform: "unfinished",
      paths: "unfinished",
      tab: "passed",
    });
    await leaveNothing(network, [swarm]);
  });

  it("calls a check that fails unfinished, and reports the error", async () => {
    const network = memoryNetwork();
    const broken = (): Promise<never> => Promise.reject(new Error("broken transport"));
    const swarm = tabWith(network.host(), { examine: broken })();
    const errors: string[] = [];
    swarm.events.on("error", ({ message }) => errors.push(message));
    const { checks } = await diagnose(network, swarm);
    await network.settle();
    expect(statesOf(checks)).toMatchObject({ platform: "unfinished", tab: "passed" });
    expect(errors.join()).toContain("broken transport");
  });

  it("is aborted by its signal, before it begins and in the middle", async () => {
    const network = memoryNetwork();
    let given: AbortSignal | undefined;
    const swarm = tabWith(network.host(), {
      examine({ signal }) {
        given = signal;
        return new Promise(() => undefined);
      },
    })();
    await expect(swarm.diagnose({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    const controller = new AbortController();
    const diagnosis = swarm.diagnose({ signal: controller.signal });
    diagnosis.catch(() => undefined);
    await network.advance(10);
    controller.abort();
    await expect(diagnosis).rejects.toMatchObject({ code: "aborted" });
    expect(given?.aborted).toBe(true);
    expectNothingLeft(network);
  });

  it.each([0, -1, NaN, Infinity])("refuses %s as its time", async (timeoutMs) => {
    const swarm = memoryNetwork().swarm();
    await expect(swarm.diagnose({ timeoutMs })).rejects.toMatchObject({ code: "invalid-option" });
  });
});

describe("a finding names its cause:", () => {
  it("insecure-context", async () => {
    vi.stubGlobal("isSecureContext", false);
    const network = memoryNetwork();
    const diagnosis = await diagnose(network, network.swarm());
    expect(diagnosis.verdict).toBe("failing");
    expect(codesOf(diagnosis)).toEqual(["insecure-context", "not-joined"]);
  });

  it("offline, which is half as bad where signalling goes on", async () => {
    const { network, swarms, ada } = await pair();
    vi.stubGlobal("navigator", { onLine: false });
    const diagnosis = await diagnose(network, ada);
    expect(only(diagnosis)).toMatchObject({ code: "offline", severity: "warning" });
    expect(diagnosis.verdict).toBe("impaired");
    await leaveNothing(network, swarms);
    expect((await diagnose(network, ada)).verdict).toBe("failing");
  });

  it("tab-hidden", async () => {
    const { network, swarms, ada } = await pair();
    vi.stubGlobal("document", { visibilityState: "hidden" });
    const diagnosis = await diagnose(network, ada);
    expect(only(diagnosis)).toMatchObject({ code: "tab-hidden", severity: "info" });
    expect(diagnosis.verdict).toBe("well");
    vi.unstubAllGlobals();
    await leaveNothing(network, swarms);
  });

  it("tab-throttled: its timers come late", async () => {
    const { network, swarms, hosts, ada } = await pair();
    const diagnosis = ada.diagnose();
    await network.advance(0);
    hosts[0].sleep();
    await network.advance(4000);
    hosts[0].wake();
    expect(only(await inTime(network, diagnosis))).toMatchObject({
      code: "tab-throttled",
      evidence: [{ kind: "timer", dueAfterMs: 250, cameAfterMs: 4000 }],
    });
    await leaveNothing(network, swarms);
  });

  it("tab-slept, for five minutes after it", async () => {
    const { network, swarms, hosts, ada } = await pair();
    hosts[0].sleep();
    await network.advance(20_000);
    hosts[0].wake();
    await network.advance(1000);
    const finding = only(await diagnose(network, ada));
    expect(finding.code).toBe("tab-slept");
    expect(finding.evidence).toEqual([
      { kind: "sleep", sleptMs: expect.any(Number), endedAtMs: expect.any(Number) },
    ]);
    const sleptMs = finding.evidence.map((fact) => ("sleptMs" in fact ? fact.sleptMs : 0))[0];
    expect(sleptMs).toBeGreaterThanOrEqual(19_000);
    expect(sleptMs).toBeLessThanOrEqual(20_000);
    await network.advance(300_000);
    expect(codesOf(await diagnose(network, ada))).toEqual([]);
    await leaveNothing(network, swarms);
  });

  it.each<[string, Partial<Storage>]>([
    ["refuses to write", { write: () => Promise.reject(new SwarmError("storage-failed", { what: "No." })) }],
    ["forgets what was written", { write: async () => undefined }],
  ])("storage-refused, where it %s", async (_, change) => {
    const network = memoryNetwork();
    const storage = { ...memoryStorage(), ...change };
    const swarm = network.host("ada", { storage }).swarm({ witness: { isPersisted: false } });
    await gather(network, [swarm]);
    const diagnosis = await diagnose(network, swarm);
    expect(diagnosis.verdict).toBe("impaired");
    expect(diagnosis.findings[0]).toMatchObject({
      code: "storage-refused",
      evidence: [{ kind: "error", code: "storage-failed" }],
    });
    await leaveNothing(network, [swarm]);
  });

  it("server-unreachable, also while links go on", async () => {
    const { network, swarms, ada } = await pair();
    network.server.stop();
    await network.advance(1000);
    expect(only(await diagnose(network, ada)).code).toBe("server-unreachable");
    network.server.start();
    await until(network, () => ada.getSignalingStatus().connected);
    expect(codesOf(await diagnose(network, ada))).toEqual([]);
    await leaveNothing(network, swarms);
  });

  it.each([
    ["unauthorized", "token-refused"],
    ["room-full", "room-full"],
    ["signaling-rejected", "server-refused"],
  ] as const)("%s as %s, though the swarm is off again", async (code, expected) => {
    const network = memoryNetwork();
    const host = network.host();
    const swarm = tabWith(host, {
      enter: (context) => ({
        ...host.transport.enter(context),
        connect: () => Promise.reject(new SwarmError(code, { what: "The server says no." })),
      }),
    })();
    joinAnyhow(swarm);
    await until(network, () => swarm.store.getSnapshot().signaling.reason?.code === code);
    const diagnosis = await diagnose(network, swarm);
    expect(diagnosis.verdict).toBe("failing");
    expect(only(diagnosis)).toMatchObject({
      code: expected,
      evidence: [{ kind: "error", code, message: "The server says no." }],
    });
  });

  it("id-taken", async () => {
    const network = memoryNetwork();
    const host = network.host();
    const swarm = tabWith(host, {
      enter: (context) => ({
        ...host.transport.enter(context),
        connect: () => Promise.reject(new SwarmError("id-taken", { what: "Somebody has it." })),
      }),
    })();
    joinAnyhow(swarm);
    await until(network, () => swarm.store.getSnapshot().signaling.reason !== undefined);
    expect(only(await diagnose(network, swarm)).code).toBe("id-taken");
    await leaveNothing(network, [swarm]);
  });

  it("signaling-lost, where the server itself seems well", async () => {
    const network = memoryNetwork();
    const host = network.host();
    const lost = (): Promise<never> =>
      Promise.reject(new SwarmError("signaling-lost", { what: "The socket closed." }));
    const swarm = tabWith(host, {
      enter: (context) => ({ ...host.transport.enter(context), connect: lost }),
    })();
    joinAnyhow(swarm);
    const diagnosis = await diagnose(network, swarm);
    expect(only(diagnosis)).toMatchObject({ code: "signaling-lost", severity: "error" });
    await leaveNothing(network, [swarm]);
  });

  it("room-full, by the room's limit", async () => {
    const network = memoryNetwork();
    network.server.maxRoomSize = 1;
    const { swarms } = tabs(network, 2);
    const [ada, bob] = swarms as [Swarm, Swarm];
    await gather(network, [ada]);
    joinAnyhow(bob);
    await until(network, () => bob.store.getSnapshot().signaling.reason !== undefined);
    expect(only(await diagnose(network, bob)).code).toBe("room-full");
    await leaveNothing(network, [ada]);
  });

  it("no-path: listed, and no link comes up; a warning where others are reached", async () => {
    const network = memoryNetwork();
    const { hosts, swarms } = tabs(network, 3);
    const [ada, bob, chloe] = swarms as [Swarm, Swarm, Swarm];
    const [here, there, away] = hosts as [MemoryHost, MemoryHost, MemoryHost];
    network.partition([here], [there, away]);
    const joined = Promise.all([ada.join(), bob.join()]);
    await network.settle();
    await joined;
    // It waits for the dials that are under way.
    const first = await diagnose(network, ada, { timeoutMs: 30_000 });
    expect(only(first)).toMatchObject({
      code: "no-path",
      severity: "error",
      evidence: [{ kind: "peer", peerId: idOf(bob), state: "connecting", error: "dial-timeout" }],
    });
    network.partition([here, away], [there]);
    await inTime(network, chloe.join());
    await until(network, () => view(ada, chloe)?.state === "connected");
    const second = await diagnose(network, ada, { timeoutMs: 30_000 });
    expect([second.verdict, only(second).code]).toEqual(["impaired", "no-path"]);
    await leaveNothing(network, swarms);
  });

  it("peer-unlinked, where its time is over before a dial is", async () => {
    const network = memoryNetwork();
    const { hosts, swarms } = tabs(network, 2);
    network.partition([hosts[0] as MemoryHost]);
    for (const swarm of swarms) joinAnyhow(swarm);
    await network.settle();
    const diagnosis = await diagnose(network, swarms[0] as Swarm, { timeoutMs: 1000 });
    expect(only(diagnosis)).toMatchObject({ code: "peer-unlinked", severity: "warning" });
    await leaveNothing(network, swarms);
  });

  it("link-unreachable", async () => {
    const { network, hosts, swarms, ada, bob } = await pair();
    network.partition([hosts[0]]);
    await until(network, () => view(ada, bob)?.state === "unreachable");
    expect(only(await diagnose(network, ada))).toMatchObject({
      code: "link-unreachable",
      evidence: [{ kind: "peer", peerId: idOf(bob), state: "unreachable" }],
    });
    network.heal();
    await leaveNothing(network, swarms);
  });

  it("peer-asleep", async () => {
    const { network, hosts, swarms, ada, bob } = await pair();
    hosts[1].sleep();
    await until(network, () => view(ada, bob)?.state === "asleep");
    const diagnosis = await diagnose(network, ada);
    expect(only(diagnosis)).toMatchObject({ code: "peer-asleep", severity: "info" });
    expect(diagnosis.verdict).toBe("well");
    hosts[1].wake();
    await leaveNothing(network, swarms);
  });

  it("secret-mismatch, on both sides and later too", async () => {
    const network = memoryNetwork();
    const swarms = ["one", "another"].map((secret) => network.swarm({ secret }));
    for (const swarm of swarms) joinAnyhow(swarm);
    await network.advance(1000);
    for (const waitMs of [0, 240_000]) {
      await network.advance(waitMs);
      for (const swarm of swarms)
        expect(codesOf(await diagnose(network, swarm)), `after ${waitMs} ms`).toEqual(["secret-mismatch"]);
    }
    await leaveNothing(network, swarms);
  });

  it("secret-mismatch, where the last word was another refusal", async () => {
    const network = memoryNetwork();
    const host = network.host();
    const codes = ["secret-mismatch", "dial-rejected"] as const;
    let dials = 0;
    const ada = tabWith(host, {
      enter(context) {
        const events = {
          ...context.events,
          incoming: (dial: { reject(reason: "refused"): void }) => dial.reject("refused"),
        };
        const dial = (): Promise<never> =>
          Promise.reject(new SwarmError(codes[dials++] ?? "dial-rejected", { what: "The dial failed." }));
        return { ...host.transport.enter({ ...context, events }), dial };
      },
    })();
    const bob = network.swarm();
    for (const swarm of [ada, bob]) joinAnyhow(swarm);
    await until(network, () => dials > 1, 300_000, 1000);
    expect(ada.store.getSnapshot().connecting[0]?.lastError?.code).toBe("dial-rejected");
    expect(codesOf(await diagnose(network, ada))).toEqual(["secret-mismatch"]);
    await leaveNothing(network, [ada, bob]);
  });

  it("refused-by-peer", async () => {
    const network = memoryNetwork();
    const ada = network.swarm();
    const bob = network.swarm({ admit: () => "Members only." });
    for (const swarm of [ada, bob]) joinAnyhow(swarm);
    await network.advance(1000);
    expect(codesOf(await diagnose(network, ada))).toEqual(["refused-by-peer"]);
    await leaveNothing(network, [ada, bob]);
  });

  it("banned, at the side that was", async () => {
    const { network, swarms, ada, bob } = await pair();
    bob.ban(agentOf(ada));
    await network.advance(1000);
    const diagnosis = await diagnose(network, ada);
    expect(diagnosis.verdict).toBe("impaired");
    expect(codesOf(diagnosis)).toContain("banned");
    await leaveNothing(network, swarms);
  });

  it("peer-held-back, and limits-exceeded once the link is gone", async () => {
    const { network, swarms, ada, bob } = await pair({ limits: { messagesPerSecond: 5 } });
    ada.on("chat", () => undefined);
    const flood = (): void => {
      for (let count = 0; count < 40; count++) bob.send(idOf(ada), "chat", count);
    };
    await until(network, () => {
      flood();
      return view(ada, bob)?.restraint !== undefined;
    });
    const held = await diagnose(network, ada);
    expect(held.findings).toContainEqual(
      expect.objectContaining({
        code: "peer-held-back",
        evidence: [expect.objectContaining({ kind: "restraint", peerId: idOf(bob), reason: "message-rate" })],
      }),
    );
    await until(network, () => {
      flood();
      return view(ada, bob) === undefined;
    });
    expect(codesOf(await diagnose(network, ada, { timeoutMs: 500 }))).toContain("limits-exceeded");
    await leaveNothing(network, swarms);
  });

  it("alone", async () => {
    const network = memoryNetwork();
    const swarm = network.swarm();
    await gather(network, [swarm]);
    const diagnosis = await diagnose(network, swarm);
    expect([diagnosis.verdict, only(diagnosis).code]).toEqual(["well", "alone"]);
    await leaveNothing(network, [swarm]);
  });

  it.each([
    ["handshake-failed", "handshake-failed", "error"],
    ["protocol-version", "protocol-version", "error"],
    ["connections-exhausted", "connections-exhausted", "error"],
    ["peer-unavailable", "peer-absent", "info"],
  ] as const)("a dial's %s as %s", async (code, expected, severity) => {
    const network = memoryNetwork();
    const host = network.host();
    const failing = (): Promise<never> => Promise.reject(new SwarmError(code, { what: "The dial failed." }));
    const ada = tabWith(host, {
      enter: (context) => ({
        ...host.transport.enter({
          ...context,
          events: { ...context.events, incoming: (dial) => dial.reject("refused") },
        }),
        dial: failing,
      }),
    })();
    const bob = network.swarm();
    for (const swarm of [ada, bob]) joinAnyhow(swarm);
    await network.advance(5000);
    expect(only(await diagnose(network, ada))).toMatchObject({ code: expected, severity });
    await leaveNothing(network, [ada, bob]);
  });
});

describe("the codes", () => {
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const codes = [
    ...(/FindingCode =([^;]+);/.exec(read("src/core/finding.ts"))?.[1] ?? "").matchAll(/"([a-z-]+)"/g),
  ].map(([, code = ""]) => code);

  it("are all explained in the documentation, and provoked by a test", () => {
    expect(codes.length).toBeGreaterThan(35);
    const rows = read("docs/troubleshooting.md").match(/^\| `.*$/gm) ?? [];
    const documented = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`([a-z-]+)`/g)].map(([, code]) => code),
    );
    const tests = read("test/node/core/diagnosis.test.ts") + read("test/e2e/diagnosis/diagnosis.spec.ts");
    expect(codes.filter((code) => !documented.includes(code))).toEqual([]);
    expect(codes.filter((code) => !tests.includes(`"${code}"`))).toEqual([]);
  });
});
