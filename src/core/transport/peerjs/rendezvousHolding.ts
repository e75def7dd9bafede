import * as v from "valibot";
import { toBase32 } from "../../bytes.js";
import type { Cancel } from "../../clock.js";
import { SwarmError } from "../../errors.js";
import { isPeerId, type PeerId } from "../../identity/ids.js";
import type { Runtime } from "../../runtime.js";
import { type ServerAddress, socketUrl } from "./serverAddress.js";
import {
  SIDE_CHANNEL_TYPE,
  type SideMessage,
  serverMessageSchema,
  sideMessageSchema,
} from "./signalMessage.js";

/** A member that has not refreshed for so long has gone. */
export const MEMBER_LIMIT_MS = 12_000;
const CLAIM_LIMIT_MS = 4000;
// PeerServer drops a socket that is silent for a minute.
const HEARTBEAT_MS = 5000;
const MAX_MEMBERS = 2000;

/** What it takes to hold a well-known id. */
export interface HoldingOptions {
  readonly address: ServerAddress;
  readonly key: string;
  readonly runtime: Runtime;
}

/** A well-known id that is ours: the list of members lives here. */
export interface Holding {
  onMembers: (members: readonly PeerId[]) => void;
  /** Puts a member on the list that does not refresh itself: the holder. */
  keep(peerId: PeerId): void;
  /** Tells the members to look for a new holder, and closes. */
  handOver(): void;
  close(): void;
}

/** Tries to take a well-known id; `undefined` where somebody else has it. */
export function claimRendezvous(
  options: HoldingOptions,
  id: string,
  onLost: () => void,
): Promise<Holding | undefined> {
  const { runtime, address, key } = options;
  const token = toBase32(runtime.randomBytes(15));
  const socket = new WebSocket(socketUrl(address, key, id, token));
  return new Promise((resolve, reject) => {
    const cancel = runtime.clock.setTimer(CLAIM_LIMIT_MS, () => done(undefined));
    let isDone = false;
    const done = (holding: Holding | undefined): void => {
      if (isDone) return;
      isDone = true;
      cancel();
      if (holding === undefined) socket.close();
      resolve(holding);
    };
    socket.addEventListener("message", ({ data }) => {
      const message = parseServerMessage(data);
      if (message?.type === "OPEN") done(createHolding(socket, id, options, onLost));
      else if (!isDone && message?.type !== undefined) done(undefined);
    });
    socket.addEventListener("close", () => {
      if (isDone) return;
      isDone = true;
      cancel();
      reject(
        new SwarmError("signaling-lost", {
          what: `${address.url} closed the socket of the room's well-known id.`,
        }),
      );
    });
  });
}

function createHolding(
  socket: WebSocket,
  id: string,
  { runtime }: HoldingOptions,
  onLost: () => void,
): Holding {
  const { clock } = runtime;
  const seenAtMs = new Map<PeerId, number>();
  let isClosed = false;
  let cancelBeat: Cancel = () => undefined;

  const tell = (to: PeerId, body: SideMessage): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.send(
      JSON.stringify({ type: "OFFER", src: id, dst: to, payload: { type: SIDE_CHANNEL_TYPE, body } }),
    );
  };
  const members = (): PeerId[] => [...seenAtMs.keys()];
  const publish = (): void => {
    const list = members();
    holding.onMembers(list);
    for (const [member, seenMs] of seenAtMs)
      if (seenMs !== Infinity) tell(member, { kind: "room-members", members: list });
  };
  const remove = (member: PeerId): void => {
    if (seenAtMs.get(member) !== Infinity && seenAtMs.delete(member)) publish();
  };

  const read = (from: string, body: SideMessage): void => {
    if (!isPeerId(from)) return;
    if (body.kind === "room-leave") return remove(from);
    if (body.kind !== "room-enter" || seenAtMs.get(from) === Infinity) return;
    const isNew = !seenAtMs.has(from);
    if (isNew && seenAtMs.size >= MAX_MEMBERS) return;
    seenAtMs.set(from, clock.now());
    if (isNew) publish();
    else tell(from, { kind: "room-members", members: members() });
  };

  const beat = (): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "HEARTBEAT" }));
    const limitMs = clock.now() - MEMBER_LIMIT_MS;
    for (const [member, seenMs] of [...seenAtMs]) if (seenMs < limitMs) remove(member);
    cancelBeat = clock.setTimer(HEARTBEAT_MS, beat);
  };

  const close = (): void => {
    isClosed = true;
    cancelBeat();
    socket.close();
  };

  const holding: Holding = {
    onMembers: () => undefined,
    keep: (peerId) => void seenAtMs.set(peerId, Infinity),
    handOver() {
      for (const [member, seenMs] of seenAtMs)
        if (seenMs !== Infinity) tell(member, { kind: "room-handover" });
      close();
    },
    close,
  };

  socket.addEventListener("message", ({ data }) => {
    const message = parseServerMessage(data);
    if (message?.type === "EXPIRE" && isPeerId(message.src)) return remove(message.src);
    const { payload } = message ?? {};
    if (message?.type !== "OFFER" || typeof payload !== "object" || payload === null) return;
    if (!("type" in payload) || payload.type !== SIDE_CHANNEL_TYPE || !("body" in payload)) return;
    const body = v.safeParse(sideMessageSchema, payload.body);
    if (body.success) read(message.src ?? "", body.output);
  });
  socket.addEventListener("close", () => {
    cancelBeat();
    if (!isClosed) onLost();
  });
  beat();
  return holding;
}

function parseServerMessage(data: unknown): v.InferOutput<typeof serverMessageSchema> | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const parsed = v.safeParse(serverMessageSchema, JSON.parse(data));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
