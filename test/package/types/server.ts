import {
  type AuthorizationRequest,
  createSignalingServer,
  DEFAULT_LIMITS,
  SIGNALING_CLOSE_CODES,
  type SignalingServer,
  SignalingServerError,
  type SignalingServerOptions,
} from "peerswarm/server";
import { type Equal, expectType } from "./expectType.js";

const options: SignalingServerOptions = {
  port: 0,
  allowedOrigins: ["https://app.example.org"],
  limits: { maxRooms: DEFAULT_LIMITS.maxRooms },
  authorize: async ({ room, token }: AuthorizationRequest) =>
    token === room || { allow: false, reason: "another room" },
  log: (level, event, fields) => console.log(level, event, fields),
};

try {
  const server: SignalingServer = await createSignalingServer(options);
  expectType<Equal<typeof server.port, number>>();
  server.notify("lobby", "hello");
  await server.close();
} catch (error) {
  if (error instanceof SignalingServerError && error.code === "port-in-use") throw error;
}

// @ts-expect-error a port is a number
await createSignalingServer({ port: "8000" });
// @ts-expect-error no such limit
await createSignalingServer({ limits: { maxFriends: 1 } });
// @ts-expect-error an answer is more than a text
await createSignalingServer({ authorize: () => "yes" });

export const codes: Readonly<Record<string, number>> = SIGNALING_CLOSE_CODES;
