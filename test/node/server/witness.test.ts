import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentity, verifyWitness } from "peerswarm";
import { describe, expect, it, onTestFinished } from "vitest";
import { createSignalingServer } from "../../../src/server/index.js";
import { EXIT, run } from "../../../src/server/run.js";
import { Client, connect, deferred, ManualClock, socketUrl } from "./support.js";

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

describe("a server's witness log", () => {
  it("tells who came, entered, left and was refused, and verifies", async () => {
    const lines: string[] = [];
    const identity = await createIdentity();
    const server = await createSignalingServer({
      port: 0,
      limits: { maxConnections: 1 },
      witness: { write: (line) => lines.push(line), identity },
    });
    const ada = await connect(server, "ada");
    await ada.enter("lobby");
    const refused = new Client(socketUrl(server, { key: "peerjs", id: "bob", token: "t" }), "bob");
    await refused.ending;
    await ada.close();
    await server.close();

    const records = lines.map((line) => JSON.parse(line));
    expect(records.map(({ kind, detail }) => [kind, detail.client])).toEqual([
      ["session_began", undefined],
      ["client_connected", "ada"],
      ["room_entered", "ada"],
      ["client_refused", "bob"],
      ["room_left", "ada"],
      ["client_disconnected", "ada"],
      ["session_ended", undefined],
      ["checkpoint", undefined],
    ]);
    expect(await verifyWitness(textOf(lines), { agentId: identity.agentId })).toMatchObject({
      isIntact: true,
      signedThrough: records.length - 2,
    });
    expect(await verifyWitness(textOf(lines.toSpliced(3, 1)))).toMatchObject({ isIntact: false, line: 4 });
  });

  it("is signed while the server runs, and a sink that fails does not stop it", async () => {
    const clock = new ManualClock();
    const lines: string[] = [];
    const failures: string[] = [];
    const server = await createSignalingServer({
      port: 0,
      clock,
      log: (_, event) => failures.push(event),
      witness: {
        write(line) {
          lines.push(line);
          if (lines.length === 2) throw new Error("the disk is full");
        },
      },
    });
    onTestFinished(() => server.close());
    const ada = await connect(server, "ada");
    expect(failures).toContain("witness-failed");
    clock.advance(10_000);
    await expect.poll(() => lines.some((line) => line.includes('"checkpoint"'))).toBe(true);
    await ada.close();
  });

  it("is a file of its own for each run of the command", async () => {
    const folder = mkdtempSync(join(tmpdir(), "peerswarm-witness-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const stopped = deferred<string>();
    const listening = deferred<void>();
    const ended = run(["--port", "0", "--witness", join(folder, "log")], {
      version: "0",
      out: () => listening.resolve(),
      err: () => undefined,
      untilStopped: () => stopped.promise,
    });
    await listening.promise;
    stopped.resolve("SIGTERM");
    expect(await ended).toBe(EXIT.ok);
    const [file = ""] = readdirSync(join(folder, "log"));
    expect(file).toMatch(/\.jsonl$/);
    const verdict = await verifyWitness(readFileSync(join(folder, "log", file), "utf8"));
    expect(verdict).toMatchObject({ isIntact: true, records: 3, signedThrough: 1 });
  });

  it("that cannot be written is a mistake with a fix", async () => {
    const err: string[] = [];
    const code = await run(["--port", "0", "--witness", "/dev/null/nowhere"], {
      version: "0",
      out: () => undefined,
      err: (text) => err.push(text),
      untilStopped: async () => "SIGTERM",
    });
    expect(code).toBe(EXIT.failed);
    expect(err.join("")).toContain("Choose another folder");
  });
});
