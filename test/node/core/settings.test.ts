import fc from "fast-check";
import {
  createSwarm,
  forgetSettings,
  peerTransport,
  recallSettings,
  rememberSettings,
  type SettingsChange,
  type Swarm,
  settingsProblems,
} from "peerswarm";
import { type MemoryNetwork, memoryNetwork } from "peerswarm/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  connectedPeers,
  gather,
  idOf,
  inTime,
  leaveNothing,
  record,
  statusOf,
  tabs,
  watch,
} from "./support.js";

const SECOND = "http://second.example";
const TURN = { urls: "turn:turn.example:3478", username: "ada", credential: "a-very-secret-credential" };
const STUN = { urls: ["stun:stun.example:3478"] };

const settingsOf = (swarm: Swarm) => swarm.store.getSnapshot().settings;
const place = (swarm: Swarm) => {
  const { room, server } = swarm.store.getSnapshot().signaling;
  return [server, room];
};
const cautious = (network: MemoryNetwork, swarm: Swarm, change: SettingsChange) =>
  inTime(network, swarm.configureSignaling(change, { isCautious: true, timeoutMs: 5000 }));

async function pair() {
  const network = memoryNetwork();
  const swarms = tabs(network, 2, { room: "lobby" }).swarms as [Swarm, Swarm];
  await gather(network, swarms);
  const [ada, bob] = swarms;
  return { network, swarms, ada, bob, adaId: idOf(ada), bobId: idOf(bob) };
}

describe("settings in force", () => {
  it("are seen before joining, and follow every change", async () => {
    const swarm = createSwarm({
      secret: "s",
      transport: peerTransport({ token: "t", iceServers: [STUN, TURN] }),
    });
    expect(settingsOf(swarm)).toMatchObject({
      hasSecret: true,
      transport: {
        url: "http://localhost:8000",
        key: "peerjs",
        hasToken: true,
        icePolicy: "all",
        iceServers: [
          { urls: STUN.urls, username: undefined, hasCredential: false },
          { urls: [TURN.urls], username: "ada", hasCredential: true },
        ],
      },
    });
    await swarm.configureSignaling({
      secret: null,
      token: null,
      url: "https://a.example/",
      icePolicy: "relay",
    });
    expect(settingsOf(swarm)).toMatchObject({
      hasSecret: false,
      transport: { url: "https://a.example", hasToken: false, icePolicy: "relay" },
    });
    const before = settingsOf(swarm);
    await swarm.configureSignaling({ room: "elsewhere" });
    await swarm.configureSignaling({ url: "https://a.example", secret: null, token: null });
    expect(settingsOf(swarm)).toBe(before);
  });

  it("say that the app fetches ICE servers, and of which nobody knows anything where the transport does not tell", () => {
    const fetched = createSwarm({ transport: peerTransport({ iceServers: () => [TURN] }) });
    expect(settingsOf(fetched).transport?.iceServers).toBeUndefined();
    const mute = { name: "mute", enter: () => expect.unreachable() };
    expect(settingsOf(createSwarm({ transport: mute }))).toEqual({ hasSecret: false, transport: undefined });
  });

  it("never give away a token, a secret or a credential: not in the store, the events, the errors, the witness log", async () => {
    const { network, swarms, ada } = await pair();
    const events = (["signaling-changed", "status-changed", "error", "limit-exceeded"] as const).map((name) =>
      record(ada, name),
    );
    const [token, secret] = ["a-very-secret-token", "a-very-secret-word"];
    await cautious(network, ada, { token, secret, iceServers: [TURN], icePolicy: "relay" });
    network.server.authorize = () => false;
    const refusal = await cautious(network, ada, { token: `${token}-2`, room: "x" }).catch(String);
    const wrong = await ada
      .configureSignaling({ iceServers: [TURN, { ...TURN, urls: "nonsense" }] })
      .catch((error: unknown) => `${error}`);
    const log = await inTime(network, ada.witness.export());
    const everything = JSON.stringify([ada.store.getSnapshot(), ada.getStats(), events, refusal, wrong, log]);
    expect(refusal).toContain("valid token");
    expect(wrong).toContain("nonsense");
    expect(everything).not.toContain("a-very-secret");
    await leaveNothing(network, swarms);
  });

  it("are refused whole where one of them cannot be used", async () => {
    const { network, swarms, ada, adaId } = await pair();
    const before = ada.store.getSnapshot();
    const wrong: SettingsChange[] = [
      { room: "new", secret: "" },
      { room: "", token: "fine" },
      { room: "new", url: "not an address" },
      { room: "new", key: "a b" },
      { room: "new", name: "x".repeat(65) },
      { room: "new", iceServers: [{ urls: "turn:turn.example", username: "ada" }] },
      { room: "new", iceServers: [{ keep: "ice-99" }] },
    ];
    for (const change of wrong) {
      for (const isCautious of [true, false]) {
        const outcome = ada.configureSignaling(change, { isCautious });
        await expect(inTime(network, outcome)).rejects.toMatchObject({ code: "invalid-option" });
      }
    }
    expect(ada.store.getSnapshot().settings).toBe(before.settings);
    expect([place(ada), idOf(ada)]).toEqual([["memory", "lobby"], adaId]);
    await leaveNothing(network, swarms);
  });
});

