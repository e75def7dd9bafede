import { createJavaScriptSandbox } from "peerswarm/executors/javascript";
import { afterAll, describe, expect, inject, it } from "vitest";
import { describeSandbox } from "../node/executors/sandboxContract.js";

describeSandbox("Chromium", createJavaScriptSandbox);

const url = inject("hostServerUrl");
const requestsSeen = async (): Promise<number> => Number(await (await fetch(`${url}/seen`)).text());

/** Ways to a server, and to what the page keeps. Each is tried by a script that goes on whatever fails. */
const WAYS_OUT = `
  const url = ${JSON.stringify(url)};
  export const tries = {
    fetch: () => fetch(url),
    webSocket: () => new WebSocket(url.replace("http", "ws")),
    request: () => { const r = new XMLHttpRequest(); r.open("GET", url, false); r.send() },
    events: () => new EventSource(url),
    beacon: () => navigator.sendBeacon(url, "x"),
    importScripts: () => importScripts(url + "/a.js"),
    import: () => import(url + "/b.js"),
    importByFunction: () => Function("return import('" + url + "/c.js')")(),
    database: () => indexedDB.open("host-secrets"),
    caches: () => caches.open("x"),
    post: () => postMessage("out"),
    self: () => self.postMessage("out"),
    worker: () => new Worker(url + "/d.js"),
    constructor: () => globalThis.constructor.constructor("return this")().fetch(url),
    inputConstructor: () => input.constructor.constructor("return fetch")()(url),
    logConstructor: () => console.log.constructor("return fetch('" + url + "')")(),
    errorConstructor: () => { try { null.x } catch (e) { return e.constructor.constructor("return fetch")()(url) } },
    asyncConstructor: () => (async () => {}).constructor("return fetch('" + url + "')")(),
    generatorConstructor: () => (function* () {}).constructor("yield fetch('" + url + "')")().next(),
    image: () => { new Image().src = url },
    channel: () => new BroadcastChannel("x").postMessage("out"),
    compile: () => WebAssembly.compile(new Uint8Array()),
    storage: () => localStorage.setItem("x", "1"),
    timers: () => setTimeout(() => fetch(url), 0),
  };
  let input;
  export async function run(given) {
    input = given;
    const worked = [];
    for (const name of Object.keys(tries)) {
      try { await tries[name](); worked.push(name) } catch (error) { if (error === undefined) worked.push(name) }
    }
    return { tried: Object.keys(tries).length, worked };
  }`;

describe("a script in the sandbox", () => {
  const sandbox = createJavaScriptSandbox({ timeoutMs: 5000 });
  afterAll(() => sandbox.close());

  it("reaches no server, no storage and no page by any way", async () => {
    const before = await requestsSeen();
    let posted = 0;
    const listen = () => posted++;
    window.addEventListener("message", listen);
    const channel = new BroadcastChannel("x");
    channel.onmessage = listen;
    const outcome = await sandbox.run(WAYS_OUT, { a: 1 });
    expect(outcome).toEqual({ ok: true, output: { tried: 24, worked: [] } });
    // What was begun in there would arrive by now: a request of our own, made later, does.
    expect(await requestsSeen()).toBe(before);
    expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name: "host-secrets" }));
    expect(localStorage.getItem("x")).toBeNull();
    expect(posted).toBe(0);
    window.removeEventListener("message", listen);
    channel.close();
  });

  // Without this the test above might pass because nothing could be reached from anywhere.
  it("is held by the sandbox, not by the worker: in a plain worker the same ways lead out", async () => {
    const before = await requestsSeen();
    const runner = `${WAYS_OUT}\nrun({}).then((result) => self.postMessage({ result }))`;
    const worker = new Worker(URL.createObjectURL(new Blob([runner], { type: "text/javascript" })), {
      type: "module",
    });
    const { worked } = await new Promise<{ worked: string[] }>((resolve) => {
      worker.onmessage = ({ data }) => data.result && resolve(data.result);
    });
    worker.terminate();
    expect(worked).toEqual(
      expect.arrayContaining(["fetch", "request", "import", "constructor", "database", "post", "webSocket"]),
    );
    expect(await requestsSeen()).toBeGreaterThan(before + 4);
    indexedDB.deleteDatabase("host-secrets");
  });

  it.each([
    ["loops", "export const run = () => { for (;;); }"],
    [
      "eats memory",
      "export const run = () => { const a = []; for (;;) try { a.push(new Array(1e5).fill(1)) } catch { a.length = 0 } }",
    ],
    [
      "floods with output and progress",
      "export const run = () => { for (let i = 0; ; i++) { console.log('x'); progress((i % 100) / 100) } }",
    ],
    ["is held by native code", "export const run = () => new Array(2 ** 28).join('xxxx')"],
  ])("leaves the page responsive while it %s", async (_, code) => {
    const timeoutMs = 1000;
    let isRunning = true;
    let longestMs = 0;
    let turns = 0;
    let last = performance.now();
    const look = (): void => {
      const now = performance.now();
      longestMs = Math.max(longestMs, now - last);
      last = now;
      turns++;
      if (isRunning) setTimeout(look, 10);
    };
    look();
    const outcome = await sandbox.run(code, undefined, {
      timeoutMs,
      onOutput: () => {},
      onProgress: () => {},
    });
    isRunning = false;
    expect(outcome.ok ? "" : outcome.error.code).toMatch(/^sandbox-(?:timeout|output)$/);
    // A page that waited for the script would have had one turn, of all its time. A busy machine takes some of it too.
    if (outcome.ok || outcome.error.code === "sandbox-timeout") expect(turns).toBeGreaterThan(20);
    expect(longestMs).toBeLessThan(timeoutMs);
  });

  it("says so where the worker's script is not found", async () => {
    const lost = createJavaScriptSandbox({
      createWorker: () => new Worker("/nowhere/worker.js", { type: "module" }),
    });
    const outcome = await lost.run("export const run = () => 1");
    expect(outcome.ok ? "" : outcome.error.code).toBe("sandbox-unavailable");
    lost.close();
  });
});
