import {
  createIdentity,
  createSwarm,
  DEFAULT_PEER_LIMITS,
  defineMessage,
  type Identity,
  type Lane,
  type MessageDefinition,
  type PeerSnapshot,
  peerTransport,
  type SignedMessage,
  type StandardSchema,
  type Swarm,
  SwarmError,
  type SwarmErrorCode,
  type SwarmOptions,
  type SwarmSnapshot,
  type Transport,
  verifySignedMessage,
} from "peerswarm";
import * as v from "valibot";
import { type Equal, expectType } from "./expectType.js";

const identity: Identity = await createIdentity({ exportable: true });
const transport: Transport = peerTransport({
  url: "https://signal.example.org",
  token: async () => "token",
  iceServers: [{ urls: "stun:stun.example.org" }],
  icePolicy: "relay",
});
const options: SwarmOptions = {
  room: "lobby",
  name: "Ada",
  identity,
  transport,
  capabilities: ["chat"],
  limits: { ...DEFAULT_PEER_LIMITS },
  admit: async ({ agentId }) => agentId !== "" || "not you",
};
const swarm: Swarm = createSwarm(options);
createSwarm();

// @ts-expect-error an option that does not exist
createSwarm({ rooom: "lobby" });
// @ts-expect-error a room is a text
createSwarm({ room: 7 });
// @ts-expect-error one of three
createSwarm({ identity: "anonymous" });
// @ts-expect-error ICE knows `all` and `relay`
peerTransport({ icePolicy: "direct" });

const chat = defineMessage("chat", v.object({ text: v.string(), isDirect: v.optional(v.boolean(), false) }));
expectType<
  Equal<
    typeof chat,
    MessageDefinition<{ text: string; isDirect?: boolean | undefined }, { text: string; isDirect: boolean }>
  >
>();

const stop = swarm.on(chat, ({ text, isDirect }, { from, lane, signed }) => {
  expectType<Equal<typeof text, string>>();
  expectType<Equal<typeof isDirect, boolean>>();
  expectType<Equal<typeof lane, "control" | "bulk" | "datagram">>();
  const proof: SignedMessage = signed();
  void verifySignedMessage(proof).then((content) => content?.payload);
  // @ts-expect-error what arrives is not ours to change
  from.peerId = "somebody";
});
stop();
swarm.on("anything", (payload) => {
  expectType<Equal<typeof payload, unknown>>();
  // @ts-expect-error nobody has checked it
  void payload.text;
});

const reached: number = swarm.broadcast(
  chat,
  { text: "hello" },
  { lane: "datagram", performative: "inform" },
);
const isQueued: boolean = swarm.send("peer", chat, { text: "hello", isDirect: true });
swarm.broadcast("untyped", new Uint8Array(4));
// @ts-expect-error the schema wants a text
swarm.broadcast(chat, { text: 7 });
// @ts-expect-error a typed message has a payload
swarm.send("peer", chat);
// @ts-expect-error there are three lanes
swarm.broadcast(chat, { text: "hello" }, { lane: "fast" });

const ownSchema: StandardSchema<string, number> = {
  "~standard": {
    version: 1,
    vendor: "own",
    validate: (value) =>
      typeof value === "string" ? { value: value.length } : { issues: [{ message: "no" }] },
  },
};
swarm.on(defineMessage("length", ownSchema), (length) => expectType<Equal<typeof length, number>>());

const unsubscribe: () => void = swarm.store.subscribe(() => undefined);
const snapshot: SwarmSnapshot = swarm.store.getSnapshot();
expectType<Equal<typeof snapshot.status, "off" | "joining" | "joined" | "reconnecting">>();
expectType<Equal<(typeof snapshot.peers)[number], PeerSnapshot>>();
unsubscribe();
// @ts-expect-error snapshots are immutable
snapshot.status = "off";
// @ts-expect-error and so are their lists
snapshot.peers.push(snapshot.peers[0]);

swarm.events.on("peer-left", ({ peerId, reason }) => [peerId, reason] satisfies [string, string]);
swarm.events.on("error", (error) => expectType<Equal<typeof error, SwarmError>>());
// @ts-expect-error no such event
swarm.events.on("peer-arrived", () => undefined);

try {
  await swarm.join({ timeoutMs: 1000, signal: AbortSignal.timeout(500) });
  await swarm.configureSignaling({ room: "other", token: null });
} catch (error) {
  if (error instanceof SwarmError) {
    const code: SwarmErrorCode = error.code;
    // @ts-expect-error no such code
    if (code === "bad-luck") throw error;
  }
} finally {
  await swarm.leave();
}

expectType<Equal<ReturnType<Swarm["announce"]>, number>>();
export const all = { reached, isQueued, lanes: {} as Record<Lane["name"], Lane> };
