import type { Consensus, Guarded, GuardOptions } from "./api.js";
import { assessRisk, type Change } from "./assessRisk.js";

/** Puts a change to the vote with the risk that it has, and applies it where it is approved. */
export async function guardChange<Result>(
  propose: Consensus["propose"],
  change: Change,
  apply: () => Result | Promise<Result>,
  options: GuardOptions,
): Promise<Guarded<Result>> {
  const { subject, rationale = "", kind = "change" } = change;
  const assessment = assessRisk(change);
  const decision = await propose({ ...options, kind, subject, rationale, risk: assessment.level });
  if (decision.outcome !== "approved") return { decision, assessment, applied: false };
  return { decision, assessment, applied: true, result: await apply() };
}
