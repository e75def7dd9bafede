import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { chromium } from "@playwright/test";
import type { DiagnoseOptions, Diagnosis, Finding, FindingCode } from "peerswarm";
import { chromium as launchOptions, permissions } from "../../setup/chromium.js";
import { expect, type Lab, type LabPage, SERVER_AWAY, test, untilFullMesh } from "../support/lab.js";
import { freePort } from "../support/servers.js";
import { type StunServer, type StunServerOptions, startStunServer } from "../support/stunServer.js";

/** What a diagnosis that asks in vain leaves on the console. */
const REFUSED: RegExp = /Failed to load resource|blocked by CORS policy|WebSocket connection to .* failed/;

const diagnose = ({ page }: LabPage, options: DiagnoseOptions = {}): Promise<Diagnosis> =>
  page.evaluate((given) => window.swarm.diagnose(given), options);

const codesOf = ({ findings }: Diagnosis): FindingCode[] => findings.map(({ code }) => code);
const find = ({ findings }: Diagnosis, code: FindingCode): Finding | undefined =>
  findings.find((finding) => finding.code === code);
const checkOf = ({ checks }: Diagnosis, name: string) => checks.find((check) => check.name === name);

/** Joins, and does not mind how that ends: it may hang or fail. */
async function tryToJoin({ page }: LabPage, options: Parameters<LabPage["join"]>[0]): Promise<void> {
  await page.evaluate((given) => {
    window
      .createLabSwarm(given)
      .join()
      .catch(() => undefined);
  }, options);
  await page.waitForFunction(() => window.swarm.store.getSnapshot().signaling.reason !== undefined);
}

async function joinedPair(
  lab: Lab,
  options: Parameters<LabPage["join"]>[0] = {},
): Promise<[LabPage, LabPage]> {
  const { url } = await lab.startSignaling();
  const room = lab.freshRoom();
  const pages = await lab.openPages(2);
  await Promise.all(pages.map((page) => page.join({ url, room, ...options })));
  await untilFullMesh(pages);
  return pages as [LabPage, LabPage];
}

async function startStun(lab: Lab, options?: StunServerOptions): Promise<StunServer> {
  const server = await startStunServer(options);
  lab.onEnd(() => server.close());
  return server;
}

/** A page in a browser that was started with other switches. */
async function openWith(
  lab: Lab,
  args: readonly string[],
  { granted = permissions, url }: { granted?: string[]; url?: string } = {},
): Promise<LabPage> {
  const browser = await chromium.launch({ ...launchOptions, args: [...(launchOptions.args ?? []), ...args] });
  lab.onEnd(() => browser.close());
  const context = await browser.newContext({ permissions: granted });
  return lab.openPage(url === undefined ? { context } : { context, url });
}

