import * as v from "valibot";
import { SwarmError } from "../errors.js";
import { type AgentId, publicKeyOf } from "../identity/ids.js";

/** How much of the electorate has to say the same. */
export type RuleName = "majority" | "two-thirds" | "unanimous" | "weighted";

/**
 * When a proposal is approved. Shares are of the whole electorate's weight, whoever answered. Every member weighs
 * 1 unless the rule is `weighted`.
 */
export interface VotingRule {
  /**
   * `majority`: more than half. `two-thirds`: at least two thirds. `unanimous`: all. `weighted`: more than half of the
   * weight, and at least `threshold` of it.
   */
  readonly kind: RuleName;
  /** Share of the weight that has to vote, abstentions included, 0 to 1. */
  readonly quorum: number;
  /** Whose "no" ends it: everyone's, nobody's, or that of these agents. */
  readonly veto: boolean | readonly AgentId[];
  /** Only `weighted`: whole numbers from 0 to 1,000,000; who is not named weighs 1. */
  readonly weights?: Readonly<Record<AgentId, number>>;
  /** Only `weighted`: the share that has to say the same, 0.5 to 1; it has to be more than half all the same. */
  readonly threshold?: number;
}

/** Most members of an electorate. */
export const MAX_ELECTORATE = 256;
const MAX_WEIGHT = 1_000_000;
const DEFAULT_QUORUM = 0.5;

const agentIdSchema = v.pipe(
  v.string(),
  v.check((text) => publicKeyOf(text) !== undefined, "An AgentId has 52 base32 characters."),
);

const share = (least: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(1));
const quorum = share(0);
const veto = v.union([v.boolean(), v.pipe(v.array(agentIdSchema), v.maxLength(MAX_ELECTORATE))]);

/** The shape of a whole rule, as it travels. */
export const ruleSchema: v.GenericSchema<unknown, VotingRule> = v.variant("kind", [
  v.strictObject({ kind: v.picklist(["majority", "two-thirds", "unanimous"]), quorum, veto }),
  v.strictObject({
    kind: v.literal("weighted"),
    quorum,
    veto,
    weights: v.exactOptional(
      v.pipe(
        v.record(agentIdSchema, v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_WEIGHT))),
        v.check((weights) => Object.keys(weights).length <= MAX_ELECTORATE, "There are too many weights."),
      ),
    ),
    threshold: v.exactOptional(share(0.5)),
  }),
]);

/**
 * The whole rule that a name or a part of one means: `majority`, quorum 0.5, no veto where nothing is said.
 * @throws SwarmError `invalid-option`
 */
export function resolveRule(rule: RuleName | Partial<VotingRule> = "majority"): VotingRule {
  const chosen = typeof rule === "string" ? { kind: rule } : rule;
  const whole = { kind: "majority", quorum: DEFAULT_QUORUM, veto: false, ...chosen };
  const parsed = v.safeParse(ruleSchema, whole);
  if (parsed.success) return parsed.output;
  throw new SwarmError("invalid-option", {
    what: "This is not a rule to vote by.",
    why: parsed.issues[0].message,
    fix: "Name one of majority, two-thirds, unanimous, weighted; quorum is 0 to 1, weights and threshold belong to weighted.",
  });
}

/** What the ballot of this agent weighs. */
export function weightOf(rule: VotingRule, agentId: AgentId): number {
  const { weights } = rule;
  return weights !== undefined && Object.hasOwn(weights, agentId) ? (weights[agentId] ?? 1) : 1;
}

/** Whether a "no" of this agent ends it. */
export function mayVeto(rule: VotingRule, agentId: AgentId): boolean {
  return typeof rule.veto === "boolean" ? rule.veto : rule.veto.includes(agentId);
}
