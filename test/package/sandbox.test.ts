import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, inject, it } from "vitest";

const run = promisify(execFile);

/** As a headless agent would: nothing is told where the engine and the worker are, nothing is closed. */
const AGENT = `
  import { createJavaScriptSandbox } from "peerswarm/executors/javascript";
  const sandbox = createJavaScriptSandbox({ timeoutMs: 300 });
  const codes = ["export const run = (n) => typeof process + n", "while (true);", "export const run = (n) => n + 1"];
  const outcomes = await Promise.all(codes.map((code) => sandbox.run(code, 1)));
  console.log(JSON.stringify(outcomes.map(({ output, error }) => output ?? error.code)));
`;

it("the packed sandbox works in plain Node, and lets the process end", async () => {
  const { stdout } = await run(process.execPath, ["--no-warnings", "--input-type=module", "--eval", AGENT], {
    cwd: inject("consumerFolder"),
    timeout: 60_000,
  });
  expect(JSON.parse(stdout)).toEqual(["undefined1", "sandbox-timeout", 2]);
});
