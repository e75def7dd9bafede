import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type RawData, WebSocket, WebSocketServer } from "ws";

/** A message of PeerJS's signalling. */
export interface Signal {
  readonly type: string;
  readonly src?: string;
  readonly dst?: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape
  readonly payload?: any;
}

/** What somebody in the middle does; what it leaves out passes as it is. */
export interface Meddler {
  /** A client said this; `undefined` swallows it. */
  fromClient?(signal: Signal, clientId: string): Signal | undefined;
  /** The server says this to a client; `undefined` swallows it. */
  fromServer?(signal: Signal, clientId: string): Signal | undefined;
}

/** A signalling server between the pages and the real one. */
export interface SignalProxy {
  readonly url: string;
  meddler: Meddler;
  /** Says to a client whatever it likes, as if the server did. */
  tell(clientId: string, signal: Signal): void;
  close(): void;
}

export async function startSignalProxy(upstreamUrl: string): Promise<SignalProxy> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const clients = new Map<string, WebSocket>();
  const proxy: SignalProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    meddler: {},
    tell: (clientId, signal) => clients.get(clientId)?.send(JSON.stringify(signal)),
    close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
  server.on("connection", (near, { url = "/" }) => {
    const target = new URL(url, upstreamUrl);
    const id = target.searchParams.get("id") ?? "";
    const far = new WebSocket(target.href.replace(/^http/, "ws"));
    const early: string[] = [];
    clients.set(id, near);
    const pass = (to: WebSocket, signal: Signal | undefined): void => {
      if (signal === undefined) return;
      if (to.readyState === WebSocket.OPEN) to.send(JSON.stringify(signal));
      else if (to.readyState === WebSocket.CONNECTING) early.push(JSON.stringify(signal));
    };
    far.on("open", () => {
      for (const text of early) far.send(text);
    });
    const read = (data: RawData): Signal => JSON.parse(String(data)) as Signal;
    near.on("message", (data) => {
      const signal = read(data);
      pass(far, proxy.meddler.fromClient === undefined ? signal : proxy.meddler.fromClient(signal, id));
    });
    far.on("message", (data) => {
      const signal = read(data);
      pass(near, proxy.meddler.fromServer === undefined ? signal : proxy.meddler.fromServer(signal, id));
    });
    near.on("close", () => far.terminate());
    far.on("close", () => near.terminate());
    far.on("error", () => near.terminate());
  });
  return proxy;
}
