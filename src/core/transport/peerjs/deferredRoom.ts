import { unlessAborted } from "../../abort.js";
import { SwarmError } from "../../errors.js";
import type { PeerRoom, PeerRoomOptions } from "./peerRoom.js";

/** A room whose code, and PeerJS with it, is loaded by the first `connect`: a page that never joins pays nothing. */
export function createDeferredRoom(options: PeerRoomOptions): PeerRoom {
  let room: PeerRoom | undefined;
  let isClosed = false;

  const load = async (signal: AbortSignal): Promise<PeerRoom> => {
    const { createPeerRoom } = await unlessAborted(loadCode(), signal, "Entering the room");
    if (isClosed) throw new SwarmError("left", { what: "The room was left before it was entered." });
    room ??= createPeerRoom(options);
    return room;
  };

  return {
    server: options.address.url,
    async connect({ signal }) {
      await (room ?? (await load(signal))).connect({ signal });
    },
    async dial(peerId, { signal }) {
      if (room !== undefined) return room.dial(peerId, { signal });
      throw new SwarmError("signaling-lost", {
        what: `${peerId} cannot be dialled.`,
        why: "There is no connection to the signalling server yet.",
      });
    },
    check: () => room?.check(),
    iceChanged: () => room?.iceChanged(),
    close(closeOptions) {
      isClosed = true;
      room?.close(closeOptions);
    },
  };
}

async function loadCode(): Promise<typeof import("./peerRoom.js")> {
  try {
    return await import("./peerRoom.js");
  } catch (cause) {
    throw new SwarmError("signaling-unreachable", {
      what: "The code that reaches the signalling server could not be loaded.",
      why: "The page is offline, or its files were replaced by another release.",
      fix: "It is tried again; reload the page if it goes on.",
      cause,
    });
  }
}
