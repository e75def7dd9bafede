import * as v from "valibot";
import { publicKeyOf } from "../identity/ids.js";
import { defineBuiltin } from "../protocols/builtin.js";
import { letterSchema } from "../wire/letterShape.js";

const sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const agentId = v.pipe(
  v.string(),
  v.check((text) => publicKeyOf(text) !== undefined),
);
const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));

/**
 * A letter. `after` is the one that was sent before it and not acknowledged yet, or 0: whoever lacks that one
 * does not take this one.
 */
export const mailLetter = defineBuiltin("mail", v.strictObject({ after: sequence, letter: letterSchema }));

/** Why a receiver does not take a letter; `busy` is for now, the others for good. */
export type Refusal = "expired" | "unopenable" | "malformed" | "busy";

/** "I keep everything that you sent up to `mark`": the answer to letter `of`, with the reason where it was refused. */
export const mailMark = defineBuiltin(
  "mail-mark",
  v.strictObject({
    of: sequence,
    mark: sequence,
    refused: v.nullable(v.picklist(["expired", "unopenable", "malformed", "busy"])),
  }),
);

/** To other tabs of the same agent: there is a new letter to somebody. */
export const mailWaiting = defineBuiltin("mail-waiting", v.strictObject({ to: agentId }));

/** How the wait for a letter ended. */
export type Settlement = "delivered" | "expired" | "refused";

/** To other tabs of the same agent: a letter that one of them may be waiting for is settled. */
export const mailSettled = defineBuiltin(
  "mail-settled",
  v.strictObject({ to: agentId, id, outcome: v.picklist(["delivered", "expired", "refused"]) }),
);
