import { createJavaScriptSandbox } from "peerswarm/executors/javascript";
import { expect, it } from "vitest";

it("runs", async () => {
  const sandbox = createJavaScriptSandbox();
  expect(await sandbox.run("export const run = ({ a, b }) => a + b", { a: 1, b: 2 })).toEqual({
    ok: true,
    output: 3,
  });
  sandbox.close();
});
