import * as v from "valibot";
import { abortedError, SwarmError, type SwarmErrorCode } from "../../errors.js";
import { isPeerId, type PeerId } from "../../identity/ids.js";
import type { Broker } from "./broker.js";
import type { Roster, RosterEvents } from "./roster.js";
import { roomErrorSchema, roomMembersSchema, roomNoticeSchema } from "./signalMessage.js";

const ERROR_CODES: Readonly<Record<string, SwarmErrorCode>> = {
  unauthorized: "unauthorized",
  "room-full": "room-full",
  "too-many-rooms": "room-full",
  "server-full": "room-full",
};

export interface ServerRosterOptions {
  readonly broker: Broker;
  readonly room: string;
  readonly peerId: PeerId;
  readonly token: () => Promise<string | undefined>;
  readonly events: RosterEvents;
}

/** Rooms kept by a peerswarm server. */
export function createServerRoster({ broker, room, peerId, token, events }: ServerRosterOptions): Roster {
  let settle: ((error: SwarmError | undefined) => void) | undefined;

  const readMembers = (payload: unknown): void => {
    const parsed = v.safeParse(roomMembersSchema, payload);
    if (!parsed.success || parsed.output.room !== room) return;
    events.members(parsed.output.members.map(({ id }) => id).filter((id) => isPeerId(id) && id !== peerId));
    settle?.(undefined);
  };

  const readError = (payload: unknown): void => {
    const parsed = v.safeParse(roomErrorSchema, payload);
    if (!parsed.success || (parsed.output.room !== undefined && parsed.output.room !== room)) return;
    const { code, message } = parsed.output;
    settle?.(
      new SwarmError(ERROR_CODES[code] ?? "signaling-rejected", {
        what: `The signalling server refused the room "${room}" (${code}).`,
        why: message,
      }),
    );
  };

  return {
    async enter(signal) {
      const given = await token();
      const entered = new Promise<void>((resolve, reject) => {
        const onAbort = (): void => settle?.(abortedError("Entering the room", signal));
        signal.addEventListener("abort", onAbort, { once: true });
        settle = (error) => {
          settle = undefined;
          signal.removeEventListener("abort", onAbort);
          if (error === undefined) resolve();
          else reject(error);
        };
        if (signal.aborted) onAbort();
      });
      broker.send({ type: "ROOM-ENTER", payload: given === undefined ? { room } : { room, token: given } });
      await entered;
    },
    readServer({ type, src, payload }) {
      if (type === "ROOM-MEMBERS") readMembers(payload);
      else if (type === "ROOM-ERROR") readError(payload);
      else if (type === "ROOM-CAME" && isPeerId(src)) events.came(src);
      else if (type === "ROOM-LEFT" && isPeerId(src)) events.left(src);
      else if (type === "ROOM-NOTICE") {
        const parsed = v.safeParse(roomNoticeSchema, payload);
        if (parsed.success) events.notice(parsed.output.text ?? parsed.output.notice);
      } else return false;
      return true;
    },
    readSide: () => false,
    suspend() {
      settle?.(new SwarmError("signaling-lost", { what: "Signalling was lost while entering the room." }));
    },
    leave() {
      broker.send({ type: "ROOM-LEAVE", payload: { room } });
    },
  };
}
