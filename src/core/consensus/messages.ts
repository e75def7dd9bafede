import type * as v from "valibot";
import type { MessageDefinition } from "../messages/definition.js";
import { defineBuiltin } from "../protocols/builtin.js";
import { type Letter, letterSchema } from "../wire/letterShape.js";

/** Messages that each hold one letter of a vote. */
export const voteProposal: MessageDefinition<Letter, Letter> = defineBuiltin<Letter, Letter>(
  "proposal",
  letterSchema as v.GenericSchema<Letter>,
);
export const voteBallot: MessageDefinition<Letter, Letter> = defineBuiltin<Letter, Letter>(
  "ballot",
  letterSchema as v.GenericSchema<Letter>,
);
export const voteEnd: MessageDefinition<Letter, Letter> = defineBuiltin<Letter, Letter>(
  "certificate",
  letterSchema as v.GenericSchema<Letter>,
);
