import type { Clock } from "../core/clock.js";
import type { WitnessEvent } from "../core/witness/record.js";
import type { SignalingLimits } from "./limits.js";
import type { Log } from "./options.js";
import type { Counters } from "./stats.js";

/** What every part of one server shares. */
export interface ServerContext {
  readonly limits: SignalingLimits;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  /** Keeps the record of what happened, where one is kept. */
  readonly note: (event: WitnessEvent) => void;
}
