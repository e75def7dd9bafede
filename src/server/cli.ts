#!/usr/bin/env node
import { once } from "node:events";
import { createRequire } from "node:module";
import { run } from "./run.js";

// The same way up from src/server and from dist/server.
const manifest = createRequire(import.meta.url)("../../package.json") as { version: string };

process.exitCode = await run(process.argv.slice(2), {
  version: manifest.version,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  async untilStopped() {
    const stopped = new AbortController();
    const { signal } = stopped;
    // `once` takes its listeners away again, so that a second signal ends a process that hangs.
    const name = await Promise.race([
      once(process, "SIGINT", { signal }).then(() => "SIGINT"),
      once(process, "SIGTERM", { signal }).then(() => "SIGTERM"),
    ]);
    stopped.abort();
    return name;
  },
});
