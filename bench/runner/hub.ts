import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** The bench's own relay, for contestants that bring no signalling: rooms, messages to one member, topics. */
export interface HubServer {
  readonly url: string;
  close(): void;
}

type Request =
  | { readonly kind: "enter"; readonly room: string; readonly id: string }
  | { readonly kind: "relay"; readonly to: string; readonly data: unknown }
  | { readonly kind: "subscribe" | "unsubscribe"; readonly topic: string }
  | { readonly kind: "publish"; readonly topic: string; readonly data: string };

export async function startHub(): Promise<HubServer> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const rooms = new Map<string, Set<string>>();
  const members = new Map<string, WebSocket>();
  const topics = new Map<string, Set<WebSocket>>();

  server.on("connection", (socket) => {
    let id = "";
    let room = "";
    const tell = (to: WebSocket | undefined, message: object): void => to?.send(JSON.stringify(message));
    socket.on("message", (raw) => {
      const request = JSON.parse(String(raw)) as Request;
      switch (request.kind) {
        case "enter": {
          ({ id, room } = request);
          const present = rooms.get(room) ?? new Set();
          tell(socket, { kind: "members", ids: [...present] });
          rooms.set(room, present.add(id));
          members.set(id, socket);
          return;
        }
        case "relay":
          return tell(members.get(request.to), { kind: "relayed", from: id, data: request.data });
        case "subscribe":
          topics.set(request.topic, (topics.get(request.topic) ?? new Set()).add(socket));
          return;
        case "unsubscribe":
          topics.get(request.topic)?.delete(socket);
          return;
        case "publish":
          for (const subscriber of topics.get(request.topic) ?? [])
            tell(subscriber, { kind: "published", topic: request.topic, data: request.data });
      }
    });
    socket.on("close", () => {
      members.delete(id);
      rooms.get(room)?.delete(id);
      for (const subscribers of topics.values()) subscribers.delete(socket);
    });
  });

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
