import type { Plugin } from "vite";
import { createSignalingServer, type SignalingServer } from "../src/server/index.js";

/** Where a story that wants real links asks for the address of a server. */
const PATH = "/signaling-url";

/**
 * Starts this package's own signalling server, on a free port of this machine, with the first page that asks for
 * one. A static build has nobody to ask: its page gets no answer.
 */
export function signaling(): Plugin {
  let starting: Promise<SignalingServer> | undefined;
  const urlOf = async (): Promise<string> => {
    starting ??= createSignalingServer({ port: 0, host: "127.0.0.1" });
    return (await starting).url;
  };
  return {
    name: "peerswarm-signaling",
    apply: "serve",
    configureServer({ middlewares }) {
      middlewares.use(PATH, (_, response, next) => {
        urlOf().then((url) => {
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify({ url }));
        }, next);
      });
    },
    async closeBundle() {
      const server = await starting;
      starting = undefined;
      await server?.close();
    },
  };
}
