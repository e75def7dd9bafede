import * as v from "valibot";
import type { Cancel } from "../clock.js";
import type { PeerId } from "../identity/ids.js";
import { defineBuiltin, type ProtocolPort } from "./builtin.js";

const goodbye = defineBuiltin("goodbye", v.strictObject({}));

/** Tells peers that we leave, and hears when they do. */
export interface Goodbye {
  say(peerId: PeerId): void;
  end: Cancel;
}

export function startGoodbye(port: ProtocolPort, onGoodbye: (peerId: PeerId) => void): Goodbye {
  const end = port.on(goodbye, (_, { from }) => onGoodbye(from.peerId));
  return { say: (peerId) => void port.send(peerId, goodbye, {}), end };
}
