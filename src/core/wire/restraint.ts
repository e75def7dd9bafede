import type { Cancel, Clock } from "../clock.js";
import type { ExcessReason } from "./intake.js";

/** Excesses closer together than this count as one, so that a burst alone takes nobody further than one stage. */
export const EXCESS_SPACING_MS = 1000;
/** Excesses in a stage that lead to the next one: the peer goes on although it is held back. */
export const EXCESSES_PER_STAGE = 5;
/** Calm that ends a stage. */
export const CALM_MS: Readonly<Record<RestraintStage, number>> = { slowed: 10_000, muted: 30_000 };

/**
 * How a peer that sends too much is held back. `slowed`: its messages are taken at the rate of the limits, from a
 * bounded backlog. `muted`: besides, the app does not get them.
 */
export type RestraintStage = "slowed" | "muted";

/** How a peer is held back, why, and until when if it stays calm. */
export interface Restraint {
  readonly stage: RestraintStage;
  readonly reason: ExcessReason;
  /** When it ends, or softens from `muted` to `slowed`; milliseconds since the epoch. */
  readonly untilMs: number;
}

/** What is remembered of a peer's excesses. */
export interface RestraintState {
  readonly stage: "free" | RestraintStage | "dropped";
  readonly reason: ExcessReason;
  /** Counted in this stage. */
  readonly excesses: number;
  /** Until then further excesses belong to the one that was counted last. */
  readonly countsAgainAtMs: number;
  readonly untilMs: number;
}

/** Nothing to hold against the peer. */
export const UNRESTRAINED: RestraintState = {
  stage: "free",
  reason: "message-rate",
  excesses: 0,
  countsAgainAtMs: 0,
  untilMs: 0,
};

const NEXT_STAGE = { free: "slowed", slowed: "muted", muted: "dropped" } as const;

/** What calm until `nowMs` makes of it: one stage after the other ends. Pure; the same object where nothing changed. */
export function calmDown(state: RestraintState, nowMs: number): RestraintState {
  let calmer = state;
  while ((calmer.stage === "slowed" || calmer.stage === "muted") && nowMs >= calmer.untilMs) {
    calmer =
      calmer.stage === "slowed"
        ? { ...calmer, stage: "free", excesses: 0 }
        : { ...calmer, stage: "slowed", excesses: 0, untilMs: calmer.untilMs + CALM_MS.slowed };
  }
  return calmer;
}

/** What one more excess makes of it. Pure; the same object where nothing changed. */
export function goBeyond(before: RestraintState, reason: ExcessReason, nowMs: number): RestraintState {
  const state = calmDown(before, nowMs);
  if (state.stage === "dropped" || nowMs < state.countsAgainAtMs) return state;
  const excesses = state.excesses + 1;
  const isNextStage = state.stage === "free" || excesses >= EXCESSES_PER_STAGE;
  const stage = isNextStage ? NEXT_STAGE[state.stage] : state.stage;
  return {
    stage,
    reason,
    excesses: isNextStage ? 0 : excesses,
    countsAgainAtMs: nowMs + EXCESS_SPACING_MS,
    untilMs: stage === "slowed" || stage === "muted" ? nowMs + CALM_MS[stage] : nowMs,
  };
}

export interface RestrainerOptions {
  readonly clock: Clock;
  /** Called at every change, also when only the end moved; `undefined`: nothing holds the peer back any more. */
  readonly onChange: (restraint: Restraint | undefined, before: Restraint | undefined) => void;
  /** The peer went on although it was muted. */
  readonly onDrop: (reason: ExcessReason) => void;
}

/** Holds one peer back, by stages that end by themselves. */
export interface Restrainer {
  readonly restraint: Restraint | undefined;
  exceeded(reason: ExcessReason): void;
  /** Forgets everything; nothing is reported any more. */
  end(): void;
}

export function createRestrainer({ clock, onChange, onDrop }: RestrainerOptions): Restrainer {
  let state = UNRESTRAINED;
  let cancelCalm: Cancel | undefined;
  let isEnded = false;

  const become = (next: RestraintState): void => {
    if (next === state || isEnded) return;
    const before = shown(state);
    state = next;
    cancelCalm?.();
    cancelCalm = undefined;
    if (next.stage === "dropped") return onDrop(next.reason);
    if (next.stage !== "free")
      cancelCalm = clock.setTimer(Math.max(0, next.untilMs - clock.now()), () =>
        become(calmDown(state, clock.now())),
      );
    onChange(shown(next), before);
  };

  return {
    get restraint() {
      return shown(state);
    },
    exceeded: (reason) => become(goBeyond(state, reason, clock.now())),
    end() {
      isEnded = true;
      cancelCalm?.();
      cancelCalm = undefined;
    },
  };
}

function shown({ stage, reason, untilMs }: RestraintState): Restraint | undefined {
  return stage === "slowed" || stage === "muted" ? { stage, reason, untilMs } : undefined;
}
