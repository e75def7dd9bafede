import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /**
     * A server that answers everyone and counts: what a sandboxed script must not reach. `/seen` tells the count of the
     * requests before it, WebSocket handshakes included.
     */
    hostServerUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let seen = 0;
  const server = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    if (request.url === "/seen") return void response.end(String(seen));
    seen++;
    response.setHeader("content-type", "text/javascript");
    response.end("export default 1");
  });
  server.on("upgrade", (_, socket) => {
    seen++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  project.provide("hostServerUrl", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
}