describe("another name", () => {
  const seenBy = (swarm: Swarm) => swarm.store.getSnapshot().peers.map(({ profile }) => profile.name);

  it("is told to others under open links, and so is that there is none", async () => {
    const { network, swarms, ada, bob, adaId } = await pair();
    await cautious(network, ada, { name: "Augusta" });
    await network.advance(1000);
    expect([ada.store.getSnapshot().self.profile.name, seenBy(bob)]).toEqual(["Augusta", ["Augusta"]]);
    await cautious(network, ada, { name: null });
    await network.advance(1000);
    expect([idOf(ada), seenBy(bob)]).toEqual([adaId, [undefined]]);
    await leaveNothing(network, swarms);
  });

  it("is what it was where the rest of a cautious change fails", async () => {
    const { network, swarms, ada } = await pair();
    await ada.configureSignaling({ name: "Ada" });
    const change = { url: SECOND, name: "Augusta" };
    await expect(cautious(network, ada, change)).rejects.toMatchObject({ code: "signaling-rejected" });
    expect(ada.store.getSnapshot().self.profile.name).toBe("Ada");
    const second = network.serverAt(SECOND);
    const moving = watch(ada.configureSignaling(change, { isCautious: true, timeoutMs: 5000 }));
    // It answers the question, and is gone before the room is entered.
    await network.advance(3);
    second.stop();
    await network.advance(1000);
    expect(ada.store.getSnapshot().self.profile.name).toBe("Augusta");
    await network.advance(20_000);
    expect(moving()).toMatchObject({ error: { code: "join-timeout" } });
    expect(ada.store.getSnapshot().self.profile.name).toBe("Ada");
    await leaveNothing(network, swarms);
  });
});

