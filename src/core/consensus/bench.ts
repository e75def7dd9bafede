import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import { createLetterId } from "../wire/letterShape.js";
import type { Archive } from "./archive.js";
import type { Ledger } from "./ledger.js";
import type { Teller } from "./teller.js";

/** What the work on votes is done with, during one stay. */
export interface Bench {
  readonly port: ProtocolPort;
  readonly self: PortSelf;
  readonly archive: Archive;
  readonly ledger: Ledger;
  readonly teller: Teller;
}

/** How a letter that this agent writes now begins. */
export function freshAddress({ port, self }: Pick<Bench, "port" | "self">) {
  return {
    id: createLetterId(port.runtime.randomBytes),
    room: self.room,
    from: self.identity.agentId,
    nowMs: port.runtime.clock.now(),
  };
}
