import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { TestProject } from "vitest/node";
import { root } from "../../scripts/entries.mjs";
import { createSignalingServer } from "../../src/server/index.js";

declare module "vitest" {
  interface ProvidedContext {
    /** This package's own server. */
    signalingUrl: string;
    /** An unmodified PeerServer. */
    stockUrl: string;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("The probe has no port.");
  return address.port;
}

async function startStockServer(port: number): Promise<ChildProcess> {
  // A process of its own: malformed JSON ends PeerServer's process, and a test may well send some.
  const child = spawn(
    process.execPath,
    [`${root}node_modules/peer/dist/bin/peerjs.js`, "--host", "127.0.0.1", "--port", String(port)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`The stock PeerServer ended with code ${code} before it listened.`);
  });
  // It says "Started PeerServer" once it listens, and nothing before.
  await Promise.race([once(child.stdout, "data"), failed]);
  failed.catch(() => {});
  child.stdout.resume();
  return child;
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stockPort = await freePort();
  const [signaling, stock] = await Promise.all([
    createSignalingServer({ port: 0, host: "127.0.0.1" }),
    startStockServer(stockPort),
  ]);
  project.provide("signalingUrl", signaling.url);
  project.provide("stockUrl", `http://127.0.0.1:${stockPort}/`);
  return async () => {
    stock.kill();
    await signaling.close();
  };
}
