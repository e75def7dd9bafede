import * as v from "valibot";
import { defineBuiltin } from "../protocols/builtin.js";

/** Most bytes of one encoded state. */
export const MAX_PRESENCE_BYTES = 4096;
/** Time between two states on the datagram lane: at most 20 per second. */
export const PRESENCE_INTERVAL_MS = 50;
/** Rest after which the last state is said again, reliably. */
export const PRESENCE_REST_MS = 250;
/** Time between two changes of what the store shows of others: one frame of a screen. */
export const PRESENCE_FRAME_MS = 16;
/** Kinds of presence that one peer may watch. */
export const MAX_WATCHED_PRESENCES = 32;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

/** A state of its sender. The version counts its changes; without a state there is none any more. */
export const presenceMessage = (of: string) =>
  defineBuiltin(
    `presence:${of}`,
    v.strictObject({
      version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      state: v.optional(v.unknown()),
    }),
  );

/** All that its sender watches from now on: the receiver tells it these states, and no others. */
export const presenceWatch = defineBuiltin(
  "presence-watch",
  v.strictObject({ names: v.pipe(v.array(name), v.maxLength(MAX_WATCHED_PRESENCES)) }),
);