test.describe("a healthy swarm", () => {
  test("is well, with no finding, and notices nothing of being asked", async ({ lab }) => {
    const [ada, bob] = await joinedPair(lab);
    const before = await ada.snapshot();
    for (const page of [ada, bob]) {
      const diagnosis = await diagnose(page);
      expect(diagnosis).toMatchObject({ verdict: "well", findings: [] });
      expect(diagnosis.checks.map(({ state }) => state)).toEqual(new Array(6).fill("passed"));
      const [candidates] = checkOf(diagnosis, "paths")?.evidence ?? [];
      expect(candidates).toMatchObject({ kind: "candidates", srflx: 0, relay: 0, isComplete: true });
      expect(candidates).toHaveProperty("host", expect.any(Number));
    }
    const after = await ada.snapshot();
    expect(after.peers).toEqual(before.peers.map((peer) => expect.objectContaining({ linkId: peer.linkId })));
    expect(await ada.page.evaluate(() => window.openConnections())).toBe(1);
    expect(await ada.page.evaluate(() => indexedDB.databases().then((all) => all.length))).toBeGreaterThan(0);
  });

  test("is well with a STUN server that answers, and shows the address that it saw", async ({ lab }) => {
    const stun = await startStun(lab);
    const [ada] = await joinedPair(lab, { iceServers: [{ urls: `stun:127.0.0.1:${stun.port}` }] });
    const diagnosis = await diagnose(ada);
    expect(diagnosis).toMatchObject({ verdict: "well", findings: [] });
    const [candidates] = checkOf(diagnosis, "paths")?.evidence ?? [];
    expect(candidates).toMatchObject({ kind: "candidates", srflx: expect.any(Number) });
    expect(candidates?.kind === "candidates" && candidates.srflx).toBeGreaterThan(0);
  });

  test("opens nothing while it is off, unless told to", async ({ lab }) => {
    const signaling = await lab.startSignaling();
    const stun = await startStun(lab);
    const page = await lab.openPage();
    await page.create({ url: signaling.url, iceServers: [{ urls: `stun:127.0.0.1:${stun.port}` }] });
    expect(codesOf(await diagnose(page))).toEqual(["not-joined"]);
    const { server } = signaling;
    expect([server.stats.connectionsOpened, stun.answered.bindings]).toEqual([0, 0]);
    expect(await page.page.evaluate(() => window.madeConnections)).toBe(0);
    const probed = await diagnose(page, { probe: true });
    expect(codesOf(probed)).toEqual(["not-joined"]);
    expect(checkOf(probed, "server")?.evidence).toContainEqual(
      expect.objectContaining({ kind: "websocket", isOpen: true }),
    );
    expect([server.stats.connectionsOpened, server.rooms()]).toEqual([1, []]);
    expect(stun.answered.bindings).toBeGreaterThan(0);
    expect(await page.page.evaluate(() => window.openConnections())).toBe(0);
  });
});

