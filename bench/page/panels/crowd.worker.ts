import { memoryNetwork, type ScriptedPeer, scriptedPeer } from "peerswarm/testing";
import { systemClock } from "../../../src/core/clock.js";
import type { PeerId } from "../../../src/core/identity/ids.js";
import { LANE_NAMES, type Link, type TransportRoom } from "../../../src/core/transport/transport.js";
import type { CrowdNews, CrowdRequest, Load } from "./crowdProtocol.js";

// Scripted peers with keys, handshakes and signatures of their own. They live in a worker, so that what they do costs the
// page's main thread nothing: what is left there is what a browser would have to do for real peers.
const TURN_MS = 4;
// What a crowded machine kept this worker from saying is not said later, in one rush that no real crowd would make.
const MOST_LAG_MS = 100;
const CAPABILITIES = [["chat", "webgpu"], ["chat"], ["chat", "local-llm"], ["chat", "python-execution"]];

const network = memoryNetwork({ latencyMs: 1, clock: systemClock });
const page = network.host("page");
const links = new Map<string, Link>();
let room = "";
let peers: readonly ScriptedPeer[] = [];
let place: TransportRoom | undefined;
let speaking: ReturnType<typeof setInterval> | undefined;
let messages = 0;

const tell = (news: CrowdNews): void => postMessage(news);

async function gather(count: number): Promise<void> {
  peers = await Promise.all(
    Array.from({ length: count }, (_, index) => {
      const name = `Peer ${index + 1}`;
      const capabilities = CAPABILITIES[index % CAPABILITIES.length] ?? [];
      const profile = { name, capabilities, goals: [], region: null, knowledgeHeads: [] };
      return scriptedPeer(network.host(name), { room, profile });
    }),
  );
  tell({ kind: "gathered" });
}

/** The page's seat in the room of the simulated network. */
async function enter(peerId: PeerId): Promise<void> {
  place = page.transport.enter({
    room,
    peerId,
    runtime: page.runtime,
    events: {
      lost: () => undefined,
      listed: (listed) => tell({ kind: "listed", peerId: listed }),
      unlisted: () => undefined,
      incoming: (dial) => dial.reject("refused"),
      notice: () => undefined,
      violation: () => undefined,
      step: () => undefined,
    },
  });
  await place.connect({ signal: new AbortController().signal });
  tell({ kind: "entered" });
}

async function dial(call: number, peerId: PeerId): Promise<void> {
  try {
    const link = await (place as TransportRoom).dial(peerId, { signal: new AbortController().signal });
    links.set(link.id, link);
    tell({ kind: "opened", call, link: link.id, binding: link.channelBinding });
    forward(link);
  } catch (error) {
    tell({ kind: "refused", call, text: String(error) });
  }
}

function forward(link: Link): void {
  for (const lane of LANE_NAMES)
    link.lanes[lane].receive((bytes) => tell({ kind: "frame", link: link.id, lane, bytes }));
  link.onStateChange((state) => {
    if (state !== "closed" || !links.delete(link.id)) return;
    tell({ kind: "closed", link: link.id, reason: link.closeReason ?? "remote-closed" });
  });
}

function speak({ messagesPerSecond, messagesPerFrame }: Load): void {
  const turnsPerMs = messagesPerSecond / messagesPerFrame / 1000;
  const startedAtMs = performance.now();
  let turns = 0;
  speaking = setInterval(() => {
    const due = (performance.now() - startedAtMs) * turnsPerMs;
    for (turns = Math.max(turns, Math.floor(due - MOST_LAG_MS * turnsPerMs)); turns < due; turns++) {
      const peer = peers[turns % peers.length];
      for (let n = 0; n < messagesPerFrame; n++) peer?.broadcast("bench", payload());
    }
  }, TURN_MS);
}

const payload = (): object => ({
  n: ++messages,
  kind: "cursor-moved",
  user: `member-${(messages * 7919) % 100_000}`,
  text: "as small as the messages of an app are",
  x: (messages * 104_729) % 1_000_000,
  y: (messages * 7) / 1024,
});

addEventListener("message", ({ data }: MessageEvent<CrowdRequest>): void => {
  switch (data.kind) {
    case "gather":
      room = data.room;
      return void gather(data.peers);
    case "enter":
      return void enter(data.peerId);
    case "dial":
      return void dial(data.call, data.peerId);
    case "send":
      return links.get(data.link)?.lanes[data.lane].send(data.bytes);
    case "close":
      return links.get(data.link)?.close(data.reason);
    case "speak":
      return speak(data.load);
    case "hush":
      return clearInterval(speaking);
  }
});