describe("another server", () => {
  it("is gone to and come back from, without a reload", async () => {
    const { network, swarms, ada, bob } = await pair();
    network.serverAt(SECOND);
    await cautious(network, ada, { url: `${SECOND}/` });
    expect([place(ada), connectedPeers(ada), connectedPeers(bob)]).toEqual([[SECOND, "lobby"], [], []]);
    await cautious(network, bob, { url: SECOND });
    await gather(network, swarms);
    expect([network.server.rooms(), network.serverAt(SECOND).rooms()]).toEqual([[], ["lobby"]]);
    await leaveNothing(network, swarms);
  });

  it("that does not answer is not gone to by who is cautious: links stay, and nobody notices", async () => {
    const { network, swarms, ada, bob, adaId, bobId } = await pair();
    const left = record(bob, "peer-left");
    const before = settingsOf(ada);
    await expect(cautious(network, ada, { url: SECOND, room: "new" })).rejects.toMatchObject({
      code: "signaling-rejected",
      fix: expect.any(String),
    });
    expect([settingsOf(ada), place(ada), idOf(ada), left]).toEqual([before, ["memory", "lobby"], adaId, []]);
    expect(connectedPeers(ada).map(({ peerId }) => peerId)).toEqual([bobId]);
    await leaveNothing(network, swarms);
  });

  it("that fails after all is left again, and the old room entered", async () => {
    const { network, swarms, ada } = await pair();
    const second = network.serverAt(SECOND);
    const moving = watch(
      ada.configureSignaling({ url: SECOND, room: "new" }, { isCautious: true, timeoutMs: 5000 }),
    );
    // It answers the question, and is gone before the room is entered.
    await network.advance(3);
    second.stop();
    await network.advance(20_000);
    expect(moving()).toMatchObject({ error: { code: "join-timeout" } });
    expect([place(ada), settingsOf(ada).transport?.url]).toEqual([["memory", "lobby"], "memory"]);
    await gather(network, swarms);
    await leaveNothing(network, swarms);
  });

  it("is gone to whatever it says by who is not cautious, and tried until it answers", async () => {
    const { network, swarms, ada, bob } = await pair();
    network.serverAt(SECOND).stop();
    const moving = watch(ada.configureSignaling({ url: SECOND }, { timeoutMs: 5000 }));
    await network.advance(6000);
    expect([moving(), place(ada)]).toMatchObject([{ error: { code: "join-timeout" } }, [SECOND, "lobby"]]);
    network.serverAt(SECOND).start();
    await inTime(network, bob.configureSignaling({ url: SECOND }));
    await gather(network, swarms);
    await leaveNothing(network, swarms);
  });

  it("that wants a token takes the right one, and refuses the wrong one before anything is left", async () => {
    const { network, swarms, ada, adaId } = await pair();
    network.serverAt(SECOND).authorize = ({ token }) => token === "right";
    for (const token of ["wrong", undefined]) {
      const change = { url: SECOND, ...(token === undefined ? {} : { token }) };
      await expect(cautious(network, ada, change)).rejects.toMatchObject({ message: /valid token/ });
    }
    expect([idOf(ada), settingsOf(ada).transport?.hasToken]).toEqual([adaId, false]);
    await cautious(network, ada, { url: SECOND, token: "right" });
    expect([place(ada), statusOf(ada)]).toEqual([[SECOND, "lobby"], "joined"]);
    await leaveNothing(network, swarms);
  });

  it("is not shown the token of the one before", async () => {
    const { network, swarms, ada } = await pair();
    const shown: (string | undefined)[] = [];
    network.serverAt(SECOND).authorize = ({ token }) => shown.push(token) > 0;
    await cautious(network, ada, { token: "for-the-first" });
    await inTime(network, ada.testSettings("server", { change: { url: SECOND } }));
    await cautious(network, ada, { url: SECOND });
    expect(shown.length).toBeGreaterThan(1);
    expect(new Set(shown)).toEqual(new Set([undefined]));
    expect(settingsOf(ada).transport?.hasToken).toBe(false);
    await leaveNothing(network, swarms);
  });

  it("that refuses us for good, in the end, brings who is cautious back as well", async () => {
    const { network, swarms, ada } = await pair();
    const second = network.serverAt(SECOND);
    const moving = watch(ada.configureSignaling({ url: SECOND }, { isCautious: true }));
    await network.advance(3);
    second.authorize = () => false;
    await network.advance(10_000);
    expect(moving()).toMatchObject({ error: { code: "unauthorized" } });
    expect(place(ada)).toEqual(["memory", "lobby"]);
    await gather(network, swarms);
    await leaveNothing(network, swarms);
  });

  it("is not come back from where the visitor left meanwhile, or went elsewhere", async () => {
    const { network, swarms, ada, bob } = await pair();
    network.serverAt(SECOND);
    const moves = [ada, bob].map((swarm) =>
      watch(swarm.configureSignaling({ url: SECOND }, { isCautious: true })),
    );
    await network.advance(3);
    network.serverAt(SECOND).stop();
    await network.advance(1000);
    await inTime(
      network,
      Promise.all([ada.leave(), bob.configureSignaling({ url: "http://third.example" }).catch(() => 0)]),
    );
    await network.advance(60_000);
    expect(moves.map((move) => move())).toMatchObject([{ error: { code: "left" } }, { error: {} }]);
    expect([statusOf(ada), place(bob)[0]]).toEqual(["off", "http://third.example"]);
    await leaveNothing(network, swarms);
  });

  it("is not come back from where something else was changed meanwhile", async () => {
    const { network, swarms, ada } = await pair();
    network.serverAt(SECOND);
    const change = { url: SECOND, room: "new" };
    const moving = watch(ada.configureSignaling(change, { isCautious: true, timeoutMs: 5000 }));
    await network.advance(3);
    network.serverAt(SECOND).stop();
    await network.advance(1000);
    await ada.configureSignaling({ icePolicy: "relay" });
    await network.advance(20_000);
    expect([moving(), place(ada)]).toMatchObject([{ error: { code: "join-timeout" } }, [SECOND, "new"]]);
    await leaveNothing(network, swarms);
  });

  it("and one more that fails, too, in place of the first, lead back to where we were", async () => {
    const { network, swarms, ada } = await pair();
    const servers = [SECOND, "http://third.example"].map((url) => [url, network.serverAt(url)] as const);
    const moves: (() => unknown)[] = [];
    for (const [url, server] of servers) {
      const change = { url, room: `at ${url}` };
      moves.push(watch(ada.configureSignaling(change, { isCautious: true, timeoutMs: 5000 })));
      await network.advance(3);
      server.stop();
      await network.advance(1000);
    }
    await network.advance(20_000);
    expect(moves.map((move) => move())).toMatchObject([{ error: {} }, { error: { code: "join-timeout" } }]);
    expect([place(ada), settingsOf(ada).transport?.url]).toEqual([["memory", "lobby"], "memory"]);
    await gather(network, swarms);
    await leaveNothing(network, swarms);
  });

  it("is not asked while the swarm is off: the change holds from the next join on", async () => {
    const network = memoryNetwork();
    const swarm = network.swarm();
    await swarm.configureSignaling({ url: SECOND, room: "new" }, { isCautious: true });
    expect(settingsOf(swarm).transport?.url).toBe(SECOND);
    network.serverAt(SECOND);
    await gather(network, [swarm]);
    expect(place(swarm)).toEqual([SECOND, "new"]);
    await leaveNothing(network, [swarm]);
  });

  it("is gone to no more once the signal is aborted", async () => {
    const { network, swarms, ada, adaId } = await pair();
    const controller = new AbortController();
    const change = { iceServers: [], room: "new" };
    const moving = watch(ada.configureSignaling(change, { isCautious: true, signal: controller.signal }));
    controller.abort();
    await network.advance(1000);
    expect([moving(), idOf(ada), place(ada)]).toMatchObject([
      { error: { code: "aborted" } },
      adaId,
      ["memory", "lobby"],
    ]);
    await leaveNothing(network, swarms);
  });
});

