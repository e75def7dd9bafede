import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build, type Rolldown } from "vite";
import { root, sourceAliases } from "../../scripts/entries.mjs";

/** Serves one page with a script. */
export interface Site {
  readonly url: string;
  close(): void;
}

interface Bundle {
  readonly script: string;
  readonly styles: string;
  /** What the script loads later, by its path: workers, WebAssembly. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
}

async function bundle(entry: string): Promise<Bundle> {
  // The runner itself is a development server of Vite, which has said so in here: React would be built for development.
  process.env.NODE_ENV = "production";
  const built = await build({
    configFile: false,
    root,
    logLevel: "error",
    mode: "production",
    resolve: { alias: sourceAliases },
    worker: { format: "es" },
    build: {
      write: false,
      // Names stay, so that a profile can be read; minifying would change the speed of nothing.
      minify: false,
      modulePreload: false,
      target: "es2023",
      rolldownOptions: { input: root + entry, output: { codeSplitting: false } },
    },
  });
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
  const styles = output.flatMap((part) =>
    part.type === "asset" && part.fileName.endsWith(".css") ? [String(part.source)] : [],
  );
  const files = output.flatMap((part) =>
    part.type === "asset" ? [[`/${part.fileName}`, part.source] as const] : [],
  );
  return { script: output[0].code, styles: styles.join("\n"), files: new Map(files) };
}

/** Builds the page's script as an app would ship it, and serves it. */
export async function serveSite(entry: string): Promise<Site> {
  const { script, styles, files } = await bundle(entry);
  const html =
    `<!doctype html><html lang="en"><head><title>bench</title><link rel="icon" href="data:,"><style>${styles}</style>` +
    '</head><body><div id="root"></div><script type="module" src="/bench.js"></script></body></html>';
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const file = path === "/bench.js" ? script : files.get(path);
    const type = path.endsWith(".js") ? "text/javascript; charset=utf-8" : "application/wasm";
    response.setHeader("content-type", file === undefined ? "text/html; charset=utf-8" : type);
    // An isolated page has a clock of 5 µs instead of 100.
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    response.end(file ?? html);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
