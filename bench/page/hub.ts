/** What the hub says. */
export type HubMessage =
  | { readonly kind: "members"; readonly ids: readonly string[] }
  | { readonly kind: "relayed"; readonly from: string; readonly data: unknown }
  | { readonly kind: "published"; readonly topic: string; readonly data: string };

/** The page's connection to the bench's own relay: rooms, messages to one member, topics. */
export interface Hub {
  enter(room: string, id: string): void;
  relay(to: string, data: unknown): void;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  publish(topic: string, data: string): void;
  close(): void;
}

export async function openHub(url: string, onMessage: (message: HubMessage) => void): Promise<Hub> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  socket.addEventListener("message", ({ data }) => onMessage(JSON.parse(String(data))));
  const say = (message: object): void => socket.send(JSON.stringify(message));
  return {
    enter: (room, id) => say({ kind: "enter", room, id }),
    relay: (to, data) => say({ kind: "relay", to, data }),
    subscribe: (topic) => say({ kind: "subscribe", topic }),
    unsubscribe: (topic) => say({ kind: "unsubscribe", topic }),
    publish: (topic, data) => say({ kind: "publish", topic, data }),
    close: () => socket.close(),
  };
}

export const freshId = (): string => crypto.randomUUID();