describe("ICE servers and tokens", () => {
  it("change under open links, which stay", async () => {
    const { network, swarms, ada, adaId, bobId } = await pair();
    const linkId = connectedPeers(ada)[0]?.linkId;
    await cautious(network, ada, { iceServers: [TURN], icePolicy: "relay", token: "new" });
    expect([idOf(ada), connectedPeers(ada)[0]]).toMatchObject([adaId, { peerId: bobId, linkId }]);
    const [kept] = settingsOf(ada).transport?.iceServers ?? [];
    await cautious(network, ada, { iceServers: [{ keep: kept?.id ?? "" }, STUN] });
    expect(settingsOf(ada).transport?.iceServers).toMatchObject([{ id: kept?.id, hasCredential: true }, {}]);
    await leaveNothing(network, swarms);
  });
});

describe("testSettings()", () => {
  it("asks the server in force, another one, and about another room and token", async () => {
    const { network, swarms, ada, bob } = await pair();
    const came = record(bob, "peer-joined");
    const ask = (change?: SettingsChange) =>
      inTime(network, ada.testSettings("server", { change: change ?? {} }));
    expect(await ask()).toMatchObject({
      verdict: "well",
      findings: [],
      durationMs: 2,
      evidence: [{ kind: "room-entry", room: "lobby", answer: "welcome" }],
    });
    expect(await ask({ url: SECOND })).toMatchObject({
      verdict: "failing",
      findings: [{ code: "server-unreachable" }],
    });
    network.serverAt(SECOND).authorize = ({ room, token }) => room === "den" && token === "right";
    const codes = async (change: SettingsChange) => (await ask(change)).findings.map(({ code }) => code);
    expect(await codes({ url: SECOND, room: "den" })).toEqual(["token-refused"]);
    expect(await codes({ url: SECOND, room: "den", token: "right" })).toEqual([]);
    network.server.maxRoomSize = 2;
    expect(await codes({ room: "empty" })).toEqual([]);
    expect(await codes({ room: "lobby" })).toEqual(["room-full"]);
    expect([came, dropsOf(bob), place(ada)]).toEqual([[], {}, ["memory", "lobby"]]);
    await leaveNothing(network, swarms);
  });

  it("asks ICE servers: those that answer, that refuse us, and that are silent", async () => {
    const { network, swarms, ada } = await pair();
    network.iceServers.set("stun:stun.example:3478", "answers").set(TURN.urls, "refuses");
    const ask = (change: SettingsChange) =>
      inTime(network, ada.testSettings("ice", { change, timeoutMs: 8000 }));
    expect(await ask({ iceServers: [STUN] })).toMatchObject({
      verdict: "well",
      evidence: [{ kind: "ice-answer", candidate: "srflx", afterMs: 2 }],
    });
    expect(await ask({ iceServers: [TURN] })).toMatchObject({
      verdict: "impaired",
      findings: [{ code: "turn-refused", evidence: [{ kind: "ice-error", errorCode: 401 }] }],
    });
    const silent = await ask({ iceServers: [{ ...TURN, urls: "turn:nobody.example" }] });
    expect(silent).toMatchObject({ verdict: "impaired", findings: [{ code: "turn-unreachable" }] });
    expect(silent.durationMs).toBeLessThanOrEqual(8000);
    expect(settingsOf(ada).transport?.iceServers).toEqual([]);
    await leaveNothing(network, swarms);
  });

  it("ends at once when it is aborted, and leaves nothing", async () => {
    const network = memoryNetwork();
    const swarm = network.swarm();
    const controller = new AbortController();
    const change = { iceServers: [{ ...TURN }] };
    const test = watch(swarm.testSettings("ice", { change, signal: controller.signal }));
    await network.advance(100);
    controller.abort();
    await network.settle();
    expect([test(), network.pendingTimers]).toMatchObject([{ error: { code: "aborted" } }, 0]);
    await expect(swarm.testSettings("ice", { signal: controller.signal })).rejects.toMatchObject({
      code: "aborted",
    });
  });

  it("rejects what cannot be tested", async () => {
    const network = memoryNetwork();
    const swarm = network.swarm();
    for (const change of [{ url: "nonsense" }, { room: "" }, { iceServers: [{ urls: "x" }] }])
      await expect(swarm.testSettings("server", { change })).rejects.toMatchObject({
        code: "invalid-option",
      });
    const mute = createSwarm({ transport: { name: "mute", enter: () => expect.unreachable() } });
    await expect(mute.testSettings("ice")).rejects.toMatchObject({ code: "unsupported-platform" });
  });
});

