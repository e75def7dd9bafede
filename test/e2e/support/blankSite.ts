import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build, type Rolldown } from "vite";
import { root, sourceAliases } from "../../../scripts/entries.mjs";

/** Serves a blank page with the library in it. */
export interface BlankSite {
  readonly url: string;
  close(): void;
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    root,
    logLevel: "warn",
    resolve: { alias: sourceAliases },
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      target: "es2023",
      rolldownOptions: {
        input: `${root}test/e2e/support/blankPage.ts`,
        output: { codeSplitting: false },
      },
    },
  });
  const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
  return output[0].code;
}

/** Built once: pages load in milliseconds, and nothing reloads them behind a test's back. */
export async function serveBlankSite(): Promise<BlankSite> {
  const script = await bundle();
  const page =
    '<!doctype html><html lang="en"><head><title>lab</title><link rel="icon" href="data:,">' +
    '<script type="module" src="/lab.js"></script></head><body></body></html>';
  const server = createServer((request, response) => {
    const isScript = request.url?.startsWith("/lab.js") === true;
    response.setHeader(
      "content-type",
      isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8",
    );
    response.end(isScript ? script : page);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
