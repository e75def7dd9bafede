import { createServer as createProbe } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./entries.mjs";
import { installPackages } from "./install.mjs";

const usage = `npm start -- [options]

  --port <n>             the demo's port       (or PORT; default 5173)
  --signaling-port <n>   the signalling port   (or SIGNALING_PORT; default 8000)
  --host <name>          where both listen     (default localhost; 0.0.0.0 for the whole network)
  --no-watch             do not reload the page when a source file changes
  --built                serve the demo as it is built for production`;

/** A mistake of the one who started it: shown without a stack trace. */
class StartError extends Error {}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: "string", default: process.env.PORT || "5173" },
        "signaling-port": { type: "string", default: process.env.SIGNALING_PORT || "8000" },
        host: { type: "string", default: "localhost" },
        "no-watch": { type: "boolean", default: false },
        built: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    return values;
  } catch (cause) {
    throw new StartError(`${/** @type {Error} */ (cause).message}\n\n${usage}`, { cause });
  }
}

/** @param {string} text @param {string} flag */
function portNumber(text, flag) {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StartError(`${flag} must be a port between 1 and 65535, not "${text}".`);
}

/** @param {number} port @param {string} host @returns {Promise<boolean>} */
const isTaken = (port, host) =>
  new Promise((resolve) => {
    const probe = createProbe();
    probe.once("error", (error) => resolve("code" in error && error.code === "EADDRINUSE"));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(false)));
  });

/** @param {number} port @param {string} host @param {string} what @param {string} flag */
async function claim(port, host, what, flag) {
  // "localhost" is two addresses; a stranger on either would answer some browsers in our place.
  const addresses = host === "localhost" ? ["127.0.0.1", "::1"] : [host];
  for (const address of addresses) {
    if (!(await isTaken(port, address))) continue;
    throw new StartError(
      `Port ${port}, wanted for ${what}, is taken by another program. ` +
        `Close that one or choose another port: npm start -- ${flag} ${port + 1}`,
    );
  }
}

/**
 * The url that pages are given: for a server open to the network one that other devices reach too.
 * @param {string} url @param {string} host
 */
function reachable(url, host) {
  if (host !== "0.0.0.0" && host !== "::") return url;
  const address = new URL(url);
  const network = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal);
  address.hostname = network?.address ?? "localhost";
  return address.href;
}

/** @param {{ port: number, host: string, isBuilt: boolean, isWatched: boolean }} options */
async function serveDemo({ port, host, isBuilt, isWatched }) {
  const { build, createServer, preview } = await import("vite");
  const configFile = join(root, "vite.demo.config.ts");
  const address = { port, host, strictPort: true };
  if (isBuilt) {
    await build({ configFile, logLevel: "error" });
    return preview({ configFile, preview: address });
  }
  const still = isWatched ? {} : { hmr: false, watch: null };
  const demo = await createServer({
    configFile,
    clearScreen: false,
    logLevel: "warn",
    server: { ...address, ...still },
  });
  return demo.listen();
}

async function start() {
  const options = readOptions();
  if (options.help) return console.log(usage);
  const { host } = options;
  const port = portNumber(options.port, "--port");
  const signalingPort = portNumber(options["signaling-port"], "--signaling-port");
  await claim(signalingPort, host, "the signalling server", "--signaling-port");
  await claim(port, host, "the demo", "--port");

  installPackages();
  const { createServer } = await import("vite");

  // Vite loads the server's TypeScript straight from src: no build is needed to start.
  const sources = await createServer({
    root,
    configFile: false,
    appType: "custom",
    logLevel: "error",
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  const { createSignalingServer } = await sources.ssrLoadModule("/src/server/index.ts");
  const signaling = await createSignalingServer({ port: signalingPort, host });

  process.env.VITE_SIGNALING_URL = reachable(signaling.url, host);
  const demo = await serveDemo({
    port,
    host,
    isBuilt: options.built,
    isWatched: !options["no-watch"],
  });

  let isClosing = false;
  const close = async () => {
    // A second Ctrl-C means: at once.
    if (isClosing) process.exit(1);
    isClosing = true;
    await Promise.allSettled([demo.close(), signaling.close(), sources.close()]);
    process.exit(0);
  };
  process.on("SIGINT", close);
  // Vite's own listener would end the process before the signalling server has said goodbye.
  process.removeAllListeners("SIGTERM");
  process.on("SIGTERM", close);

  const { local = [], network = [] } = demo.resolvedUrls ?? {};
  const addresses = [...local, ...network].map((address) => `  Demo        ${address}`);
  console.log(`\n${addresses.join("\n")}\n  Signalling  ${process.env.VITE_SIGNALING_URL}\n`);
  console.log("  Open the demo in two tabs. Ctrl-C stops both.\n");
  if (network.length > 0) {
    console.log("  Other devices need HTTPS in front: without it browsers offer no crypto.subtle.\n");
  }
}

try {
  await start();
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exit(1);
}
