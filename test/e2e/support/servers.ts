import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { root } from "../../../scripts/entries.mjs";
import {
  createSignalingServer,
  type SignalingServer,
  type SignalingServerOptions,
} from "../../../src/server/index.js";

/** Our own signalling server, which can be away for a while. */
export interface LabSignaling {
  readonly url: string;
  readonly port: number;
  /** The server that runs now. @throws while it is stopped */
  readonly server: SignalingServer;
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("The probe has no port.");
  return address.port;
}

/** A server that does not run yet; its port is known already. */
export async function prepareSignaling(options: SignalingServerOptions = {}): Promise<LabSignaling> {
  const port = await freePort();
  let running: SignalingServer | undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    get server() {
      if (running === undefined) throw new Error("The signalling server is stopped.");
      return running;
    },
    async stop() {
      const stopping = running;
      running = undefined;
      await stopping?.close();
    },
    async start() {
      running ??= await createSignalingServer({ host: "127.0.0.1", ...options, port });
    },
  };
}

/** An unmodified PeerServer. */
export interface StockServer {
  readonly url: string;
  stop(): void;
}

export async function startStockServer(): Promise<StockServer> {
  const port = await freePort();
  // A process of its own: malformed JSON ends PeerServer's process, and a test may well send some.
  const child: ChildProcess = spawn(
    process.execPath,
    [`${root}node_modules/peer/dist/bin/peerjs.js`, "--host", "127.0.0.1", "--port", String(port)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`The stock PeerServer ended with code ${code} before it listened.`);
  });
  if (child.stdout === null) throw new Error("The stock PeerServer has no output.");
  // It says "Started PeerServer" once it listens, and nothing before.
  await Promise.race([once(child.stdout, "data"), failed]);
  failed.catch(() => {});
  child.stdout.resume();
  return { url: `http://127.0.0.1:${port}/`, stop: () => void child.kill("SIGKILL") };
}