test.describe("the server", () => {
  test("is down", async ({ lab }) => {
    lab.expectErrors(SERVER_AWAY);
    const { url } = await lab.prepareSignaling();
    const page = await lab.openPage();
    await tryToJoin(page, { url });
    const diagnosis = await diagnose(page);
    expect(diagnosis.verdict).toBe("failing");
    expect(codesOf(diagnosis)).toEqual(["server-unreachable"]);
    expect(find(diagnosis, "server-unreachable")?.evidence).toEqual([
      expect.objectContaining({ kind: "http", status: undefined, isOpaque: false }),
      expect.objectContaining({ kind: "websocket", isOpen: false, closeCode: 1006 }),
    ]);
  });

  test("is something else", async ({ lab }) => {
    lab.expectErrors(REFUSED);
    const page = await lab.openPage();
    await tryToJoin(page, { url: `${lab.site.url}` });
    expect(codesOf(await diagnose(page))).toEqual(["not-a-signaling-server"]);
  });

  test("is under another path, or at the root", async ({ lab }) => {
    lab.expectErrors(REFUSED);
    const [deep, root] = await Promise.all([lab.startSignaling({ path: "/signal" }), lab.startSignaling()]);
    const page = await lab.openPage();
    for (const url of [deep.url, `${root.url}elsewhere`]) {
      await tryToJoin(page, { url });
      expect(codesOf(await diagnose(page)), url).toEqual(["wrong-path"]);
      await page.leave();
    }
  });

  test("has another key, ours and a stock one", async ({ lab }) => {
    const [own, stock] = await Promise.all([lab.startSignaling(), lab.startStockServer()]);
    const page = await lab.openPage();
    for (const { url } of [own, stock]) {
      await tryToJoin(page, { url, key: "another" });
      await page.until(({ status }) => status === "off", undefined);
      expect(codesOf(await diagnose(page)), url).toEqual(["server-refused"]);
      expect(codesOf(await diagnose(page, { probe: true })), url).toEqual(["wrong-key"]);
    }
  });

  test("refuses the token", async ({ lab }) => {
    const { url } = await lab.startSignaling({ authorize: ({ token }) => token === "right" });
    const page = await lab.openPage();
    await tryToJoin(page, { url, token: "wrong" });
    await page.until(({ status }) => status === "off", undefined);
    const diagnosis = await diagnose(page);
    expect(diagnosis.verdict).toBe("failing");
    expect(codesOf(diagnosis)).toEqual(["token-refused"]);
    await page.join({ url, token: "right" });
    expect(codesOf(await diagnose(page))).toEqual(["alone"]);
  });

  test("refuses pages of this origin", async ({ lab }) => {
    lab.expectErrors(REFUSED);
    const { url } = await lab.startSignaling({ allowedOrigins: ["https://app.example.org"] });
    const page = await lab.openPage();
    await tryToJoin(page, { url });
    const diagnosis = await diagnose(page);
    expect(codesOf(diagnosis)).toEqual(["origin-refused"]);
    expect(diagnosis.findings[0]?.evidence).toContainEqual(
      expect.objectContaining({ kind: "http", status: 403 }),
    );
  });

  test("has no place in the room, or none at all", async ({ lab }) => {
    const [small, full] = await Promise.all([
      lab.startSignaling({ limits: { maxRoomSize: 1 } }),
      lab.startSignaling({ limits: { maxConnections: 1 } }),
    ]);
    const [first, second] = await lab.openPages(2);
    const room = lab.freshRoom();
    await first!.join({ url: small.url, room });
    await tryToJoin(second!, { url: small.url, room });
    expect(codesOf(await diagnose(second!))).toEqual(["room-full"]);
    await first!.leave();
    await first!.join({ url: full.url, room });
    await tryToJoin(second!, { url: full.url, room });
    expect(codesOf(await diagnose(second!, { probe: true }))).toContain("server-full");
  });

  test("is behind a proxy that knows no WebSockets", async ({ lab }) => {
    lab.expectErrors(REFUSED);
    const { url } = await lab.startSignaling();
    const proxy = createServer((request, response) => {
      fetch(new URL(request.url ?? "/", url)).then(
        async (answer) => {
          response.writeHead(answer.status, { "access-control-allow-origin": "*" });
          response.end(await answer.text());
        },
        () => response.destroy(),
      );
    }).listen(0, "127.0.0.1");
    proxy.on("upgrade", (_, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await once(proxy, "listening");
    lab.onEnd(() => proxy.close());
    const page = await lab.openPage();
    await tryToJoin(page, { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
    expect(codesOf(await diagnose(page))).toEqual(["websocket-blocked"]);
  });

  test("is forbidden by the page's own policy", async ({ lab }) => {
    lab.expectErrors(/Content Security Policy/);
    const { url } = await lab.startSignaling();
    const page = await lab.openPage();
    await page.page.evaluate(() => {
      const policy = document.createElement("meta");
      policy.httpEquiv = "Content-Security-Policy";
      policy.content = "connect-src 'none'";
      document.head.append(policy);
    });
    await page.create({ url });
    const diagnosis = await diagnose(page, { probe: true });
    expect(codesOf(diagnosis)).toEqual(["server-unreachable", "not-joined"]);
    expect(diagnosis.findings[0]?.fix).toContain("Content-Security-Policy");
  });

  test("says nothing: the diagnosis ends in its time all the same", async ({ lab }) => {
    lab.expectErrors(REFUSED);
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    silent.on("upgrade", () => undefined);
    await once(silent, "listening");
    lab.onEnd(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const page = await lab.openPage();
    await page.create({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
    const startedAt = Date.now();
    const diagnosis = await diagnose(page, { probe: true, timeoutMs: 1500 });
    expect(Date.now() - startedAt).toBeLessThan(3000);
    expect(codesOf(diagnosis)).toEqual(["server-unreachable", "not-joined"]);
  });
});

test.describe("the ways out of this device", () => {
  test("are none: the browser's policy allows no direct UDP", async ({ lab }) => {
    const { url } = await lab.startSignaling();
    const page = await openWith(lab, ["--webrtc-ip-handling-policy=disable_non_proxied_udp"], {
      granted: [],
    });
    await page.join({ url });
    const diagnosis = await diagnose(page);
    expect(diagnosis.verdict).toBe("failing");
    expect(find(diagnosis, "no-candidates")?.evidence).toEqual([
      { kind: "candidates", host: 0, srflx: 0, relay: 0, isComplete: expect.any(Boolean) },
    ]);
  });

  test("have no STUN: nobody listens there", async ({ lab }) => {
    const { url } = await lab.startSignaling();
    const page = await lab.openPage();
    await page.join({ url, iceServers: [{ urls: `stun:127.0.0.1:${await freePort()}` }] });
    const diagnosis = await diagnose(page, { timeoutMs: 4000 });
    expect(diagnosis.verdict).toBe("impaired");
    expect(find(diagnosis, "stun-unreachable")?.evidence[0]).toMatchObject({ kind: "candidates", srflx: 0 });
  });

  test("have a TURN server that refuses the credentials", async ({ lab }) => {
    const turn = await startStun(lab);
    const iceServers = [
      { urls: `turn:127.0.0.1:${turn.port}?transport=udp`, username: "alice", credential: "wrong" },
    ];
    const [ada] = await joinedPair(lab, { iceServers });
    const linked = await diagnose(ada);
    expect(linked.verdict).toBe("impaired");
    expect(codesOf(linked)).toEqual(["turn-refused"]);
    expect(linked.findings[0]?.evidence).toContainEqual(
      expect.objectContaining({ kind: "ice-error", errorCode: 401, url: expect.stringContaining("turn:") }),
    );
    await ada.page.evaluate(() => window.swarm.configureSignaling({ icePolicy: "relay" }));
    const relayOnly = await diagnose(ada);
    expect(find(relayOnly, "turn-refused")?.severity).toBe("error");
    expect(codesOf(relayOnly)).not.toContain("no-candidates");
    expect(turn.answered.allocations).toBeGreaterThan(0);
  });

  test("have a TURN server whose credentials have expired", async ({ lab }) => {
    const { url } = await lab.startSignaling();
    const turn = await startStun(lab);
    const page = await lab.openPage();
    const urls = `turn:127.0.0.1:${turn.port}?transport=udp`;
    await page.join({ url, iceServers: [{ urls, username: "1600000000:alice", credential: "old" }] });
    expect(codesOf(await diagnose(page))).toContain("turn-expired");
  });

  test("have a TURN server that does not answer", async ({ lab }) => {
    const { url } = await lab.startSignaling();
    const turn = await startStun(lab, { isSilent: true });
    const page = await lab.openPage();
    const urls = `turn:127.0.0.1:${turn.port}?transport=udp`;
    await page.join({ url, iceServers: [{ urls, username: "alice", credential: "secret1" }] });
    expect(codesOf(await diagnose(page, { timeoutMs: 4000 }))).toContain("turn-unreachable");
  });

  test("are TURN only, without a TURN server", async ({ lab }) => {
    const { url } = await lab.startSignaling();
    const page = await lab.openPage();
    await page.join({ url, icePolicy: "relay" });
    expect(find(await diagnose(page), "relay-without-turn")?.severity).toBe("error");
  });

  test("are not what the browser takes", async ({ lab }) => {
    const { url } = await lab.startSignaling();
    const page = await lab.openPage();
    await page.join({ url });
    await page.page.evaluate(() => {
      // What a function gives is looked at by nobody but the browser.
      const iceServers = () => [{ urls: "turn:127.0.0.1:3478" }];
      return window.swarm.configureSignaling({ iceServers });
    });
    const finding = find(await diagnose(page), "ice-servers-invalid");
    expect(finding?.evidence).toEqual([expect.objectContaining({ kind: "error" })]);
  });

  test("do not reach the other one: TURN is needed", async ({ lab }) => {
    const { url } = await lab.startSignaling();
    const room = lab.freshRoom();
    const [ada, bob] = await lab.openPages(2);
    await Promise.all([ada!.join({ url, room, icePolicy: "relay" }), bob!.join({ url, room })]);
    const diagnosis = await diagnose(bob!, { timeoutMs: 30_000 });
    expect(find(diagnosis, "no-path")).toMatchObject({
      severity: "error",
      evidence: [{ kind: "peer", peerId: await ada!.peerId(), error: "dial-timeout" }],
    });
  });
});

test.describe("this page", () => {
  test("is no secure context", async ({ lab }) => {
    const site = new URL(lab.site.url);
    site.hostname = "insecure.test";
    const page = await openWith(lab, ["--host-resolver-rules=MAP insecure.test 127.0.0.1"], {
      url: site.href,
    });
    await page.create({});
    const diagnosis = await diagnose(page);
    expect(diagnosis.verdict).toBe("failing");
    expect(codesOf(diagnosis)).toEqual(["insecure-context", "not-joined"]);
  });

  test("has no WebRTC", async ({ lab }) => {
    const page = await lab.openPage();
    await page.create({});
    await page.page.evaluate(() => Reflect.deleteProperty(window, "RTCPeerConnection"));
    expect(codesOf(await diagnose(page))).toEqual(["no-webrtc", "not-joined"]);
  });

  test("is offline", async ({ lab }) => {
    lab.expectErrors(/ERR_INTERNET_DISCONNECTED|WebSocket connection to .* failed/);
    const { url } = await lab.startSignaling();
    const page = await lab.openPage();
    await page.page.context().setOffline(true);
    await tryToJoin(page, { url });
    expect(codesOf(await diagnose(page))).toEqual(expect.arrayContaining(["offline", "server-unreachable"]));
  });

  test("may keep nothing", async ({ lab }) => {
    lab.expectErrors(/storage-failed|Quota/i);
    const { url } = await lab.startSignaling();
    const page = await lab.openPage();
    await page.page.evaluate(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("Access to the Indexed Database API is denied.", "SecurityError");
      };
    });
    await page.join({ url, witness: { isPersisted: false } });
    const finding = find(await diagnose(page), "storage-refused");
    expect(finding?.evidence).toEqual([
      expect.objectContaining({ kind: "error", message: expect.stringContaining("denied") }),
    ]);
  });

  test("was asleep, and the other one sees it sleep", async ({ lab }) => {
    test.setTimeout(180_000);
    // Chromium closes the sockets of a page that it freezes for long.
    lab.expectErrors(/Page entered Back-Forward Cache/);
    const { url } = await lab.startSignaling();
    const room = lab.freshRoom();
    const [sleeper, watcher] = await Promise.all([lab.openPage({ canFreeze: true }), lab.openPage()]);
    await Promise.all([sleeper, watcher].map((page) => page.join({ url, room, heartbeatMs: 2000 })));
    await untilFullMesh([sleeper, watcher]);
    const devtools = await sleeper.page.context().newCDPSession(sleeper.page);
    await devtools.send("Page.setWebLifecycleState", { state: "frozen" });
    await watcher.until(({ peers }) => peers[0]?.state === "asleep", undefined);
    expect(codesOf(await diagnose(watcher))).toEqual(["peer-asleep"]);
    await devtools.send("Page.setWebLifecycleState", { state: "active" });
    await untilFullMesh([sleeper, watcher]);
    await delay(1500);
    const diagnosis = await diagnose(sleeper);
    expect(find(diagnosis, "tab-slept")?.evidence).toEqual([
      expect.objectContaining({ kind: "sleep", sleptMs: expect.any(Number) }),
    ]);
    expect(diagnosis.verdict).toBe("well");
  });
});
