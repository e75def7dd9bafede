import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerSettings } from "./options.js";
import type { Registry } from "./registry.js";
import { PROTOCOL_VERSION } from "./wire.js";

interface Reply {
  readonly status: number;
  readonly type: "application/json" | "text/plain; charset=utf-8";
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Path and query of a request target, without the exceptions of `URL`. */
export function splitTarget(target: string | undefined): { path: string; query: URLSearchParams } {
  const [path = "", ...query] = (target ?? "").split("?");
  return { path, query: new URLSearchParams(query.join("?")) };
}

/** Whether a page of this origin may use the server. A client that sends none is no browser. */
export function isOriginAllowed(origin: string | undefined, settings: ServerSettings): boolean {
  return origin === undefined || settings.allowedOrigins === undefined || settings.allowedOrigins.has(origin);
}

/** Answers the plain HTTP requests: information, a fresh id, the list of peers. */
export function createRoutes(
  settings: ServerSettings,
  registry: Registry,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const reply = answer(request, settings, registry);
    response.writeHead(reply.status, {
      "Content-Type": reply.type,
      "Content-Length": Buffer.byteLength(reply.body),
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...corsHeaders(request.headers.origin, settings),
      ...reply.headers,
    });
    response.end(request.method === "HEAD" ? undefined : reply.body);
    // Nobody has a body to send here: do not read one.
    if (!request.complete) request.resume();
  };
}

function answer(request: IncomingMessage, settings: ServerSettings, registry: Registry): Reply {
  if (!isOriginAllowed(request.headers.origin, settings)) {
    // Readable by the page that is refused, so that it can tell this from a server that is down.
    return { ...text(403, "This origin is not allowed."), headers: { "Access-Control-Allow-Origin": "*" } };
  }
  if (request.method === "OPTIONS") return { ...text(204, ""), headers: PREFLIGHT };
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { ...text(405, "Only GET is answered here."), headers: { Allow: "GET, HEAD, OPTIONS" } };
  }
  const { path } = splitTarget(request.url);
  const { path: root, key } = settings;
  if (path === root || `${path}/` === root) return info();
  if (path === `${root}${key}/id`) return text(200, freshId(registry));
  if (path === `${root}${key}/peers`) return peers(settings, registry);
  return text(404, `Nothing is served at this path. This server's path is ${root} and its key is set.`);
}

const PREFLIGHT = {
  "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
  "Access-Control-Allow-Headers": "*",
  "Access-Control-Max-Age": "86400",
};

function corsHeaders(origin: string | undefined, settings: ServerSettings): Record<string, string> {
  if (settings.allowedOrigins === undefined) return { "Access-Control-Allow-Origin": "*" };
  if (origin === undefined || !settings.allowedOrigins.has(origin)) return { Vary: "Origin" };
  return { "Access-Control-Allow-Origin": origin, Vary: "Origin" };
}

function info(): Reply {
  return json(200, {
    name: "peerswarm signalling server",
    description: "Introduces WebRTC peers to each other. Speaks PeerJS's protocol, and rooms.",
    server: "peerswarm",
    protocol: PROTOCOL_VERSION,
    rooms: true,
  });
}

function freshId(registry: Registry): string {
  let id = randomUUID();
  while (registry.get(id) !== undefined) id = randomUUID();
  return id;
}

function peers(settings: ServerSettings, registry: Registry): Reply {
  if (settings.allowDiscovery) return json(200, registry.ids());
  return text(401, "Listing peers is off. The operator can turn it on with allowDiscovery.");
}

function text(status: number, body: string): Reply {
  return { status, type: "text/plain; charset=utf-8", body };
}

function json(status: number, value: unknown): Reply {
  return { status, type: "application/json", body: JSON.stringify(value) };
}
