import * as v from "valibot";
import type { MessageInfo } from "../messages/router.js";
import type { PortSelf, ProtocolPort } from "../protocols/builtin.js";
import type { LazyEngine } from "../protocols/lazyPart.js";
import { letterSchema } from "../wire/letterShape.js";
import type { VotingPolicy } from "./api.js";
import { type Chamber, openChamber } from "./chamber.js";
import { digestSchema, wantSchema } from "./exchange.js";
import { guardChange } from "./guardChange.js";

/** What does the work of votes: a chamber for each stay. */
export interface ConsensusEngine extends LazyEngine {
  /** Absent while the swarm is off. */
  readonly chamber: Chamber | undefined;
  policyAdded(policy: VotingPolicy): void;
  readonly guard: typeof guardChange;
}

export function createConsensusEngine(
  port: ProtocolPort,
  policies: ReadonlySet<VotingPolicy>,
): ConsensusEngine {
  let chamber: Chamber | undefined;
  const open = (self: PortSelf): void => {
    chamber = openChamber(port, self, policies);
  };

  if (port.self !== undefined) open(port.self);
  port.watch("began", open);
  port.watch("ended", () => {
    chamber?.close();
    chamber = undefined;
  });
  port.watch("joined", ({ peerId }) => {
    chamber?.teller.meet(peerId);
    chamber?.peersChanged();
  });
  port.watch("relinked", ({ peerId }) => chamber?.teller.meet(peerId));
  port.watch("left", ({ peerId }) => {
    chamber?.teller.forget(peerId);
    chamber?.peersChanged();
  });

  /** Runs `take` in this stay's chamber, once what was kept is back. */
  const whenReady = (take: (open: Chamber) => void): true => {
    const here = chamber;
    void here?.ready.then(() => (here === chamber ? take(here) : undefined));
    return true;
  };

  return {
    get chamber() {
      return chamber;
    },
    guard: guardChange,
    policyAdded: (policy) => chamber?.policyAdded(policy),
    receive(name: string, payload: unknown, { from: { peerId } }: MessageInfo) {
      if (name === "vote-digest")
        return v.is(digestSchema, payload) && whenReady(({ teller }) => teller.digestCame(payload, peerId));
      if (name === "vote-want")
        return v.is(wantSchema, payload) && whenReady(({ teller }) => teller.wantCame(payload, peerId));
      const parsed = v.safeParse(letterSchema, payload);
      if (!parsed.success) return false;
      const letter = parsed.output;
      return whenReady(({ reader }) => {
        if (name === "proposal") reader.proposal(letter, peerId);
        else if (name === "ballot") reader.ballot(letter, peerId);
        else reader.end(letter, peerId);
      });
    },
  };
}
