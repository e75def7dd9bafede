import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { root } from "../../scripts/entries.mjs";
import { demoAddress, enterSwarm, expectFullList, heardEntry, say } from "./support/demo.js";
import { expect, SERVER_AWAY, test } from "./support/lab.js";

const port = 5274;
const signalingPort = 8274;

interface Started {
  readonly process: ChildProcess;
  /** All that it has printed so far. */
  printed(): string;
}

/** What npm start runs. */
function start(...options: readonly string[]): Started {
  const child = spawn(process.execPath, ["scripts/start.mjs", ...options], { cwd: root });
  let text = "";
  const note = (chunk: Buffer): void => {
    text += chunk.toString();
  };
  child.stdout.on("data", note);
  child.stderr.on("data", note);
  return { process: child, printed: () => text };
}

const ended = async ({ process }: Started): Promise<number | null> => {
  if (process.exitCode === null) await once(process, "exit");
  return process.exitCode;
};

test("npm start serves a demo that is being worked on, refuses a taken port, and ends when it is told to", async ({
  lab,
}) => {
  // Vite looks through every package that the demo imports, once.
  test.setTimeout(180_000);
  const running = start("--port", String(port), "--signaling-port", String(signalingPort));
  lab.onEnd(() => running.process.kill("SIGKILL"));
  await expect.poll(running.printed, { timeout: 60_000 }).toContain(`Demo        http://localhost:${port}/`);
  expect(running.printed()).toContain(`Signalling  http://localhost:${signalingPort}`);

  const url = demoAddress(`http://localhost:${port}/`, lab.freshRoom());
  const tabs = await lab.openPages(2, { url });
  for (const tab of tabs) await enterSwarm(tab);
  await expectFullList(tabs);
  const [first, second] = tabs as [(typeof tabs)[0], (typeof tabs)[0]];
  await say(first, "hello");
  await expect(
    heardEntry(second, { from: await first.peerId(), kind: "broadcast", text: "hello" }),
  ).toHaveCount(1);

  const again = start("--port", String(port), "--signaling-port", String(signalingPort + 1));
  expect(await ended(again)).toBe(1);
  expect(again.printed()).toContain(
    `Port ${port}, wanted for the demo, is taken by another program. ` +
      `Close that one or choose another port: npm start -- --port ${port + 1}`,
  );
  const mistaken = start("--port", "eighty");
  expect(await ended(mistaken)).toBe(1);
  expect(mistaken.printed().trim()).toBe('--port must be a port between 1 and 65535, not "eighty".');

  lab.expectErrors(SERVER_AWAY);
  running.process.kill("SIGTERM");
  expect(await ended(running)).toBe(0);
});
