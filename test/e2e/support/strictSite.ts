import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { build } from "vite";
import { root, sourceAliases } from "../../../scripts/entries.mjs";

/** A page as Vite builds it for production, under a content security policy. */
export interface StrictSite {
  url(policy: string): string;
  close(): void;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
};

async function buildSite(folder: string): Promise<void> {
  const source = join(folder, "source");
  mkdirSync(source);
  writeFileSync(
    join(source, "index.html"),
    '<!doctype html><html lang="en"><head><title>strict</title><link rel="icon" href="data:,">' +
      `<script type="module" src="/main.ts"></script></head><body></body></html>`,
  );
  copyFileSync(join(root, "test/e2e/support/strictPage.ts"), join(source, "main.ts"));
  await build({
    configFile: false,
    root: source,
    logLevel: "warn",
    resolve: { alias: sourceAliases },
    worker: { format: "es" },
    build: { outDir: join(folder, "site"), emptyOutDir: true, modulePreload: false },
  });
}

export async function serveStrictSite(): Promise<StrictSite> {
  const folder = mkdtempSync(join(tmpdir(), "strict-site-"));
  await buildSite(folder);
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const name = pathname === "/" ? "/index.html" : pathname;
    // Files of a site have one policy: what the page asked for is in its address, and in that of who asks.
    const referrer = new URL(request.headers.referer ?? "http://localhost");
    const policy = searchParams.get("policy") ?? referrer.searchParams.get("policy");
    if (policy !== null) response.setHeader("content-security-policy", policy);
    response.setHeader("content-type", TYPES[extname(name)] ?? "application/octet-stream");
    try {
      response.end(readFileSync(join(folder, "site", name)));
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: (policy) => `http://localhost:${port}/?policy=${encodeURIComponent(policy)}`,
    close() {
      server.close();
      server.closeAllConnections();
      rmSync(folder, { recursive: true });
    },
  };
}
