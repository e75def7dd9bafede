import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { jsonLog, parseCommand } from "../../../src/server/arguments.js";
import { DEFAULT_LIMITS, LIMIT_NAMES } from "../../../src/server/limits.js";
import { type CommandIo, run } from "../../../src/server/run.js";
import { connect, deferred, startServer } from "./support.js";

function fakeIo() {
  const out: string[] = [];
  const err: string[] = [];
  const stopped = deferred<string>();
  const listening = deferred<string>();
  const io: CommandIo = {
    version: "1.2.3",
    out: (text) => {
      out.push(text);
      listening.resolve(text);
    },
    err: (text) => err.push(text),
    untilStopped: () => stopped.promise,
  };
  return { io, out, err, stop: stopped.resolve, listening: listening.promise };
}

describe("the arguments", () => {
  it("become options", () => {
    const argv =
      "--port 9 --host 0.0.0.0 --path /p --key k --allow-origin https://a.example --allow-origin " +
      "https://b.example --allow-discovery --trusted-proxies 1 --max-connections 5 --stall-timeout-ms=7 --log warn";
    expect(parseCommand(argv.split(" "))).toEqual({
      kind: "serve",
      options: {
        port: 9,
        host: "0.0.0.0",
        path: "/p",
        key: "k",
        allowedOrigins: ["https://a.example", "https://b.example"],
        allowDiscovery: true,
        trustedProxies: 1,
        limits: { maxConnections: 5, stallTimeoutMs: 7 },
      },
      logLevel: "warn",
      witnessFolder: undefined,
    });
  });

  it("may be none", () => {
    expect(parseCommand([])).toEqual({
      kind: "serve",
      options: { allowDiscovery: false, limits: {} },
      logLevel: undefined,
      witnessFolder: undefined,
    });
  });

  it.each([
    ["--port"],
    ["--port", "eighty"],
    ["--port", "65536"],
    ["--port", "-1"],
    ["--port="],
    ["--max-rooms", "0"],
    ["--max-rooms", "1e3"],
    ["--path", "a b"],
    ["--allow-origin", "example.org"],
    ["--log", "loud"],
    ["--unknown"],
    ["stray"],
    ["--allow-discovery=yes"],
    ["--timeout-ms", "1000"],
  ])("%s %s are a mistake, which names the flag", (...argv) => {
    const command = parseCommand(argv);
    expect(command).toEqual({ kind: "mistake", message: expect.stringMatching(/\w{5}/) });
    const name = argv[0]!.replace(/^--|=.*$/g, "").replace(/-./g, (dash) => dash[1]!.toUpperCase());
    const flag = argv[0]!.replace(/=.*$/, "");
    const { message } = command as { message: string };
    const isNamed = message.includes(flag) || message.includes(name) || message.includes("origin");
    expect(isNamed, message).toBe(true);
  });
});

describe("the command", () => {
  it("prints its help and its version", async () => {
    const help = fakeIo();
    expect(await run(["--help"], help.io)).toBe(0);
    expect(help.out.join("")).toContain("--max-connections <n>");
    const version = fakeIo();
    expect(await run(["-v"], version.io)).toBe(0);
    expect(version.out).toEqual(["1.2.3\n"]);
  });

  it("ends with 2 at a mistake", async () => {
    const { io, err } = fakeIo();
    expect(await run(["--port", "x"], io)).toBe(2);
    expect(err.join("")).toMatch(/--port is "x".*\n.*--help/);
  });

  it("serves until it is stopped, and logs as asked", async () => {
    const { io, out, err, stop, listening } = fakeIo();
    const done = run(["--port", "0", "--log", "info"], io);
    const url = /http:\S+/.exec(await listening)?.[0];
    const client = await connect({ url } as Parameters<typeof connect>[0], "alice");
    stop("SIGTERM");
    expect(await done).toBe(0);
    expect((await client.ending).code).toBe(1001);
    expect(out[1]).toBe("SIGTERM: closing 1 connections\n");
    const events = err.map((line) => JSON.parse(line).event);
    expect(events).toEqual(expect.arrayContaining(["listening", "connection-opened", "closing"]));
  });

  it("ends with 1 when the port is taken", async () => {
    const { port } = await startServer();
    const { io, err } = fakeIo();
    expect(await run(["--port", String(port)], io)).toBe(1);
    expect(err.join("")).toContain(`Port ${port} on 127.0.0.1 is in use`);
  });

  it("writes errors into its log, and only what is loud enough", () => {
    const lines: string[] = [];
    const log = jsonLog("warn", (line) => lines.push(line));
    log("info", "quiet", {});
    log("error", "loud", { error: new Error("broken") });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({ event: "loud", error: expect.stringContaining("broken") });
  });
});

describe("docs/server.md", () => {
  const text = readFileSync(new URL("../../../docs/server.md", import.meta.url), "utf8");

  it.each(LIMIT_NAMES)("gives the default of %s", (name) => {
    const row = text.split("\n").find((line) => line.startsWith(`| \`${name}\` |`));
    expect(row?.replaceAll(",", "")).toContain(` ${DEFAULT_LIMITS[name]} `);
  });
});