describe("testSettings() over PeerJS", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is not well where nothing can be asked, because the platform has no WebRTC", async () => {
    vi.stubGlobal("RTCPeerConnection", undefined);
    const swarm = createSwarm({ transport: peerTransport() });
    for (const part of ["server", "ice"] as const) {
      expect(await swarm.testSettings(part)).toMatchObject({
        verdict: "failing",
        findings: [{ code: "no-webrtc" }],
      });
    }
  });

  it("says which of the app's functions failed", async () => {
    vi.stubGlobal("RTCPeerConnection", class {});
    vi.stubGlobal("WebSocket", class {});
    const token = () => Promise.reject(new Error("no token today"));
    const swarm = createSwarm({ transport: peerTransport({ token }) });
    await expect(swarm.testSettings("server")).rejects.toMatchObject({
      name: "SwarmError",
      code: "signaling-unreachable",
      message: expect.stringMatching(/token failed.*no token today/),
    });
  });
});

describe("settingsProblems()", () => {
  it.each([
    { url: "htp://ada:hunter2@signal.example" },
    { url: "ada:hunter2@signal.example" },
    { iceServers: [{ urls: "turn:ada:hunter2@turn.example:3478" }] },
    { iceServers: [{ urls: "turn:ada:hunter2@\nx@turn.example" }] },
  ])("shows no password of an address: %j", (change) => {
    const [problem] = settingsProblems(change);
    expect(problem?.error.message).toContain(".example");
    expect(problem?.error.message).not.toMatch(/ada|hunter2/);
  });

  it("finds every problem, where it is, with the mend", () => {
    const problems = settingsProblems({
      room: "",
      secret: "x".repeat(1025),
      url: "localhost",
      key: "",
      token: "x".repeat(4097),
      iceServers: [
        STUN,
        { urls: "stun://a" },
        { keep: "ice-1" },
        { urls: [] },
        { urls: "turns:a", username: "u" },
      ],
    });
    expect(problems.map(({ field, place: at }) => (at === undefined ? field : `${field} ${at}`))).toEqual([
      "url",
      "room",
      "secret",
      "token",
      "key",
      "iceServers 1",
      "iceServers 3",
      "iceServers 4",
    ]);
    for (const { error } of problems) {
      expect(error.code).toBe("invalid-option");
      expect(error.message).toMatch(/^.+[.:] .+\.$/s);
      expect(error.fix).toBeTruthy();
    }
    expect(settingsProblems({ iceServers: new Array(17).fill(STUN) })).toMatchObject([{ place: undefined }]);
  });

  it.each([
    "stun:stun.example",
    "stun:stun.example:3478",
    "stuns:[::1]:5349",
    "turn:10.0.0.1:3478?transport=udp",
    "turns:turn.example:443?transport=tcp",
    "TURN:turn.example",
  ])("takes %s", (urls) => {
    expect(settingsProblems({ iceServers: [{ ...TURN, urls }] })).toEqual([]);
  });

  it.each([
    "stun.example",
    "stun://a",
    "stun:a?transport=udp",
    "turn:a?transport=sctp",
    "stun:",
    "stun:a b",
    "http://a",
  ])("refuses %s", (urls) => {
    expect(settingsProblems({ iceServers: [{ ...TURN, urls }] })).toHaveLength(1);
  });

  it("finds nothing exactly where configureSignaling takes it", async () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom("lobby", "http://a.example", "stun:a", "turn:a:1", "k", ""),
    );
    const server = fc.record({ urls: text, username: text, credential: text }, { requiredKeys: ["urls"] });
    const change = fc.record(
      {
        room: text,
        secret: text,
        name: fc.oneof(text, fc.string({ minLength: 60, maxLength: 70 })),
        url: text,
        key: text,
        token: text,
        iceServers: fc.array(server, { maxLength: 3 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(change, async (given) => {
        const swarm = createSwarm();
        const isTaken = await swarm.configureSignaling(given).then(
          () => true,
          () => false,
        );
        expect(isTaken).toBe(settingsProblems(given).length === 0);
      }),
      { numRuns: 300 },
    );
  });
});

describe("remembered settings", () => {
  afterEach(() => vi.unstubAllGlobals());

  function browser(initial: Record<string, string> = {}) {
    const kept = new Map(Object.entries(initial));
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    });
    return kept;
  }

  const WHOLE = {
    url: "http://a.example",
    room: "den",
    token: "a-secret-token",
    secret: "a-secret-word",
    iceServers: [STUN, TURN],
    icePolicy: "relay",
  } as const;

  it("come back without what is secret, unless that was asked for", () => {
    const kept = browser();
    expect(rememberSettings(WHOLE)).toBe(true);
    expect(recallSettings()).toEqual({ url: "http://a.example", room: "den", icePolicy: "relay" });
    expect([...kept.values()].join()).not.toContain("secret");
    rememberSettings(WHOLE, { withSecrets: true, storageKey: "mine" });
    expect(recallSettings("mine")).toEqual(WHOLE);
    rememberSettings({ token: null, secret: null, iceServers: [STUN] }, { storageKey: "mine" });
    expect(recallSettings("mine")).toEqual({
      ...WHOLE,
      token: null,
      secret: null,
      iceServers: [STUN],
    });
    forgetSettings("mine");
    expect(recallSettings("mine")).toEqual({});
  });

  it("keep the credential of a server that stays, and no list that could not be used", () => {
    browser();
    rememberSettings(WHOLE, { withSecrets: true });
    const { urls, username } = TURN;
    rememberSettings({ iceServers: [{ urls, username }, STUN] }, { withSecrets: true });
    expect(recallSettings().iceServers).toEqual([TURN, STUN]);
    rememberSettings({ iceServers: [{ urls: "turn:other", username }] }, { withSecrets: true });
    expect(recallSettings()).not.toHaveProperty("iceServers");
  });

  it("leave out what cannot be written", () => {
    browser();
    rememberSettings(
      { token: () => "t", secret: new Uint8Array(4), iceServers: () => [], room: "den" },
      { withSecrets: true },
    );
    expect(recallSettings()).toEqual({ room: "den" });
  });

  it("are nothing where somebody has spoilt them, or the browser keeps nothing", () => {
    const spoilt = ["", "{", "[]", "null", '{"room":""}', '{"url":"javascript:alert(1)"}', '{"evil":1}'];
    for (const text of [...spoilt, `{"room":"${"x".repeat(70_000)}"}`]) {
      browser({ "peerswarm-settings": text });
      expect(recallSettings()).toEqual({});
    }
    vi.stubGlobal("localStorage", undefined);
    expect([recallSettings(), rememberSettings(WHOLE)]).toEqual([{}, false]);
    forgetSettings();
  });
});

const dropsOf = (swarm: Swarm) => ({ ...swarm.getStats().dropped });
