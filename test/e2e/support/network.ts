import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";

/**
 * A network between pages that can be cut, without root: signalling passes through a proxy, which puts a
 * UDP forwarder in the place of every ICE candidate, so that all media flows through this process.
 */
export interface LabNetwork {
  /** Signalling server's address as pages behind this network see it. */
  readonly url: string;
  /** Datagrams that came through since the start: proof that the links run through here. */
  readonly forwarded: number;
  /** From now on every datagram is lost, those of new candidates too. */
  cut(): void;
  restore(): void;
  /** Signalling sockets end without a closing handshake, and new ones are refused. */
  cutSignaling(): void;
  restoreSignaling(): void;
  close(): void;
}

/** Stands for one real address; what is sent to it arrives there, seeming to come from the sender's forwarder. */
interface Forwarder {
  readonly socket: Socket;
  readonly port: number;
}

interface RelayedCandidate {
  readonly address: string;
  readonly port: number;
}

// candidate:foundation component transport priority address port typ …
const CANDIDATE = /^((?:a=)?candidate:\S+ \d+ )(\S+)( \d+ )(\S+) (\d+)( typ .*)$/;

/** `candidate` with the port of its forwarder; `undefined` for one that cannot be forwarded and must not pass. */
async function rewriteCandidate(
  candidate: string,
  portFor: (target: RelayedCandidate) => Promise<number>,
): Promise<string | undefined> {
  const parts = CANDIDATE.exec(candidate);
  if (parts === null) return candidate;
  const [, head, transport = "", priority, address = "", port, rest] = parts;
  // Pages that have permissions give addresses on IPv4 besides whatever else they give.
  if (transport.toLowerCase() !== "udp" || !/^[\d.]+$/.test(address)) return undefined;
  const forwarded = await portFor({ address, port: Number(port) });
  return `${head}${transport}${priority}${address} ${forwarded}${rest}`;
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export async function createNetwork(upstreamUrl: string): Promise<LabNetwork> {
  const forwarders = new Map<string, Promise<Forwarder>>();
  const clients = new Set<WebSocket>();
  let isCut = false;
  let isSignalingCut = false;
  let isClosed = false;
  let forwarded = 0;

  // --- datagrams ------------------------------------------------------------------------------

  const forwarderOf = (address: string, port: number): Promise<Forwarder> => {
    const key = `${address}:${port}`;
    const existing = forwarders.get(key);
    if (existing !== undefined) return existing;
    const created = createForwarder(address, port);
    forwarders.set(key, created);
    return created;
  };

  const createForwarder = async (address: string, port: number): Promise<Forwarder> => {
    const socket = createSocket("udp4");
    socket.on("message", (datagram, from) => {
      if (isCut || isClosed) return;
      void forwarderOf(from.address, from.port).then((sender) => {
        if (isCut || isClosed) return;
        forwarded++;
        sender.socket.send(datagram, port, address);
      });
    });
    // A page that has gone answers with "port unreachable".
    socket.on("error", () => undefined);
    socket.bind(0, address);
    await once(socket, "listening");
    return { socket, port: socket.address().port };
  };

  const portFor = async ({ address, port }: RelayedCandidate): Promise<number> =>
    (await forwarderOf(address, port)).port;

  // --- signalling -----------------------------------------------------------------------------

  const rewriteSdp = async (sdp: string): Promise<string> => {
    const lines = sdp.split("\r\n");
    const rewritten = await Promise.all(
      lines.map((line) => (line.startsWith("a=candidate:") ? rewriteCandidate(line, portFor) : line)),
    );
    return rewritten.filter((line) => line !== undefined).join("\r\n");
  };

  /** `undefined` where the whole message must not pass. */
  const rewrite = async (value: Json): Promise<Json | undefined> => {
    if (typeof value === "string") {
      return value.startsWith("candidate:") ? rewriteCandidate(value, portFor) : rewriteSdp(value);
    }
    if (typeof value !== "object" || value === null) return value;
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, inner]) => [key, await rewrite(inner)] as const),
    );
    if (entries.some(([, inner]) => inner === undefined)) return undefined;
    if (Array.isArray(value)) return entries.map(([, inner]) => inner as Json);
    return Object.fromEntries(entries as [string, Json][]);
  };

  const connect = (client: WebSocket, request: IncomingMessage): void => {
    clients.add(client);
    const target = new URL(request.url ?? "/", upstreamUrl.replace(/^http/, "ws"));
    const upstream = new WebSocket(target);
    const opened = once(upstream, "open").catch(() => client.terminate());
    // One after the other, so that rewriting does not change the order.
    let sending: Promise<unknown> = opened;
    client.on("message", (data) => {
      const text = String(data);
      sending = sending.then(async () => {
        const message = await rewrite(JSON.parse(text) as Json);
        if (message !== undefined && upstream.readyState === WebSocket.OPEN)
          upstream.send(JSON.stringify(message));
      });
    });
    upstream.on("message", (data) => client.send(String(data)));
    client.on("close", () => {
      clients.delete(client);
      void sending.finally(() => upstream.close());
    });
    upstream.on("close", () => client.terminate());
    client.on("error", () => client.terminate());
    upstream.on("error", () => client.terminate());
  };

  const server = new WebSocketServer({
    host: "127.0.0.1",
    port: 0,
    verifyClient: () => !isSignalingCut,
  });
  server.on("connection", connect);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/`,
    get forwarded() {
      return forwarded;
    },
    cut() {
      isCut = true;
    },
    restore() {
      isCut = false;
    },
    cutSignaling() {
      isSignalingCut = true;
      for (const client of clients) client.terminate();
    },
    restoreSignaling() {
      isSignalingCut = false;
    },
    close() {
      isClosed = true;
      for (const client of clients) client.terminate();
      server.close();
      for (const forwarder of forwarders.values()) void forwarder.then(({ socket }) => socket.close());
    },
  };
}
